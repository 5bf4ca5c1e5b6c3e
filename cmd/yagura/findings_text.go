package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/yagura-project/yagura/event"
)

// severityWords are the words of a finding's severity on screens.
var severityWords = map[event.Severity]event.Text{
	event.Informational: {JA: "参考", EN: "info"}, event.Low: {JA: "低", EN: "low"}, event.Medium: {JA: "中", EN: "medium"},
	event.High: {JA: "高", EN: "high"}, event.Critical: {JA: "重大", EN: "critical"},
}

// findingPrinter prints findings for people.
type findingPrinter struct {
	w    io.Writer
	lang string
}

func (p findingPrinter) label(ja, en string) string { return event.Text{JA: ja, EN: en}.In(p.lang) }

func (p findingPrinter) finding(f *event.Finding) {
	fmt.Fprintf(p.w, "[%s] %s  %s  %s\n", severityWords[f.Severity].In(p.lang), f.Time.In(jst).Format("2006-01-02 15:04:05"), machine(f.Device), f.Advisory.Title.In(p.lang))
	fmt.Fprintf(p.w, "      %s\n", f.Summary.In(p.lang))
	for _, r := range f.Reasons {
		fmt.Fprintf(p.w, "      - %s\n", r.Text.In(p.lang))
	}
	for _, r := range f.Counter {
		fmt.Fprintf(p.w, "      %s %s\n", p.label("反対の材料:", "against:"), r.Text.In(p.lang))
	}
	fmt.Fprintf(p.w, "      %s  %s  %s %d  ID %s\n", f.Behaviour, techniques(f.Advisory.Techniques), p.label("回数", "count"), f.Count, f.UID[:min(len(f.UID), 12)])
}

// machine is the device in one phrase: name, address, department.
func machine(d event.Device) string {
	parts := []string{d.Name()}
	if d.Hostname != "" && d.IP.IsValid() {
		parts = append(parts, d.IP.String())
	}
	for _, s := range []string{d.Department, d.Place} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, " ")
}

func techniques(list []event.Technique) string {
	ids := make([]string, len(list))
	for i, t := range list {
		ids[i] = t.UID
	}
	return strings.Join(ids, ",")
}

// summary ends the analysis of one capture.
func (p findingPrinter) summary(path string, s event.SensorStats, findings int, took time.Duration) {
	rate := ""
	if sec := took.Seconds(); sec > 0 {
		rate = fmt.Sprintf("  %.2f Gbit/s", float64(s.Bytes)*8/sec/1e9)
	}
	fmt.Fprintf(p.w, "%s: %s %d  %s %d  %s %d  %s %s%s\n", path,
		p.label("パケット", "packets"), s.Packets, p.label("通信", "flows"), s.Flows,
		p.label("検知", "findings"), findings, p.label("所要", "took"), took.Round(time.Millisecond), rate)
	if s.DecodeErrors+s.GapBytes+s.Unparsed+s.OpaqueBytes > 0 {
		fmt.Fprintf(p.w, "  %s %d  %s %d B  %s %d  %s %d B\n",
			p.label("読めないパケット", "undecodable packets"), s.DecodeErrors, p.label("欠け", "gaps"), s.GapBytes,
			p.label("解釈できない通信", "unparsed flows"), s.Unparsed, p.label("暗号化", "encrypted"), s.OpaqueBytes)
	}
}
