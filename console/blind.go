package console

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/yagura-project/yagura/event"
)

// BlindView says what share of the traffic was not looked into, why, and what to do about it.
type BlindView struct {
	Time    time.Time      `json:"time"`
	Bytes   uint64         `json:"bytes" doc:"of the period, with what was lost"`
	Seen    float64        `json:"seen" doc:"share that was looked into, 0–1"`
	Text    event.Text     `json:"text"`
	Reasons []BlindReason  `json:"reasons" nullable:"false" doc:"largest first; only those that occurred"`
	Days    []BlindDay     `json:"days" nullable:"false" doc:"oldest first; days without traffic are left out"`
	VLANs   []BlindVLAN    `json:"vlans" nullable:"false" doc:"VLANs that show one direction only"`
	Sensors []SensorHealth `json:"sensors" nullable:"false"`
	Rules   *RuleHealth    `json:"rules,omitempty" doc:"absent where no rules are configured"`
	Others  []IntakeHealth `json:"others,omitempty" doc:"products that send alerts; absent where none is registered"`
}

// BlindReason is one reason why bytes were not looked into.
type BlindReason struct {
	Reason string     `json:"reason" enum:"tls,smb,encrypted,lost,one_sided,unparsed"`
	Bytes  uint64     `json:"bytes"`
	Share  float64    `json:"share" doc:"of all bytes of the period, 0–1"`
	Mend   bool       `json:"mend" doc:"somebody can and should mend it; false: it is in the nature of the traffic"`
	Title  event.Text `json:"title"`
	Means  event.Text `json:"means"`
	Do     event.Text `json:"do"`
}

// BlindDay is one day of all sensors.
type BlindDay struct {
	Day   string      `json:"day" doc:"2026-11-21, in Japan"`
	Bytes uint64      `json:"bytes"`
	Seen  float64     `json:"seen"`
	Parts []BlindPart `json:"parts" nullable:"false" doc:"in the order of reasons"`
}

// BlindPart is the share of one reason on one day.
type BlindPart struct {
	Reason string  `json:"reason"`
	Bytes  uint64  `json:"bytes"`
	Share  float64 `json:"share"`
}

// BlindVLAN is a VLAN of which the mirror shows one direction only.
type BlindVLAN struct {
	ID       uint16     `json:"id" doc:"0 = untagged"`
	Flows    uint64     `json:"flows"`
	OneSided uint64     `json:"one_sided"`
	Text     event.Text `json:"text"`
}

// RuleHealth says what became of the configured rules.
type RuleHealth struct {
	Loaded  int        `json:"loaded"`
	Refused int        `json:"refused" doc:"rules that Yagura does not understand; yagura rules check names each with its line"`
	Since   time.Time  `json:"since,omitzero" doc:"when they were loaded"`
	Text    event.Text `json:"text"`
}

// What makes a VLAN suspicious: so many connections, and nearly all of them with one side only.
const (
	vlanFlows = 20
	vlanShare = 0.9
)

// blindBytes are the bytes of a day by reason.
func blindBytes(d event.SensorDay) map[string]uint64 {
	lost := d.GapBytes
	if d.Packets > 0 {
		lost += d.KernelDrops * (d.Bytes / d.Packets) // what a packet weighs on the average
	}
	return map[string]uint64{"tls": d.Blind.TLS, "smb": d.Blind.SMB, "encrypted": d.Blind.Encrypted, "lost": lost,
		"one_sided": d.Blind.OneSided, "unparsed": d.Blind.Unparsed}
}

// blindView sums the days of all sensors up.
func blindView(days []event.SensorDay, sensors []SensorHealth, now time.Time) BlindView {
	v := BlindView{Time: now.UTC(), Sensors: sensors, Reasons: []BlindReason{}, Days: []BlindDay{}, VLANs: []BlindVLAN{}}
	all, byDay, bytesOf := map[string]uint64{}, map[string]map[string]uint64{}, map[string]uint64{}
	vlans := map[uint16]event.VLANFlows{}
	for _, d := range days {
		parts := blindBytes(d)
		if byDay[d.Day] == nil {
			byDay[d.Day] = map[string]uint64{}
		}
		for reason, n := range parts {
			byDay[d.Day][reason] += n
			all[reason] += n
		}
		bytesOf[d.Day] += d.Bytes + parts["lost"]
		v.Bytes += d.Bytes + parts["lost"]
		for id, f := range d.Blind.VLANs {
			s := vlans[id]
			vlans[id] = event.VLANFlows{Flows: s.Flows + f.Flows, OneSided: s.OneSided + f.OneSided}
		}
	}
	for _, reason := range blindOrder {
		if n := all[reason]; n > 0 {
			r := blindReasons[reason]
			r.Reason, r.Bytes, r.Share = reason, n, ratio(n, v.Bytes)
			v.Reasons = append(v.Reasons, r)
		}
	}
	slices.SortStableFunc(v.Reasons, func(a, b BlindReason) int { return cmp.Compare(b.Bytes, a.Bytes) })
	for _, day := range slices.Sorted(maps.Keys(byDay)) {
		if bytesOf[day] > 0 {
			v.Days = append(v.Days, blindDay(day, bytesOf[day], byDay[day]))
		}
	}
	v.VLANs = append(v.VLANs, oneSidedVLANs(vlans)...)
	v.Seen = seen(all, v.Bytes)
	v.Text = blindText(v)
	return v
}

func blindDay(day string, bytes uint64, parts map[string]uint64) BlindDay {
	d := BlindDay{Day: day, Bytes: bytes, Seen: seen(parts, bytes), Parts: []BlindPart{}}
	for _, reason := range blindOrder {
		if n := parts[reason]; n > 0 {
			d.Parts = append(d.Parts, BlindPart{reason, n, ratio(n, bytes)})
		}
	}
	return d
}

func seen(parts map[string]uint64, bytes uint64) float64 {
	hidden := uint64(0)
	for _, n := range parts {
		hidden += n
	}
	return 1 - ratio(hidden, bytes)
}

func oneSidedVLANs(vlans map[uint16]event.VLANFlows) (out []BlindVLAN) {
	for _, id := range slices.Sorted(maps.Keys(vlans)) {
		f := vlans[id]
		if f.Flows < vlanFlows || float64(f.OneSided) < vlanShare*float64(f.Flows) {
			continue
		}
		name := event.Text{JA: fmt.Sprintf("VLAN %d", id), EN: fmt.Sprintf("VLAN %d", id)}
		if id == 0 {
			name = event.Text{JA: "タグなしの通信", EN: "Untagged traffic"}
		}
		out = append(out, BlindVLAN{ID: id, Flows: f.Flows, OneSided: f.OneSided, Text: event.Text{
			JA: fmt.Sprintf("%sは片方向しか届いていません（%d 件のうち %d 件）。ミラー設定で、この VLAN の送信と受信の両方を写してください。", name.JA, f.Flows, f.OneSided),
			EN: fmt.Sprintf("%s shows one direction only (%d of %d connections). Mirror both directions of it.", name.EN, f.OneSided, f.Flows)}})
	}
	return out
}

// blindText is the one sentence to read when there is time for one.
func blindText(v BlindView) event.Text {
	if v.Bytes == 0 {
		return event.Text{JA: "この期間の記録はまだありません。監視を始めると、ここに毎日の割合が出ます。", EN: "Nothing was recorded in this period yet. The shares of each day appear here once the watch has begun."}
	}
	mend := float64(0)
	for _, r := range v.Reasons {
		if r.Mend {
			mend += r.Share
		}
	}
	inside, outside := 100*v.Seen, 100*max(0, 1-v.Seen-mend)
	seen := event.Text{JA: fmt.Sprintf("通信の %.0f %% は中身まで、%.0f %% は相手と量まで見えています。", inside, outside),
		EN: fmt.Sprintf("%.0f %% of the traffic is looked into; of %.0f %% it is seen who talked with whom and how much.", inside, outside)}
	if slices.ContainsFunc(v.Sensors, func(s SensorHealth) bool { return !s.OK }) { // what did not arrive is in no share
		return event.Text{JA: "届いた" + seen.JA + "ただし、見張りに不調があります。下の「見張りの状態」を確かめてください。",
			EN: "Of what arrived: " + seen.EN + " But the watch is not well; see its state below."}
	}
	if mend >= 0.01 || len(v.VLANs) > 0 {
		return event.Text{JA: seen.JA + fmt.Sprintf("%.1f %% は、設定を直すと見えるようになります。", 100*mend),
			EN: seen.EN + fmt.Sprintf(" %.1f %% can be won by mending the set-up.", 100*mend)}
	}
	return event.Text{JA: seen.JA + "直すところはありません。", EN: seen.EN + " There is nothing to mend."}
}
