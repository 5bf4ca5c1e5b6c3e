package reporttest

import (
	"fmt"
	"net/netip"
	"time"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/report"
)

// November is the month of the samples.
var November = report.Month(2026, time.November)

var titles = []event.Text{
	{JA: "外部のサーバーと等間隔の通信を続けています（遠隔操作の疑い）", EN: "Keeps calling an outside server at an even pace (remote control?)"},
	{JA: "ファイルサーバーに遠隔からサービスを作成しました", EN: "Created a service on the file server from afar"},
	{JA: "DNSの問い合わせにデータを隠して外へ送った疑いがあります", EN: "May have sent data out inside DNS questions"},
	{JA: "庁内の多数の端末の空きポートを調べています", EN: "Scans the open ports of many machines"},
	{JA: "LGWAN接続系からインターネット接続系への通信がありました", EN: "Traffic from the LGWAN zone to the internet zone"},
}

var departments = []string{"税務課", "総務課 情報政策室", "福祉課", "教育委員会 学校教育課", "建設課", ""}

// Month is n cases in November 2026 and a third of that in October, with isolations and a sensor.
func Month(n int) *Source {
	s := &Source{Town: "喜多方市", Top: destinations()}
	for k := range n {
		s.addCase(k, n, November)
		if k%3 == 0 {
			s.addCase(k, n, November.Before())
		}
	}
	s.watch(November, 10*time.Minute)
	return s
}

func (s *Source) addCase(k, n int, p report.Period) {
	at := p.From.Add(time.Duration(k) * (p.Length() / time.Duration(n))).Add(time.Duration(k*37%600) * time.Minute)
	if !at.Before(p.Until) {
		at = p.Until.Add(-time.Hour)
	}
	t := k * k % len(titles)
	d := event.Device{UID: fmt.Sprintf("mac:%d", k*k%17), IP: netip.AddrFrom4([4]byte{10, 1, byte(k), byte(k*k%17 + 1)}),
		Hostname: fmt.Sprintf("PC-%03d", k*k%17+1), Department: departments[k*k%17%len(departments)], Place: "本庁舎2階 東側"}
	i := event.Incident{Header: event.Header{UID: fmt.Sprintf("%s-%d", p.From.Format("0601"), k), Time: at}, Number: fmt.Sprintf("%s-%02d", at.In(report.JST).Format("2006-0102"), k%100),
		Device: d, HostSeverity: 1 + (k*7+3)%10, State: event.IncidentResolved, Title: titles[t], First: at.Add(-time.Duration(20+k*13%400) * time.Second),
		Phases: []event.Phase{event.PhaseC2}, Findings: []event.Finding{{Advisory: event.Advisory{Threat: event.SuspiciousBehaviour}, Severity: event.High}}}
	switch {
	case k%9 == 4:
		i.State = event.IncidentFalsePositive
	case k+2 >= n:
		i.State = event.IncidentInProgress
	}
	if t == 1 {
		i.Phases = append(i.Phases, event.PhaseLateral)
		i.Findings[0].Advisory.Threat = event.MaliciousBehaviour
	}
	s.Cases = append(s.Cases, i)
	if i.HostSeverity >= 7 {
		s.addOrder(k, n, i)
	}
}

func (s *Source) addOrder(k, n int, i event.Incident) {
	o := event.Order{Header: event.Header{UID: "o" + i.UID, Time: i.Time.Add(time.Second)}, Incident: i.UID, Target: i.Device, Requested: "policy", State: event.OrderReleased}
	if k%4 == 3 {
		o.State = event.OrderObserved
		s.Cuts = append(s.Cuts, o)
		return
	}
	o.AppliedAt = i.Time.Add(1200 * time.Millisecond)
	o.VerifiedAt = i.Time.Add(time.Duration(2600+k*150%2000) * time.Millisecond)
	o.SilenceMS = int64(300 + k*97%1400)
	o.ReleasedAt = i.Time.Add(26 * time.Hour)
	if k%3 == 1 {
		o.Approved = "佐藤"
	}
	if k+2 >= n {
		o.State, o.ReleasedAt = event.OrderVerified, time.Time{}
	}
	s.Cuts = append(s.Cuts, o)
}

// watch counts a working day's traffic; the sensor rests once for two hours and is restarted after it.
func (s *Source) watch(p report.Period, step time.Duration) {
	var c event.SensorStats
	for t := p.From; t.Before(p.Until); t = t.Add(min(step, 4*time.Minute)) {
		local := t.In(report.JST)
		if local.Day() == 12 && local.Hour() >= 3 && local.Hour() < 5 {
			c = event.SensorStats{}
			continue
		}
		rate := uint64(400_000)
		if wd := local.Weekday(); wd != time.Saturday && wd != time.Sunday && local.Hour() >= 8 && local.Hour() < 18 {
			rate = 9_000_000 + uint64(local.Day()%5)*700_000
		}
		c.Time, c.Source = t, "eth1"
		c.Bytes += rate * 240
		c.Packets += rate * 240 / 700
		c.OpaqueBytes += rate * 240 * 71 / 100
		c.KernelDrops += rate / 9_000_000 * 3
		c.DecodeErrors++
		s.Counters = append(s.Counters, c)
	}
}

func destinations() event.Table {
	t := event.Table{Columns: []string{"destination", "flows", "machines", "sent", "received", "first", "last"}}
	for i, name := range []string{"outlook.office365.com", "www.lg-waps.go.jp", "windowsupdate.com", "a-very-long-host-name-that-does-not-end.cdn.storage.example-cloud-service.co.jp", "203.0.113.9"} {
		n := int64(5 - i)
		t.Rows = append(t.Rows, []any{name, n * 18_233, n * 211, n * n * 1_400_000_000, n * n * n * 3_100_000_000, November.From, November.Until})
	}
	return t
}
