package console

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/yagura-project/yagura/event"
)

// Overview answers the two questions of the first page: is the town quiet, and what needs me?
type Overview struct {
	Time     time.Time      `json:"time"`
	Level    string         `json:"level" enum:"quiet,watch,urgent" doc:"quiet: nothing to do; watch: something to look at; urgent: act now"`
	Sentence event.Text     `json:"sentence"`
	Detail   event.Text     `json:"detail"`
	Needs    []Need         `json:"needs" nullable:"false" doc:"what waits for a person, most urgent first"`
	Counts   Counts         `json:"counts"`
	Trend    []TrendDay     `json:"trend" nullable:"false" doc:"the last 14 days, oldest first"`
	Sensors  []SensorHealth `json:"sensors" nullable:"false"`
	Freeze   Freeze         `json:"freeze"`
}

// Need is one thing that waits for a person.
type Need struct {
	Kind     string      `json:"kind" enum:"approval,ineffective,incident,contained,expiring,sensor"`
	Ref      string      `json:"ref" doc:"UID of the case or isolation"`
	Number   string      `json:"number,omitempty"`
	Time     time.Time   `json:"time,omitzero"`
	Severity int         `json:"severity" doc:"host severity, 0 where none"`
	Text     event.Text  `json:"text"`
	Device   DeviceBrief `json:"device,omitzero"`
	Segment  string      `json:"segment,omitempty" doc:"what is cut as a whole: floor 本庁舎 2階; empty = one machine"`
}

// Counts are the numbers beside the sentence.
type Counts struct {
	Open      int `json:"open" doc:"cases not closed"`
	New       int `json:"new" doc:"cases nobody has looked at"`
	Isolated  int `json:"isolated" doc:"machines cut off now"`
	Devices   int `json:"devices" doc:"machines known"`
	Today     int `json:"today" doc:"cases since midnight JST"`
	LastMonth int `json:"last_30_days"`
}

// TrendDay counts the cases that began on one day (JST), by gravity.
type TrendDay struct {
	Day    string `json:"day" doc:"2026-11-21"`
	High   int    `json:"high" doc:"host severity 8–10"`
	Middle int    `json:"middle" doc:"4–7"`
	Low    int    `json:"low" doc:"1–3"`
}

// urgentFrom is the host severity from which an untouched case calls for action at once.
const urgentFrom = 8

// expiringWithin is how long before its end an isolation is shown as ending soon.
const expiringWithin = 2 * time.Hour

// needs collects what waits for a person, most urgent first.
func needs(open []event.Incident, orders []event.Order, sensors []SensorHealth, now time.Time) []Need {
	out := []Need{}
	for _, o := range orders {
		if n, ok := orderNeed(o, now); ok {
			out = append(out, n)
		}
	}
	for _, i := range open {
		n := Need{Kind: "incident", Ref: i.UID, Number: i.Number, Time: i.Time, Severity: i.HostSeverity, Text: i.Title, Device: brief(i.Device)}
		switch {
		case i.State == event.IncidentContained && i.Assignee == "":
			n.Kind = "contained" // Yagura acted, and no person has looked yet
			out = append(out, n)
		case i.State == event.IncidentNew:
			out = append(out, n)
		}
	}
	for _, s := range sensors {
		if !s.OK {
			out = append(out, Need{Kind: "sensor", Ref: s.Source, Time: s.Time, Text: s.Text})
		}
	}
	slices.SortStableFunc(out, func(a, b Need) int {
		return cmp.Or(cmp.Compare(a.rank(), b.rank()), cmp.Compare(b.Severity, a.Severity), b.Time.Compare(a.Time))
	})
	return out
}

func (n Need) rank() int {
	switch {
	case n.Segment != "" && n.Kind == "approval":
		return -1 // it stands for many machines, each with a case of its own
	case n.Kind == "ineffective":
		return 0
	case n.Kind == "approval":
		return 1
	case n.Kind == "incident" && n.Severity >= urgentFrom:
		return 2
	case n.Kind == "contained":
		return 3
	case n.Kind == "sensor":
		return 4
	case n.Kind == "incident":
		return 5
	}
	return 6
}

func orderNeed(o event.Order, now time.Time) (Need, bool) {
	n := Need{Ref: o.UID, Time: o.Time, Device: brief(o.Target), Text: o.Reason, Segment: o.Segment}
	switch o.State {
	case event.OrderAwaitingApproval, event.OrderProposed, event.OrderRehearsed:
		n.Kind = "approval"
	case event.OrderIneffective, event.OrderPartial:
		n.Kind = "ineffective"
	default:
		n.Kind, n.Time = "expiring", o.Expires
		return n, o.State.Standing() && !o.Expires.IsZero() && o.Expires.Sub(now) < expiringWithin
	}
	return n, true
}

// judge says in one sentence how the town is.
func (o *Overview) judge() {
	if len(o.Needs) == 0 {
		o.Level, o.Sentence = "quiet", event.Text{JA: "いま、庁内は平穏です", EN: "The town is quiet"}
		o.Detail = event.Text{JA: "対応が必要なことはありません。", EN: "Nothing needs you."}
		return
	}
	first := o.Needs[0]
	at := place(first.Device)
	if first.Segment != "" {
		at = segmentText(first.Segment)
	}
	switch {
	case first.Kind == "ineffective":
		o.Level, o.Sentence = "urgent", event.Text{JA: "至急：" + at.JA + " の通信がまだ止まっていません", EN: "Urgent: " + at.EN + " still talks"}
	case first.Kind == "approval":
		o.Level, o.Sentence = "urgent", event.Text{JA: "至急：" + at.JA + " の隔離に承認が必要です", EN: "Urgent: isolating " + at.EN + " needs your approval"}
	case first.Kind == "incident" && first.Severity >= urgentFrom:
		o.Level, o.Sentence = "urgent", event.Text{JA: "至急：" + at.JA + " に対応が必要です", EN: "Urgent: " + at.EN + " needs attention"}
	case first.Kind == "contained":
		o.Level, o.Sentence = "watch", event.Text{JA: at.JA + " を隔離しています。確認してください", EN: at.EN + " is isolated. Please look at it"}
	case first.Kind == "sensor":
		o.Level, o.Sentence = "watch", event.Text{JA: "見張りの一部が見えていません", EN: "Part of the watch is blind"}
	case first.Kind == "incident":
		o.Level, o.Sentence = "watch", event.Text{JA: at.JA + " を確認してください", EN: "Please look at " + at.EN}
	default:
		o.Level, o.Sentence = "watch", event.Text{JA: at.JA + " の隔離がまもなく終わります", EN: "The isolation of " + at.EN + " ends soon"}
	}
	o.Detail = first.Text
}

// place names a machine as people would: 総務課の PC-103.
func place(d DeviceBrief) event.Text {
	t := event.Text{JA: d.Name, EN: d.Name}
	if d.Department != "" {
		t.JA, t.EN = d.Department+"の "+d.Name, d.Name+" ("+d.Department+")"
	}
	return t
}

// segmentWords are the kinds of parts of the network.
var segmentWords = map[string]event.Text{"floor": {JA: "フロア", EN: "floor"}, "zone": {JA: "ゾーン", EN: "zone"}, "site": {JA: "拠点全体", EN: "whole site"}}

// zoneWords are the zones that every town has.
var zoneWords = map[string]string{"mynumber": "マイナンバー系", "lgwan": "LGWAN系", "internet": "インターネット系", "school": "学校", "dmz": "公開サーバー"}

// segmentText names a part of the network as people would: 本庁舎 2階（フロア）.
func segmentText(segment string) event.Text {
	kind, name, _ := strings.Cut(segment, " ")
	word := segmentWords[kind]
	if name == "" {
		return word
	}
	ja := name
	if kind == "zone" {
		ja = cmp.Or(zoneWords[name], name)
	}
	return event.Text{JA: ja + "（" + word.JA + "）", EN: name + " (" + word.EN + ")"}
}

// trend counts cases by the day on which they began, over 14 days that end today (JST).
func trend(incidents []event.Incident, now time.Time) []TrendDay {
	const days = 14
	out := make([]TrendDay, days)
	index := map[string]int{}
	for i := range out {
		out[i].Day = now.In(jst).AddDate(0, 0, i-days+1).Format(time.DateOnly)
		index[out[i].Day] = i
	}
	for _, i := range incidents {
		n, ok := index[i.Time.In(jst).Format(time.DateOnly)]
		switch {
		case !ok || i.State == event.IncidentFalsePositive:
		case i.HostSeverity >= 8:
			out[n].High++
		case i.HostSeverity >= 4:
			out[n].Middle++
		default:
			out[n].Low++
		}
	}
	return out
}
