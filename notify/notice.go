package notify

import (
	"net/netip"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/yagura-project/yagura/event"
)

// Notice is one page for somebody who is no expert.
type Notice struct {
	Kind     Kind
	Severity int
	Incident event.Incident
	Order    *event.Order // the isolation that there is of the machine, newest; nil = none

	What     event.Text   // 何が
	Which    event.Text   // どの端末
	Where    event.Text   // どこにある
	Do       []event.Text // 今すぐする3つ
	Call     []Contact    // 電話先
	Evidence []event.Text // 証拠
	Done     event.Text   // what Yagura did by itself; empty = nothing
	Repeats  int          // findings that were folded into this notice
	Link     string
}

// maxEvidence is how many lines of evidence stand on the page.
const maxEvidence = 5

// NoticeOf writes the page of an incident and its newest order.
func NoticeOf(inc event.Incident, order *event.Order, call []Contact, link string) Notice {
	n := Notice{
		Kind: KindIncident, Severity: inc.HostSeverity, Incident: inc, Order: order,
		What: whatOf(inc), Which: whichOf(inc.Device), Where: whereOf(inc.Device),
		Do: doOf(inc, order), Call: call, Evidence: evidenceOf(inc), Done: doneOf(order),
	}
	for _, f := range inc.Findings {
		n.Repeats += max(f.Count, 1)
	}
	if link != "" && inc.UID != "" {
		n.Link = strings.TrimSuffix(link, "/") + "/incidents/" + inc.UID
	}
	return n
}

func whatOf(inc event.Incident) event.Text {
	// The story has headings and lists of its own, for the screen; on this page its facts stand under 証拠.
	means := inc.Story
	if worst := worstFinding(inc); worst != nil && worst.Advisory.Means != (event.Text{}) {
		means = worst.Advisory.Means
	}
	return event.Text{JA: paragraph(inc.Title.In("ja"), means.In("ja")), EN: paragraph(inc.Title.In("en"), means.In("en"))}
}

// maxStory is how many characters of the story stand on the page; all of it is in the console.
const maxStory = 400

func paragraph(title, story string) string {
	story = strings.TrimSpace(story)
	if utf8.RuneCountInString(story) > maxStory {
		story = string([]rune(story)[:maxStory]) + "…"
	}
	if story == "" || story == title {
		return title
	}
	return title + "\n" + story
}

func worstFinding(inc event.Incident) *event.Finding {
	var worst *event.Finding
	for i := range inc.Findings {
		f := &inc.Findings[i]
		if worst == nil || f.Severity > worst.Severity || f.Severity == worst.Severity && f.Confidence > worst.Confidence {
			worst = f
		}
	}
	return worst
}

func whichOf(d event.Device) event.Text {
	var addrs []string
	for _, a := range append([]netip.Addr{d.IP}, d.IPs...) {
		if a.IsValid() && !slices.Contains(addrs, a.String()) && len(addrs) < 3 {
			addrs = append(addrs, a.String())
		}
	}
	if !d.MAC.IsZero() {
		addrs = append(addrs, d.MAC.String())
	}
	ja, en := d.Name(), d.Name()
	if list := strings.Join(addrs, " / "); list != "" && list != d.Name() {
		ja, en = ja+"（"+list+"）", en+" ("+list+")"
	}
	if d.User != "" {
		ja, en = ja+"　利用者："+d.User, en+", user "+d.User
	}
	return event.Text{JA: ja, EN: en}
}

func whereOf(d event.Device) event.Text {
	parts := slices.DeleteFunc([]string{d.Department, d.Place}, func(s string) bool { return s == "" })
	place := strings.Join(parts, "　")
	if place == "" {
		return fill(textPlaceUnknown, zoneName(d.Zone))
	}
	if d.Zone == "" {
		return event.Text{JA: place, EN: place}
	}
	return fill(textPlace, place, zoneName(d.Zone))
}

// doOf gives three things to do, the detector's own advice first.
func doOf(inc event.Incident, order *event.Order) []event.Text {
	out := []event.Text{textKeepOn}
	if order != nil && order.State.Standing() {
		out[0] = textLeaveIsolated
	}
	if order != nil && order.State == event.OrderAwaitingApproval {
		out = append([]event.Text{textPleaseApprove}, out...)
	}
	if worst := worstFinding(inc); worst != nil {
		out = append(out, worst.Advisory.Do...)
	}
	out = append(out, textCallIT, textNote)
	var unique []event.Text
	for _, t := range out {
		if !slices.Contains(unique, t) && len(unique) < 3 {
			unique = append(unique, t)
		}
	}
	return unique
}

func evidenceOf(inc event.Incident) []event.Text {
	var out []event.Text
	for i := len(inc.Findings) - 1; i >= 0 && len(out) < maxEvidence; i-- {
		f := inc.Findings[i]
		if f.Summary == (event.Text{}) {
			continue
		}
		at := f.Time.In(JST).Format("1/2 15:04")
		out = append(out, event.Text{JA: at + "　" + f.Summary.In("ja"), EN: at + " JST  " + f.Summary.In("en")})
	}
	slices.Reverse(out)
	return out
}

// doneOf says what became of the isolation.
func doneOf(o *event.Order) event.Text {
	if o == nil {
		return event.Text{}
	}
	until := o.Expires.In(JST).Format("1/2 15:04")
	switch o.State {
	case event.OrderAwaitingApproval:
		return textDoneAwaiting
	case event.OrderApproved, event.OrderApplying, event.OrderApplied, event.OrderVerifying:
		return textDoneBegun
	case event.OrderVerified:
		return fill(textDoneVerified, until)
	case event.OrderPartial, event.OrderIneffective:
		return fill(textDoneNot, strings.Join(o.StillSeen, ", "))
	case event.OrderReleasing, event.OrderReleased:
		return textDoneReleased
	case event.OrderExpired:
		return textDoneExpired
	case event.OrderFailed:
		return fill(textDoneFailed, lastWhy(o))
	case event.OrderDenied:
		return fill(textDoneDenied, lastWhy(o))
	case event.OrderObserved:
		return textDoneObserved
	}
	return event.Text{}
}

func lastWhy(o *event.Order) event.Text {
	if len(o.History) == 0 {
		return event.Text{}
	}
	return o.History[len(o.History)-1].Why
}
