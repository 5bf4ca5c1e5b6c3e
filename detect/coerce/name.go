package coerce

import (
	"strings"
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

// marker stands at the beginning of what is hung onto a server's name: an empty marshalled target description (the structure
// CREDENTIAL_TARGET_INFORMATIONW of Windows' CredMarshalTargetInfo, in its own base 64). The name then leads to whoever
// registered it, while Windows takes its part before the marker for the server meant.
const marker = "1uwhrcaaaa"

type instance struct {
	*detect.CallWatch
	deps detect.Deps
	told *detect.Table[string, int]
}

func newInstance(d detect.Deps) *instance {
	return &instance{detect.NewCallWatch(d, []string{"scanner"}, rules()...), d, detect.NewTable[string, int](5_000, time.Hour)}
}

// Observe judges calls, and names that are asked for or registered.
func (n *instance) Observe(e event.Event, emit detect.Emit) {
	n.CallWatch.Observe(e, emit)
	switch e := e.(type) {
	case *event.DNSActivity:
		n.name(e.Query, e.Time, &e.Conn, emit)
	case *event.LDAPActivity:
		if e.Activity == event.LDAPCreate {
			n.name(e.DN, e.Time, &e.Conn, emit)
		}
	}
}

// Advance implements detect.Instance.
func (n *instance) Advance(now time.Time, emit detect.Emit) {
	n.CallWatch.Advance(now, emit)
	n.told.Expire(now)
}

// Stats implements detect.Instance.
func (n *instance) Stats() detect.Stats {
	a, b := n.CallWatch.Stats(), n.told.Stats()
	return detect.Stats{Keys: a.Keys + b.Keys, Evicted: a.Evicted + b.Evicted}
}

func (n *instance) name(name string, at time.Time, c *event.Conn, emit detect.Emit) {
	if !marked(name) {
		return
	}
	device, peer, ok := n.deps.Actor(c)
	if !ok {
		return
	}
	count, _ := n.told.Touch(c.Src.IP.String()+" "+name, at)
	if *count++; *count > 1 {
		return
	}
	f := event.Finding{
		Behaviour: "cred.coerced_auth", Severity: event.Critical, Confidence: 90, SingleShot: true,
		Device: detect.Device(device), Peers: []event.Endpoint{peer}, Subject: detect.Short(name),
		Summary: detect.Say("%s が、認証を横取りするための特別な名前を扱いました(%s、%d回目)。", "%s dealt with a name that is made to relay logons (%s, number %d).", c.Src.IP, detect.Short(name), *count),
		Reasons: []event.Reason{detect.Because("marked_name", 1, 1, "names", event.Text{
			JA: "名前に、認証先をすり替える目印が含まれています。", EN: "The name holds the mark that changes whom a logon is meant for."})},
		Evidence: []event.Evidence{detect.Seen(at, c, detect.Short(name))},
	}
	f.Time = at
	emit(f)
}

// marked reports that a name holds the marker, in whatever case.
func marked(name string) bool {
	for len(name) >= len(marker) {
		i := strings.IndexByte(name, marker[0])
		if i < 0 || len(name)-i < len(marker) {
			return false
		}
		if strings.EqualFold(name[i:i+len(marker)], marker) {
			return true
		}
		name = name[i+1:]
	}
	return false
}
