package asset

import (
	"fmt"
	"net/netip"
	"slices"
	"time"

	"github.com/yagura-project/yagura/event"
)

// Attachment says that a MAC address was learnt at a port of a switch, or logged on there.
type Attachment struct {
	MAC    event.MAC
	IP     netip.Addr // where it is known too
	Switch string     // name or address
	Port   string     // as people call it: Gi1/0/12
	User   string     // of RADIUS
	Source string     // snmp or radius
	Time   time.Time
}

// Attach learns where machines are plugged in. An uplink is not a place: who reads the switch leaves it out.
func (v *Inventory) Attach(list ...Attachment) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, a := range list {
		v.attach(a)
	}
}

func (v *Inventory) attach(a Attachment) {
	if a.MAC.IsZero() || a.MAC.Multicast() || a.Time.IsZero() {
		return
	}
	m := v.byMAC(a.MAC, a.Time)
	if a.Port != "" || a.Switch != "" {
		m.bind("port", printable(a.Switch)+" "+printable(a.Port), a.Source, a.Time)
	}
	if a.IP.IsValid() && v.home(a.IP) {
		v.hold(a.IP, m, a.Source, a.Time)
	}
	if a.User != "" {
		m.use(a.User, a.Source, a.Time)
	}
}

// printable bounds a name that came from a switch.
func printable(s string) string {
	r := []rune(s)
	r = slices.DeleteFunc(r[:min(len(r), 64)], func(c rune) bool { return c < ' ' || c == 0x7f || c == 0xfffd })
	return string(r)
}

// accounting learns from RADIUS accounting (RFC 2866) who logged on with which machine at which port.
func (v *Inventory) accounting(e *event.AppActivity) {
	if e.Operation != "accounting_request" || e.Attr("acct_status_type") == "stop" {
		return
	}
	mac, err := event.ParseMAC(station(e.Attr("calling_station_id")))
	if err != nil || mac.IsZero() {
		return
	}
	a := Attachment{MAC: mac, Switch: e.Attr("nas_identifier"), Port: e.Attr("nas_port_id"), User: e.Attr("user_name"), Source: fromRADIUS, Time: e.Time}
	if a.Switch == "" {
		a.Switch = e.Attr("nas_ip_address")
	}
	if a.Switch == "" {
		a.Switch = e.Src.IP.String()
	}
	if a.Port == "" && e.Attr("nas_port") != "" {
		a.Port = "port " + e.Attr("nas_port")
	}
	if m, err := event.ParseMAC(station(a.User)); err == nil && m == mac {
		a.User = "" // MAC authentication: no person
	}
	a.User = account(a.User)
	v.attach(a)
}

// station is a Calling-Station-Id without what may follow the address (RFC 3580 §3.21).
func station(s string) string {
	if len(s) > 17 {
		s = s[:17]
	}
	return s
}

// portConflicts are switches that disagree on where the machine is plugged in now.
func (m *machine) portConflicts(at time.Time) (out []event.Text) {
	var seen []event.Binding
	for _, b := range m.bindings {
		if b.Field != "port" || at.Sub(b.Last) > 15*time.Minute || b.First.After(at) {
			continue
		}
		for _, o := range seen {
			out = append(out, event.Text{JA: fmt.Sprintf("接続ポートが一致しません: %s（%s）と %s（%s）", o.Value, sourceName(o.Source), b.Value, sourceName(b.Source)),
				EN: fmt.Sprintf("switch ports differ: %s (%s) and %s (%s)", o.Value, o.Source, b.Value, b.Source)})
		}
		seen = append(seen, b)
	}
	return out
}
