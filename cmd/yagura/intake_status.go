package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/yagura-project/yagura/capture/syslog"
	"github.com/yagura-project/yagura/event"
)

// syslogStatus is nil where nobody is listened to.
func (r *river) syslogStatus() *syslog.Stats {
	if r.intake == nil {
		return nil
	}
	s := r.intake.receiver.Stats()
	return &s
}

// alertIntake is the same in the words of events, for the console.
func (r *river) alertIntake() (out event.AlertIntake, any bool) {
	s := r.syslogStatus()
	if s == nil {
		return out, false
	}
	out = event.AlertIntake{Malformed: s.Malformed, Refused: s.Refused, RefusedFrom: slices.Sorted(maps.Keys(s.RefusedFrom)), Lost: s.Lost + s.KernelDrops}
	for _, n := range s.Received {
		out.Received += n
	}
	for _, name := range slices.Sorted(maps.Keys(s.Sources)) {
		x := s.Sources[name]
		out.Sources = append(out.Sources, event.AlertSource{Name: name, Title: x.Title, Messages: x.Messages, Malformed: x.Bad, Nameless: x.Nameless,
			Last: x.Last, SkewSeconds: x.Skew.Seconds(), Skewed: x.Skewed})
	}
	return out, true
}

// printSyslog is the part of `yagura status`.
func printSyslog(w io.Writer, s *syslog.Stats) {
	if s == nil {
		return
	}
	total := uint64(0)
	for _, n := range s.Received {
		total += n
	}
	fmt.Fprintf(w, "外部の警報  受信 %d 件  読めないもの %d 件  登録外の送信元 %d 件  取りこぼし %d 件  判定待ち %d KiB\n",
		total, s.Malformed, s.Refused, s.Lost+s.KernelDrops, s.Backlog>>10)
	for _, name := range slices.Sorted(maps.Keys(s.Sources)) {
		x := s.Sources[name]
		last, skew := "なし", ""
		if !x.Last.IsZero() {
			last = x.Last.In(jst).Format("1/2 15:04:05")
		}
		if x.Skewed {
			skew = fmt.Sprintf("  時計が %s ずれています", x.Skew.Round(time.Second))
		}
		fmt.Fprintf(w, "  %s %s  %d 件  読めないもの %d 件  最後 %s%s\n", name, x.Title, x.Messages, x.Bad, last, skew)
	}
}

var (
	descSyslog        = prometheus.NewDesc("yagura_syslog_messages_total", "Messages of other products by what became of them.", []string{"fate"}, nil)
	descSyslogSource  = prometheus.NewDesc("yagura_syslog_source_messages_total", "Messages of a source that were read.", []string{"source"}, nil)
	descSyslogBad     = prometheus.NewDesc("yagura_syslog_source_malformed_total", "Messages of a source that could not be read.", []string{"source"}, nil)
	descSyslogBacklog = prometheus.NewDesc("yagura_syslog_backlog_bytes", "Messages on disk that wait for judgement.", nil, nil)
)

func syslogMetrics(s *syslog.Stats, count func(*prometheus.Desc, uint64, ...string), gauge func(*prometheus.Desc, int, ...string)) {
	if s == nil {
		return
	}
	for way, n := range s.Received {
		count(descSyslog, n, "received_"+way)
	}
	count(descSyslog, s.Refused, "refused")
	count(descSyslog, s.Malformed, "malformed")
	count(descSyslog, s.Lost, "lost")
	count(descSyslog, s.KernelDrops, "kernel_drops")
	for name, x := range s.Sources {
		count(descSyslogSource, x.Messages, name)
		count(descSyslogBad, x.Bad, name)
	}
	gauge(descSyslogBacklog, int(s.Backlog))
}
