package incident

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/yagura-project/yagura/event"
)

// Sight is how much the sensor saw in the time of a case; Known false: nobody counted.
type Sight struct {
	Known     bool
	Loss      float64 // share of packets lost, 0–1
	Encrypted float64 // share of bytes whose content was encrypted, 0–1
}

// OnSight sets who knows how much was seen from one moment to another; it must not call back.
func (m *Manager) OnSight(of func(from, until time.Time) Sight) { m.sight = of }

// unknowns says honestly what the case does not show: what left, how it got in, who was there, and what could not be seen.
func (w *teller) unknowns() []event.Text {
	out := w.leak()
	if !slices.Contains(w.inc.Phases, event.PhaseEntry) {
		out = append(out, textEntryUnknown)
	}
	d := &w.inc.Device
	if d.User == "" {
		out = append(out, textUserUnknown)
	}
	if d.Confidence > 0 && d.Confidence < event.Sure {
		out = append(out, unsure(d))
	}
	out = append(out, d.Conflicts...)
	if n := w.encrypted(); n > 0 {
		out = append(out, fill(textEncrypted, n))
	}
	switch s := w.sight; {
	case !s.Known:
	case s.Loss >= 0.001:
		out = append(out, fill(textLost, 100*s.Loss))
	case s.Encrypted >= 0.01:
		out = append(out, fill(textOpaque, 100*s.Encrypted))
	}
	return out
}

// leak says whether something was sent out, how much and where to, as far as the findings know.
func (w *teller) leak() []event.Text {
	var out []event.Text
	for i := range w.all {
		f := &w.all[i]
		if f.Advisory.Phase != event.PhaseExfiltration && bytesOut(f) == 0 {
			continue
		}
		to := f.Subject
		if to == "" && len(f.Peers) > 0 {
			to = f.Peers[0].IP.String()
		}
		if n := bytesOut(f); n > 0 {
			out = append(out, fill(textLeft, to, size(n)))
		} else {
			out = append(out, fill(textLeftSome, to))
		}
		if len(out) == maxSentences {
			break
		}
	}
	if len(out) == 0 {
		return []event.Text{textLeakUnknown}
	}
	return append(out, textLeakContent)
}

// outward are the names of reasons that count bytes which left.
var outward = []string{"bytes_out", "sent", "sent_bytes", "uploaded", "upload", "payload_out", "orig_bytes", "outbound"}

func bytesOut(f *event.Finding) float64 {
	for _, r := range f.Reasons {
		if r.Unit == "B" && slices.Contains(outward, r.Name) {
			return r.Value
		}
	}
	return 0
}

// size is a number of bytes as people read it, in powers of 1000.
func size(n float64) string {
	for _, u := range []string{"B", "KB", "MB", "GB"} {
		if n < 1000 {
			return strings.TrimSuffix(fmt.Sprintf("%.1f", n), ".0") + " " + u
		}
		n /= 1000
	}
	return fmt.Sprintf("%.1f TB", n)
}

// encrypted counts the findings whose conversations could be seen from outside only.
func (w *teller) encrypted() (n int) {
	for i := range w.all {
		b := w.all[i].Behaviour
		if strings.Contains(b, "tls") || strings.Contains(b, "quic") || strings.Contains(b, "ssh") ||
			slices.ContainsFunc(w.all[i].Evidence, func(e event.Evidence) bool { return slices.Contains([]uint16{22, 443, 853, 993, 8443}, e.Dst.Port) }) {
			n++
		}
	}
	return n
}

func unsure(d *event.Device) event.Text {
	t := fill(textUnsure, d.Confidence)
	if d.Unsure != (event.Text{}) {
		t = event.Text{JA: t.JA + d.Unsure.JA, EN: t.EN + " " + d.Unsure.EN}
	}
	var names []string
	for _, c := range d.Candidates[:min(len(d.Candidates), maxNamed)] {
		switch {
		case c.Hostname != "":
			names = append(names, c.Hostname)
		case c.IP.IsValid():
			names = append(names, c.IP.String())
		}
	}
	if len(names) > 0 {
		t = event.Text{JA: t.JA + "ほかの候補：" + strings.Join(names, "、") + "。", EN: t.EN + " Others that may be meant: " + strings.Join(names, ", ") + "."}
	}
	return t
}

// steps are the three things to do now: the gravest finding's own, and, where several machines have a part, to look at all of them.
func steps(inc *event.Incident, worst *event.Finding, all []event.Finding) []event.Text {
	var out []event.Text
	add := func(t event.Text) {
		if len(out) < 3 && !slices.Contains(out, t) {
			out = append(out, t)
		}
	}
	for _, t := range worst.Advisory.Do {
		add(t)
	}
	for i := range all {
		for _, t := range all[i].Advisory.Do {
			add(t)
		}
	}
	if len(inc.Hosts) > 1 {
		out = slices.Insert(out, min(1, len(out)), fill(textLookAtAll, len(inc.Hosts)+inc.MoreHosts))
	}
	return out[:min(len(out), 3)]
}

// storyTakenBack is the story of a case of which nothing is left.
func storyTakenBack(inc *event.Incident) event.Text {
	t := event.Text{JA: textTakenBack.JA, EN: textTakenBack.EN}
	for _, f := range inc.Findings[:min(len(inc.Findings), maxSentences)] {
		t.JA += fmt.Sprintf("\n・%s（%s）", f.Advisory.Title.JA, f.Excepted.JA)
		t.EN += fmt.Sprintf("\n- %s (%s)", f.Advisory.Title.EN, f.Excepted.EN)
	}
	return t
}
