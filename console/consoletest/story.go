package consoletest

import (
	"fmt"
	"time"

	"github.com/yagura-project/yagura/event"
)

var (
	beacon = event.Advisory{ID: "beacon", Title: event.Text{JA: "外部への定期的な連絡", EN: "Regular calls to an outside server"},
		Means: event.Text{JA: "端末の中の不正なプログラムが、外の指示役のサーバーへ決まった間隔で連絡しているとみられます。", EN: "A program on this machine seems to report to an outside server at fixed intervals."},
		Do: []event.Text{{JA: "端末の電源は切らず、LANケーブルを抜いてください。", EN: "Do not switch the machine off; pull its LAN cable."},
			{JA: "利用者に、直前に開いたメールやファイルを聞いてください。", EN: "Ask the user which mail or file was opened last."},
			{JA: "情報政策室（内線 210）へ連絡してください。", EN: "Call the IT section (extension 210)."}},
		Techniques: []event.Technique{{UID: "T1071.001", Name: "Application Layer Protocol: Web Protocols"}}, Threat: event.MaliciousBehaviour, Phase: event.PhaseC2}
	remoteService = event.Advisory{ID: "psexec", Title: event.Text{JA: "ほかの端末への遠隔実行", EN: "Remote execution on another machine"},
		Means:      event.Text{JA: "この端末が、ほかの機器にプログラムを送り込み、実行しました。管理作業でなければ侵入の拡大です。", EN: "This machine sent a program to another one and ran it. Unless it was administration, the intrusion is spreading."},
		Do:         []event.Text{{JA: "送り込まれた側の機器（FILE-01）も確認してください。", EN: "Check the other machine (FILE-01) as well."}},
		Techniques: []event.Technique{{UID: "T1021.002", Name: "SMB/Windows Admin Shares"}, {UID: "T1569.002", Name: "Service Execution"}},
		Threat:     event.MaliciousBehaviour, Phase: event.PhaseLateral}
	scan = event.Advisory{ID: "portscan", Title: event.Text{JA: "庁内の機器を次々に調べる動き", EN: "Probing machines one after the other"},
		Means:      event.Text{JA: "この端末が、庁内の多くの機器へ短い時間に接続を試みました。", EN: "This machine tried to connect to many others in a short time."},
		Do:         []event.Text{{JA: "資産管理や点検の作業でないか、担当者に確かめてください。", EN: "Ask whether it was an inventory or a check."}},
		Techniques: []event.Technique{{UID: "T1046", Name: "Network Service Discovery"}}, Threat: event.SuspiciousBehaviour, Phase: event.PhaseDiscovery}
	tunnel = event.Advisory{ID: "dnstunnel", Title: event.Text{JA: "名前解決に隠した通信", EN: "Traffic hidden in name look-ups"},
		Means:      event.Text{JA: "ふつうは短い名前の問い合わせに、データを隠して外へ運んでいるとみられます。", EN: "Data seems to be carried out inside name look-ups."},
		Do:         []event.Text{{JA: "端末の電源は切らず、LANケーブルを抜いてください。", EN: "Do not switch the machine off; pull its LAN cable."}},
		Techniques: []event.Technique{{UID: "T1071.004", Name: "Application Layer Protocol: DNS"}}, Threat: event.MaliciousBehaviour, Phase: event.PhaseExfiltration}
)

// Breach lets an intrusion on PC-103 be found: a beacon, then remote execution on the file server, then a tunnel.
// It gives the case's UID.
func (t *Town) Breach() string {
	now := t.now().UTC()
	d := t.Machine(3)
	uid := t.uid("incident")
	fs := []event.Finding{
		t.finding(beacon, "c2.http", d, event.High, 96, now.Add(-14*time.Minute), 31,
			event.Text{JA: "203.0.113.77 へ 60 秒ごとに 31 回連絡しました（ゆらぎ 6 %）。", EN: "31 calls to 203.0.113.77 every 60 s (jitter 6 %)."},
			event.Evidence{Src: event.Endpoint{IP: d.IP, Port: 49822}, Dst: event.Endpoint{IP: addr("203.0.113.77"), Port: 80}, Name: "http://203.0.113.77/api/v2/ping"}),
		t.finding(remoteService, "lm.psexec", d, event.Critical, 98, now.Add(-4*time.Minute), 1,
			event.Text{JA: "FILE-01 の ADMIN$ に svcupd.exe を書き込み、サービスとして実行しました。", EN: "Wrote svcupd.exe to ADMIN$ on FILE-01 and ran it as a service."},
			event.Evidence{Src: event.Endpoint{IP: d.IP, Port: 49901}, Dst: event.Endpoint{IP: addr("10.20.0.10"), Port: 445}, Name: `\\FILE-01\ADMIN$\svcupd.exe`, Detail: "svcctl CreateServiceW svcupd"}),
		t.finding(tunnel, "c2.dns_tunnel", d, event.High, 88, now.Add(-70*time.Second), 212,
			event.Text{JA: "t.example.net の下の名前を 212 個、続けて問い合わせました。", EN: "212 different names under t.example.net."},
			event.Evidence{Src: event.Endpoint{IP: d.IP, Port: 53122}, Dst: event.Endpoint{IP: addr("10.20.0.2"), Port: 53}, Name: "k5uw4zjan5tca2lo.t.example.net"}),
	}
	fs[0].Reasons = []event.Reason{
		{Name: "polls", Text: event.Text{JA: "同じ相手へ 31 回（目安 12 回以上）", EN: "31 calls to one destination (from 12)"}, Value: 31, Threshold: 12},
		{Name: "jitter", Text: event.Text{JA: "間隔のゆらぎ 6 %（目安 50 % 以下）", EN: "Interval jitter 6 % (up to 50 %)"}, Value: 0.06, Threshold: 0.5, Unit: "ratio"},
		{Name: "prevalence", Text: event.Text{JA: "庁内でこの相手と話すのは、この端末だけです", EN: "No other machine here talks to it"}, Value: 1, Threshold: 2, Unit: "hosts"},
	}
	fs[0].Counter = []event.Reason{{Name: "size", Text: event.Text{JA: "送られた量は合計 42 KB と少なめです", EN: "Only 42 KB were sent"}, Value: 42 << 10, Unit: "B"}}
	i := event.Incident{Header: event.Header{UID: uid, Time: now.Add(-14 * time.Minute), Zone: d.Zone, Tenant: "sakura", Site: "honcho"},
		Number: now.In(time.FixedZone("JST", 9*3600)).Format("2006-0102") + "-01", Device: d, HostSeverity: 9, State: event.IncidentNew,
		Title: event.Text{JA: "外部からの遠隔操作と、ファイルサーバーへの侵入拡大", EN: "Remote control from outside, spreading to the file server"},
		Story: event.Text{
			JA: d.Department + "の " + d.Hostname + "（利用者 " + d.User + "）が、外部のサーバー 203.0.113.77 と 60 秒ごとに連絡を取り続けています。人の操作では説明できない間隔です。\n\n" +
				"続いて、この端末からファイルサーバー FILE-01 へプログラムが送り込まれ、実行されました。これは確かな事実です。\n\n" +
				"その後、名前解決に隠した通信が始まりました。データが外へ出たおそれがあります。量は多くても 60 KB 程度です。何が出たかはまだわかりません。",
			EN: d.Hostname + " (" + d.Department + ", user " + d.User + ") keeps calling the outside server 203.0.113.77 every 60 seconds, too regularly for a person.\n\n" +
				"It then sent a program to the file server FILE-01 and ran it. This is certain.\n\n" +
				"After that, traffic hidden in name look-ups began. Data may have left, at most about 60 KB; what it was is not known yet."},
		Phases:   []event.Phase{event.PhaseC2, event.PhaseLateral, event.PhaseExfiltration},
		Findings: fs, Related: []string{"mac:52:54:00:20:00:0a"}, First: now.Add(-45 * time.Minute), Last: now,
	}
	i.Why = []event.Text{{JA: "危険度 9：庁内の他の機器へ広がったことを示す検知「ほかの端末への遠隔実行」があります。これだけで確実といえる種類です。",
		EN: "Severity 9: evidence of lateral movement, \"Remote execution on another machine\". It is of the kind that is sure by itself."}}
	t.spread(&i, now)
	i.Findings = append(i.Findings, t.reported(d, now.Add(-9*time.Minute)))
	fs = i.Findings
	for _, f := range fs {
		i.Techniques = append(i.Techniques, f.Advisory.Techniques...)
		i.Timeline = append(i.Timeline, event.TimelineEntry{Time: f.Time, Kind: "finding", Ref: f.UID, Phase: f.Advisory.Phase, Text: f.Summary})
	}
	i.Timeline = append(i.Timeline, event.TimelineEntry{Time: now, Kind: "notice", Text: event.Text{JA: "情報政策室へメールで知らせました。", EN: "Told the IT section by mail."}})
	t.open(i)
	return uid
}

// reported is the alert of another product about the machine.
func (t *Town) reported(d event.Device, at time.Time) event.Finding {
	a := event.Advisory{ID: "otheralert", Title: event.Text{JA: "Trend Micro Deep Discovery Inspector の警報：Callback to C&C server", EN: "Alert of Trend Micro Deep Discovery Inspector: Callback to C&C server"}, Threat: event.MaliciousBehaviour, Phase: event.PhaseC2}
	f := t.finding(a, "alert.other", d, event.High, 75, at, 2, event.Text{JA: "Trend Micro Deep Discovery Inspector が「Callback to C&C server」を2件知らせました（相手：203.0.113.77:80）。", EN: "Trend Micro Deep Discovery Inspector reported “Callback to C&C server” 2 times (other side: 203.0.113.77:80)."},
		event.Evidence{Src: event.Endpoint{IP: d.IP, Port: 49822}, Dst: event.Endpoint{IP: addr("203.0.113.77"), Port: 80}, Name: "Callback to C&C server", Detail: "source=ddi id=100100 severity=8"})
	f.Reasons = []event.Reason{{Name: "rated", Text: event.Text{JA: "装置の付けた深刻度：8", EN: "severity given by the product: 8"}, Value: 8}, {Name: "rule", Text: event.Text{JA: "当てはまった規則：指令サーバー", EN: "rule that fitted: C&C"}, Value: 1, Threshold: 1}}
	return f
}

func (t *Town) open(i event.Incident) {
	t.mu.Lock()
	t.incidents[i.UID] = i
	t.mu.Unlock()
	if t.hub != nil {
		t.hub.Incident(i)
	}
}

func (t *Town) finding(a event.Advisory, class string, d event.Device, s event.Severity, confidence int, at time.Time, count int, summary event.Text, e event.Evidence) event.Finding {
	e.Time = at
	return event.Finding{Header: event.Header{UID: t.uid("finding"), Time: at, Zone: d.Zone}, Advisory: a, Behaviour: class, Severity: s, Confidence: confidence,
		SingleShot: s == event.Critical, Device: d, Peers: []event.Endpoint{e.Dst}, Subject: e.Dst.IP.String(), Summary: summary,
		Evidence: []event.Evidence{e}, First: at.Add(-time.Duration(count) * time.Second), Last: at, Count: count}
}

// past is two quiet weeks: some probing, a false alarm, one isolation that was released.
func (t *Town) past(now time.Time) {
	for n, p := range []struct {
		machine, days, severity int
		state                   event.IncidentState
	}{
		{8, 1, 4, event.IncidentResolved}, {17, 2, 3, event.IncidentFalsePositive}, {26, 4, 8, event.IncidentResolved}, {12, 5, 5, event.IncidentResolved},
		{40, 6, 2, event.IncidentResolved}, {33, 9, 6, event.IncidentResolved}, {21, 9, 3, event.IncidentResolved}, {5, 12, 4, event.IncidentResolved}, {44, 36, 7, event.IncidentResolved},
	} {
		d := pc(p.machine, now)
		at := now.AddDate(0, 0, -p.days).Add(-time.Duration(n) * 47 * time.Minute)
		f := t.finding(scan, "scan.sweep", d, event.Severity(p.severity/2*2), 70, at, 60+n,
			event.Text{JA: fmt.Sprintf("庁内の %d 台へ 1 分以内に接続を試みました。", 60+n), EN: fmt.Sprintf("Tried %d machines within a minute.", 60+n)},
			event.Evidence{Src: event.Endpoint{IP: d.IP, Port: 50111}, Dst: event.Endpoint{IP: addr("10.20.3.1"), Port: 445}})
		i := event.Incident{Header: event.Header{UID: t.uid("incident"), Time: at, Zone: d.Zone}, Number: at.Format("2006-0102") + "-01", Device: d,
			HostSeverity: p.severity, State: p.state, Title: scan.Title, Story: scan.Means, Phases: []event.Phase{scan.Phase}, Techniques: scan.Techniques,
			Findings: []event.Finding{f}, First: at, Last: at.Add(time.Minute), Assignee: "admin",
			Timeline: []event.TimelineEntry{{Time: at, Kind: "finding", Ref: f.UID, Phase: scan.Phase, Text: f.Summary}}}
		t.incidents[i.UID] = i
		if p.severity == 8 {
			t.orders["order-past"] = pastOrder(i, at)
		}
	}
}

func pastOrder(i event.Incident, at time.Time) event.Order {
	o := event.Order{Header: event.Header{UID: "order-past", Time: at}, Incident: i.UID, Target: i.Device, IPs: i.Device.IPs, MAC: i.Device.MAC, Mode: event.ModeAuto,
		State: event.OrderReleased, Reason: event.Text{JA: "危険度 8、夜間のため自動で隔離", EN: "Severity 8 at night: isolated automatically"}, Requested: "policy", Approved: "policy",
		Enforcers: []string{"nftables"}, AppliedAt: at.Add(300 * time.Millisecond), VerifiedAt: at.Add(1400 * time.Millisecond), ReleasedAt: at.Add(11 * time.Hour),
		Expires: at.Add(12 * time.Hour), SilenceMS: 900}
	for n, s := range []event.OrderState{event.OrderApproved, event.OrderApplied, event.OrderVerified, event.OrderReleased} {
		o.History = append(o.History, event.Transition{Time: at.Add(time.Duration(n) * 400 * time.Millisecond), To: s, Who: "policy", Why: o.Reason})
	}
	return o
}

// Propose lets the policy ask for the isolation of PC-116, to be approved by a person. It gives the order's UID.
func (t *Town) Propose() string {
	d := t.Machine(16)
	o := event.Order{Header: event.Header{UID: t.uid("order"), Time: t.now().UTC()}, Target: d, IPs: d.IPs, MAC: d.MAC, Mode: event.ModeApprove,
		Reason:    event.Text{JA: "危険度 8。開庁時間のため承認を待っています。", EN: "Severity 8. Office hours: waiting for approval."},
		Requested: "policy", Enforcers: []string{"nftables"}, Expires: t.now().Add(8 * time.Hour).UTC()}
	t.step(&o, event.OrderAwaitingApproval, "policy", "規則 office-hours により承認を待ちます", "Rule office-hours asks for approval")
	return o.UID
}

// spread lets the intrusion reach the file server, and ten more machines behind it.
func (t *Town) spread(i *event.Incident, now time.Time) {
	host := func(d event.Device, step, severity int, at time.Duration) event.CaseHost {
		return event.CaseHost{Device: d, Step: step, Severity: severity, State: event.IncidentNew, First: now.Add(-at)}
	}
	zero := host(i.Device, 0, 9, 45*time.Minute)
	zero.Incident, zero.Number, zero.Zero = i.UID, i.Number, true
	file := event.Device{UID: "mac:52:54:00:20:00:0a", IP: addr("10.20.0.10"), Hostname: "FILE-01", Department: "情報政策室"}
	i.Hosts = []event.CaseHost{zero, host(file, 1, 0, 4*time.Minute)}
	way := event.Hop{From: i.Device.UID, To: file.UID, Time: now.Add(-4 * time.Minute), Title: remoteService.Title, Detector: remoteService.ID, Count: 1}
	i.Spread = []event.Hop{way}
	for n := range 10 {
		d := pc(50+n, now)
		i.Hosts = append(i.Hosts, host(d, 2, 0, 3*time.Minute))
		i.Spread = append(i.Spread, event.Hop{From: file.UID, To: d.UID, Time: now.Add(-3 * time.Minute), Title: remoteService.Title, Detector: remoteService.ID, Count: 2})
	}
}
