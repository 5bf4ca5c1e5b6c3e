package remoteexec

import (
	"net/netip"
	"strings"
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

type instance struct {
	*detect.CallWatch
	winrm *winrm
}

// Observe judges DCE/RPC calls and WS-Management requests.
func (n *instance) Observe(e event.Event, emit detect.Emit) {
	switch e := e.(type) {
	case *event.HTTPActivity:
		n.winrm.observe(e, emit)
	case *event.NetworkActivity:
		n.winrm.sealed(e, emit)
	default:
		n.CallWatch.Observe(e, emit)
	}
}

// Advance implements detect.Instance.
func (n *instance) Advance(now time.Time, emit detect.Emit) {
	n.CallWatch.Advance(now, emit)
	n.winrm.table.Expire(now)
	n.winrm.users.Expire(now)
}

// Stats implements detect.Instance.
func (n *instance) Stats() detect.Stats {
	return detect.SumStats(n.CallWatch.Stats(), n.winrm.table.Stats(), n.winrm.users.Stats())
}

// winrm counts WS-Management requests (DSP0226; MS-WSMV) of each pair of machines.
type winrm struct {
	deps   detect.Deps
	exempt []string
	table  *detect.Table[[2]netip.Addr, session]
	users  *detect.Table[netip.Addr, []netip.Addr] // who uses WinRM over TLS of a machine, at most collector
}

type session struct {
	posts int
	first time.Time
	told  bool
}

func newWinRM(d detect.Deps, exempt []string) *winrm {
	return &winrm{d, exempt, detect.NewTable[[2]netip.Addr, session](20_000, time.Hour), detect.NewTable[netip.Addr, []netip.Addr](5_000, 14*24*time.Hour)}
}

// leastPosts: creating a shell, a command, its output and its end are four requests; identification alone is one.
const leastPosts = 3

func (w *winrm) observe(h *event.HTTPActivity, emit detect.Emit) {
	path, _, _ := strings.Cut(strings.ToLower(h.URI), "?")
	if h.Method != "POST" || !strings.HasPrefix(path, "/wsman") || strings.Contains(path, "subscriptionmanager") {
		return // event forwarding subscribes by itself
	}
	s, isNew := w.table.Touch([2]netip.Addr{h.Src.IP, h.Dst.IP}, h.Time)
	if isNew {
		s.first = h.Time
	}
	s.posts++
	if s.posts < leastPosts || s.told {
		return
	}
	device, peer, ok := w.deps.Actor(&h.Conn)
	if !ok {
		return
	}
	s.told = true
	f := event.Finding{
		Behaviour: "lm.winrm", Severity: event.Medium, Confidence: 70, Weight: 0.5,
		Device: detect.Device(device), Peers: []event.Endpoint{peer}, Subject: h.Dst.IP.String(), Count: s.posts, First: s.first,
		Summary: detect.Say("%s が %s を遠隔管理(WinRM)で操作しました(要求%d回)。", "%s operated %s through WinRM (%d requests).", h.Src.IP, h.Dst.IP, s.posts),
		Reasons: []event.Reason{detect.Because("requests", float64(s.posts), leastPosts, "requests",
			detect.Say("遠隔操作の要求が%d回ありました。", "%d requests to operate the machine were seen.", s.posts))},
		Evidence: []event.Evidence{detect.Seen(h.Time, &h.Conn, h.URI)},
	}
	f.Time = h.Time
	if w.deps.HasRole(h.Src.IP, h.Time, w.exempt...) {
		f.Severity, f.Weight = event.Low, 0.1
	}
	emit(f)
}
