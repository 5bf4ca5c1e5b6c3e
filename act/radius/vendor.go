package radius

import (
	_ "embed"
	"fmt"
	"maps"
	"net"
	"slices"
	"strconv"
	"sync"

	"github.com/goccy/go-yaml"
	"layeh.com/radius"
	"layeh.com/radius/rfc2865"
	"layeh.com/radius/rfc2866"
	"layeh.com/radius/rfc2869"

	"github.com/yagura-project/yagura/event"
)

//go:embed vendors.yaml
var vendorsFile []byte

// vendor is what a maker's devices can do.
type vendor struct {
	Name   string
	Port   uint16
	Way    string
	Names  []string
	Reauth []attribute
	Bounce []attribute
	Signs  bool
	Setup  struct{ JA, EN string }
	Source string
}

// attribute is one vendor-specific attribute (RFC 2865 §5.26): a text or a number.
type attribute struct {
	Vendor uint32
	Type   byte
	Text   string
	Number uint32
}

// vendors is the data file, read once.
var vendors = sync.OnceValues(func() (list []vendor, err error) {
	err = yaml.UnmarshalWithOptions(vendorsFile, &list, yaml.Strict())
	return list, err
})

func vendorOf(name string) (vendor, error) {
	if name == "" {
		name = "standard"
	}
	list, err := vendors()
	if err != nil {
		return vendor{}, fmt.Errorf("vendors.yaml: %w", err)
	}
	var names []string
	for _, v := range list {
		if v.Name == name {
			return v, nil
		}
		names = append(names, v.Name)
	}
	return vendor{}, fmt.Errorf("%q is unknown: use one of %v; standard is for those that follow RFC 5176", name, names)
}

// The ways in which a machine is made to log on again.
const (
	byDisconnect = "disconnect"
	byCoA        = "coa"
	byBounce     = "bounce"
)

func (v vendor) can(way string) bool { return slices.Contains(v.ways(), way) }

func (v vendor) ways() []string {
	out := []string{byDisconnect}
	if len(v.Reauth) > 0 {
		out = append(out, byCoA)
	}
	if len(v.Bounce) > 0 {
		out = append(out, byBounce)
	}
	return out
}

// setup is what must be switched on at the device.
func (v vendor) setup() event.Text { return event.Text{JA: v.Setup.JA, EN: v.Setup.EN} }

func (a attribute) String() string {
	if a.Text != "" {
		return fmt.Sprintf("%d.%d=%s", a.Vendor, a.Type, a.Text)
	}
	return fmt.Sprintf("%d.%d=%d", a.Vendor, a.Type, a.Number)
}

func (a attribute) add(p *radius.Packet) error {
	value := radius.NewInteger(a.Number)
	if a.Text != "" {
		value = radius.Attribute(a.Text)
	}
	if len(value) > 247 {
		return fmt.Errorf("attribute %d.%d is longer than 247 bytes", a.Vendor, a.Type)
	}
	inner := append([]byte{a.Type, byte(len(value) + 2)}, value...)
	vsa, err := radius.NewVendorSpecific(a.Vendor, inner)
	if err != nil {
		return err
	}
	p.Add(rfc2865.VendorSpecific_Type, vsa)
	return nil
}

// namers add what names a session to a request; a value that RADIUS never told is left out.
var namers = map[string]func(p *radius.Packet, s session){
	"NAS-IP-Address": func(p *radius.Packet, s session) {
		if ip := net.ParseIP(s.nasIP).To4(); ip != nil {
			_ = rfc2865.NASIPAddress_Set(p, ip)
		}
	},
	"NAS-Identifier":     text(rfc2865.NASIdentifier_Type, func(s session) string { return s.nasID }),
	"User-Name":          text(rfc2865.UserName_Type, func(s session) string { return s.user }),
	"Calling-Station-Id": text(rfc2865.CallingStationID_Type, func(s session) string { return s.calling }),
	"Acct-Session-Id":    text(rfc2866.AcctSessionID_Type, func(s session) string { return s.id }),
	"NAS-Port-Id":        text(rfc2869.NASPortID_Type, func(s session) string { return s.portID }),
	"NAS-Port": func(p *radius.Packet, s session) {
		if n, err := strconv.ParseUint(s.port, 10, 32); err == nil {
			p.Set(rfc2865.NASPort_Type, radius.NewInteger(uint32(n)))
		}
	},
}

func knownNames() []string { return slices.Sorted(maps.Keys(namers)) }

func text(t radius.Type, of func(session) string) func(*radius.Packet, session) {
	return func(p *radius.Packet, s session) {
		if v := of(s); v != "" && len(v) <= 253 {
			p.Set(t, radius.Attribute(v))
		}
	}
}
