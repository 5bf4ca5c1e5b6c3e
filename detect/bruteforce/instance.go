package bruteforce

import (
	"fmt"
	"net/netip"
	"slices"
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

type key struct {
	src, dst netip.Addr
	port     uint16
}

// maxTries bounds the attempts remembered for one service of one pair.
const maxTries = 256

type try struct {
	at   time.Time
	size uint64
	user string
}

type state struct {
	tries []try
	told  int
}

type instance struct {
	cfg   Config
	deps  detect.Deps
	tries *detect.Table[key, state]

	sprayers *detect.Table[netip.Addr, sprayer]
}

// Advance implements detect.Instance.
func (n *instance) Advance(now time.Time, _ detect.Emit) {
	n.tries.Expire(now)
	n.sprayers.Expire(now)
}

// Stats implements detect.Instance.
func (n *instance) Stats() detect.Stats {
	a, b := n.tries.Stats(), n.sprayers.Stats()
	return detect.Stats{Keys: a.Keys + b.Keys, Evicted: a.Evicted + b.Evicted}
}

// Observe counts ended sessions on logon ports and refused SMB logons.
func (n *instance) Observe(e event.Event, emit detect.Emit) {
	switch e := e.(type) {
	case *event.NetworkActivity:
		if e.Activity.Ended() && e.Proto == event.ProtoTCP && service(e) != "" {
			n.session(e, emit)
		}
	case *event.SMBActivity:
		if e.Command == "session_setup" && refusals[e.Status] {
			n.refusal(e, emit)
		}
	case *event.Authentication:
		n.spray(e, emit)
	}
}

// session counts one short conversation in which both sides spoke.
func (n *instance) session(e *event.NetworkActivity, emit detect.Emit) {
	if e.Orig.Payload == 0 || e.Resp.Payload == 0 || e.Orig.Payload > 10_000 || e.Resp.Payload > 20_000 || e.End.Sub(e.Start) > 2*time.Minute {
		return
	}
	s := n.note(key{e.Src.IP, e.Dst.IP, e.Dst.Port}, try{at: e.Start, size: e.Orig.Payload})
	if len(s.tries) < n.cfg.Sessions || !alike(s.tries) || len(s.tries) < 4*s.told {
		return
	}
	n.tell(&e.Conn, e.Time, service(e), s, 0, emit)
}

// service is the behaviour of guessing at what listens there, "" where nobody logs on: by the port, or by what is spoken on another one.
func service(e *event.NetworkActivity) string {
	if s := services[e.Dst.Port]; s != "" {
		return s
	}
	return spoken[e.App]
}

// note adds a try and forgets those before the window.
func (n *instance) note(k key, t try) *state {
	s, _ := n.tries.Touch(k, t.at)
	from := t.at.Add(-n.cfg.Window)
	s.tries = slices.DeleteFunc(s.tries, func(x try) bool { return x.at.Before(from) })
	if len(s.tries) < s.told {
		s.told = 0
	}
	if len(s.tries) >= maxTries {
		s.tries = slices.Delete(s.tries, 0, 1)
	}
	s.tries = append(s.tries, t)
	return s
}

// alike: guesses differ by a few bytes, work differs by a lot. Two thirds of the
// sessions must lie within a third around the middle size.
func alike(ts []try) bool { return likeness(ts) >= mostAlike }

// mostAlike is the share of sessions of one size from which they are guesses.
const mostAlike = 2.0 / 3

// likeness is the share of sessions that lie within a third around the middle size.
func likeness(ts []try) float64 {
	sizes := make([]uint64, 0, len(ts))
	for _, t := range ts {
		sizes = append(sizes, t.size)
	}
	slices.Sort(sizes)
	mid, near := sizes[len(sizes)/2], 0
	for _, s := range sizes {
		if 3*s >= 2*mid && 3*s <= 4*mid {
			near++
		}
	}
	return float64(near) / float64(len(sizes))
}

// gates are what was asked of the attempts: of sessions whose content is not read, their sizes; of refusals, their number or names.
func (n *instance) gates(s *state, behaviour string, names int) []event.Gate {
	took := s.tries[len(s.tries)-1].at.Sub(s.tries[0].at)
	out := []event.Gate{detect.AtMost("window", took.Seconds(), n.cfg.Window.Seconds(), "s", "window", event.Text{JA: "数えた時間", EN: "Time within which they are counted"})}
	if behaviour == "bf.smb" {
		return append(out,
			detect.AtLeast("refused", float64(len(s.tries)), float64(n.cfg.Refused), "attempts", "refused", event.Text{JA: "断られたログオンの回数(これか、次の名前の数で足りる)", EN: "Logons refused (this suffices, or the next)"}),
			detect.AtLeast("users", float64(names), float64(n.cfg.Users), "names", "users", event.Text{JA: "断られた利用者名の数", EN: "Names refused"}))
	}
	return append(out,
		detect.AtLeast("sessions", float64(len(s.tries)), float64(n.cfg.Sessions), "attempts", "sessions", event.Text{JA: "双方が話した短い接続(2分、10 kB まで)の回数", EN: "Short conversations (up to 2 min and 10 kB) in which both sides spoke"}),
		detect.AtLeast("alike", likeness(s.tries), mostAlike, "ratio", "", event.Text{JA: "大きさのそろった接続の割合(作業なら大きさがばらつく)", EN: "Share of them of one size (work differs in size)"}))
}

// refusals are NTSTATUS values of a logon that failed for its name or password (MS-ERREF §2.3.1).
var refusals = map[uint32]bool{0xC000006D: true, 0xC000006A: true, 0xC0000064: true, 0xC0000234: true, 0xC0000072: true, 0xC0000071: true}

func (n *instance) refusal(e *event.SMBActivity, emit detect.Emit) {
	s := n.note(key{e.Src.IP, e.Dst.IP, 445}, try{at: e.Time, user: e.User})
	names := map[string]bool{}
	for _, t := range s.tries {
		if t.user != "" {
			names[t.user] = true
		}
	}
	if len(s.tries) < n.cfg.Refused && len(names) < n.cfg.Users || len(s.tries) < 4*s.told {
		return
	}
	n.tell(&e.Conn, e.Time, "bf.smb", s, len(names), emit)
}

func (n *instance) tell(c *event.Conn, at time.Time, behaviour string, s *state, names int, emit detect.Emit) {
	device, peer, ok := n.deps.Actor(c)
	if !ok || n.deps.HasRole(c.Src.IP, at, n.cfg.Exempt...) {
		return
	}
	count, took := len(s.tries), at.Sub(s.tries[0].at).Seconds()
	f := event.Finding{
		Behaviour: behaviour, Severity: event.Medium, Confidence: 70, Weight: 0.45,
		Device: detect.Device(device), Peers: []event.Endpoint{peer}, Subject: fmt.Sprintf("%s:%d", c.Dst.IP, c.Dst.Port), Count: count - s.told, First: s.tries[0].at,
		Summary: detect.Say("%[1]s が %[2]s に、%[3]d回続けて短いログオンを試みました(ポート%[4]d)。", "%[1]s tried %[3]d short logons at %[2]s in a row (port %[4]d).",
			c.Src.IP, c.Dst.IP, count, c.Dst.Port),
		Reasons: []event.Reason{detect.Because("attempts", float64(count), float64(n.cfg.Sessions), "sessions",
			detect.Say("%.0f秒間に%d回の試行がありました。", "In %.0f s there were %d attempts.", took, count))},
		Evidence: []event.Evidence{detect.Seen(at, c, "")},
	}
	f.Time = at
	f.Gates = n.gates(s, behaviour, names)
	if names > 0 {
		f.Reasons = append(f.Reasons, detect.Because("users", float64(names), float64(n.cfg.Users), "names",
			detect.Say("%d種類の利用者名が断られました。", "%d different names were refused.", names)))
	}
	s.told = count
	emit(f)
}
