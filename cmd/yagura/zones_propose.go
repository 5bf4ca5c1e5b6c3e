package main

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/yagura-project/yagura/event"
)

// manyEnds is from how many sources (or destinations) of one service on the whole zone stands in the proposal.
const manyEnds = 20

// proposal is one line: the same service between the same zones.
type proposal struct {
	from, to, proto  string
	port             uint16
	srcs, dsts, macs []string
	count, bytes     uint64
	days             int
	first, last      time.Time
}

func (p *proposal) add(t event.Talk) {
	p.srcs, p.dsts = with(p.srcs, t.Src.String()), with(p.dsts, t.Dst.String())
	if !t.MAC.IsZero() {
		p.macs = with(p.macs, t.MAC.String())
	}
	p.count, p.bytes, p.days = p.count+t.Count, p.bytes+t.Bytes, max(p.days, t.Days)
	if p.first.IsZero() || t.First.Before(p.first) {
		p.first = t.First
	}
	if t.Last.After(p.last) {
		p.last = t.Last
	}
}

func with(list []string, s string) []string {
	if slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}

// propose makes a CSV with a byte order mark, as spreadsheets want it.
func propose(talks []event.Talk) (text []byte, rows int, err error) {
	lines := grouped(talks)
	var b bytes.Buffer
	b.WriteString("\ufeff")
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	errs := []error{w.Write([]string{"名称", "送信元", "宛先", "MACアドレス", "プロトコル", "ポート", "担当課", "理由", "期限", "（参考）回数", "（参考）バイト", "（参考）日数", "（参考）最初", "（参考）最後"})}
	for i, p := range lines {
		errs = append(errs, w.Write(p.cells(i+1)))
	}
	w.Flush()
	return b.Bytes(), len(lines), errors.Join(append(errs, w.Error())...)
}

// grouped joins what has the same destination and service, and then what has the same source and service.
func grouped(talks []event.Talk) (out []*proposal) {
	by := map[string]*proposal{}
	take := func(key string, t event.Talk) {
		if by[key] == nil {
			by[key] = &proposal{from: t.From, to: t.To, proto: t.Proto, port: t.Port}
			out = append(out, by[key])
		}
		by[key].add(t)
	}
	fan := map[string]map[string]bool{}
	source := func(t event.Talk) string { return fmt.Sprintln(t.From, t.To, t.Proto, t.Port, "from", t.Src) }
	for _, t := range talks {
		k := source(t)
		if fan[k] == nil {
			fan[k] = map[string]bool{}
		}
		fan[k][t.Dst.String()] = true
	}
	for _, t := range talks {
		if k := source(t); len(fan[k]) >= manyEnds {
			take(k, t)
			continue
		}
		take(fmt.Sprintln(t.From, t.To, t.Proto, t.Port, "to", t.Dst), t)
	}
	return out
}

func (p *proposal) cells(n int) []string {
	ends := func(list []string, zone string) string {
		if len(list) >= manyEnds && zone != "" {
			return zone
		}
		return strings.Join(list, ";")
	}
	port := ""
	if p.port != 0 {
		port = strconv.Itoa(int(p.port))
	}
	mac := ""
	if len(p.macs) == 1 && len(p.srcs) == 1 {
		mac = p.macs[0]
	}
	when := func(t time.Time) string { return t.In(jst).Format("2006-01-02 15:04") }
	return []string{fmt.Sprintf("案%03d %s→%s %s", n, orElse(p.from, "庁外"), orElse(p.to, "庁外"), strings.TrimSuffix(p.proto+"/"+port, "/")),
		ends(p.srcs, p.from), ends(p.dsts, p.to), mac, p.proto, port, "", "", "",
		strconv.FormatUint(p.count, 10), strconv.FormatUint(p.bytes, 10), strconv.Itoa(p.days), when(p.first), when(p.last)}
}
