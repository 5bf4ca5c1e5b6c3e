package store

import (
	"time"

	"github.com/yagura-project/yagura/event"
)

// Who is the machine behind an address at a moment, as far as it is known.
type Who struct {
	Device string // UID
	Host   string
	User   string
	Zone   string
	Home   bool // the address is in one of our networks
}

// Namer says who was behind an endpoint; it is asked twice an event, from one goroutine, and must be quick.
type Namer interface {
	Who(e event.Endpoint, at time.Time) Who
}

// stamp adds who was behind both sides.
func (r *Row) stamp(n Namer, e event.Event) {
	c, at := e.Tuple(), time.UnixMicro(r.TS).UTC()
	src, dst := n.Who(c.Src, at), n.Who(c.Dst, at)
	r.Device, r.Host, r.User = src.Device, src.Host, src.User
	if r.Zone == "" {
		r.Zone = src.Zone
	}
	r.DstDevice, r.DstHost = dst.Device, dst.Host
	r.Outside = !dst.Home && c.Dst.IP.IsValid() && !c.Dst.IP.IsMulticast() && !c.Dst.IP.IsUnspecified() &&
		c.Dst.IP.String() != "255.255.255.255"
}
