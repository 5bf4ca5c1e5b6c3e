package dhcp

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"github.com/yagura-project/yagura/dissect/utf16le"
	"github.com/yagura-project/yagura/event"
)

// Options that are read (RFC 2132 but where noted).
const (
	optPad       = 0
	optMask      = 1
	optRouter    = 3
	optResolver  = 6
	optHostname  = 12
	optRequested = 50
	optLease     = 51
	optOverload  = 52
	optMessage   = 53
	optServer    = 54
	optParams    = 55
	optRenewal   = 58
	optRebinding = 59
	optVendor    = 60
	optClientID  = 61
	optFQDN      = 81 // RFC 4702
	optRelay     = 82 // RFC 3046
	optEnd       = 255
)

// messages are the values of option 53 (RFC 2132 §9.6, RFC 4388).
var messages = []string{"", "DISCOVER", "OFFER", "REQUEST", "DECLINE", "ACK", "NAK", "RELEASE", "INFORM"}

// readHead fills in what the fixed part says (RFC 2131 §2).
func readHead(a *event.DHCPActivity, b []byte) {
	a.XID = binary.BigEndian.Uint32(b[4:])
	a.ClientIP, a.YourIP, a.NextIP, a.RelayIP = addr(b[12:16]), addr(b[16:20]), addr(b[20:24]), addr(b[24:28])
	if b[1] == 1 && b[2] == 6 { // Ethernet
		copy(a.ClientMAC[:], b[28:34])
	}
}

// addr is an IPv4 address; 0.0.0.0 is none.
func addr(b []byte) netip.Addr {
	ip, ok := netip.AddrFromSlice(b)
	if !ok || !ip.Is4() || ip.IsUnspecified() {
		return netip.Addr{}
	}
	return ip
}

func addrs(b []byte) (out []netip.Addr) {
	for ; len(b) >= 4 && len(out) < 8; b = b[4:] {
		if ip := addr(b[:4]); ip.IsValid() {
			out = append(out, ip)
		}
	}
	return out
}

var errCut = fmt.Errorf("%w: an option is longer than what is left", ErrMessage)

// options are the values by code; those sent in several pieces are joined (RFC 3396 §7).
type options map[byte][]byte

// collect reads the options field, then those in the file and sname fields where option 52 says so.
func collect(b []byte) (options, error) {
	o := options{}
	if err := o.read(b[headLen+cookieLen:]); err != nil {
		return o, err
	}
	over := byte(0)
	if v := o[optOverload]; len(v) == 1 {
		over = v[0]
	}
	if over&1 != 0 {
		_ = o.read(b[108:236]) // a broken file field takes nothing from what was read
	}
	if over&2 != 0 {
		_ = o.read(b[44:108])
	}
	return o, nil
}

func (o options) read(b []byte) error {
	for len(b) > 0 && b[0] != optEnd {
		if b[0] == optPad {
			b = b[1:]
			continue
		}
		if len(b) < 2 || len(b) < 2+int(b[1]) {
			return errCut
		}
		end := 2 + int(b[1])
		o[b[0]] = append(o[b[0]], b[2:end]...)
		b = b[end:]
	}
	return nil
}

func (o options) fill(a *event.DHCPActivity) {
	if v := o[optMessage]; len(v) == 1 && int(v[0]) < len(messages) {
		a.Message = messages[v[0]]
	}
	a.RequestedIP, a.ServerIP = addr(o[optRequested]), addr(o[optServer])
	a.SubnetMask, a.Routers, a.Resolvers = addr(o[optMask]), addrs(o[optRouter]), addrs(o[optResolver])
	a.Hostname, a.Vendor = text(o[optHostname]), text(o[optVendor])
	a.FQDN = fqdn(o[optFQDN])
	a.LeaseSec, a.RenewSec, a.RebindSec = seconds(o[optLease]), seconds(o[optRenewal]), seconds(o[optRebinding])
	a.Params = numbers(o[optParams])
	id := o[optClientID]
	a.ClientID = hex.EncodeToString(id[:min(len(id), 64)])
	if a.ClientMAC.IsZero() && len(id) == 7 && id[0] == 1 {
		copy(a.ClientMAC[:], id[1:])
	}
	a.CircuitID, a.RemoteID = relay(o[optRelay])
}

// seconds reads a time of 32 bits (RFC 2132 §9.2); 0 where it is none.
func seconds(b []byte) uint32 {
	if len(b) != 4 {
		return 0
	}
	return binary.BigEndian.Uint32(b)
}

// relay reads the sub-options of the relay agent (RFC 3046 §2.0).
func relay(b []byte) (circuit, remote string) {
	for len(b) >= 2 && len(b) >= 2+int(b[1]) {
		v := b[2 : 2+int(b[1])]
		switch b[0] {
		case 1:
			circuit = textOrHex(v)
		case 2:
			remote = textOrHex(v)
		}
		b = b[2+len(v):]
	}
	return circuit, remote
}

// fqdn reads RFC 4702 §2: flags, two unused codes, then a name in DNS wire form (E bit) or in ASCII.
func fqdn(b []byte) string {
	if len(b) < 4 {
		return ""
	}
	name := b[3:]
	if b[0]&4 == 0 {
		return strings.TrimSuffix(text(name), ".")
	}
	var labels []string
	for len(name) > 0 && name[0] != 0 && len(name) > int(name[0]) {
		labels = append(labels, text(name[1:1+name[0]]))
		name = name[1+name[0]:]
	}
	return strings.Join(labels, ".")
}

func numbers(b []byte) string {
	var s []string
	for _, c := range b[:min(len(b), 128)] {
		s = append(s, strconv.Itoa(int(c)))
	}
	return strings.Join(s, ",")
}

// text reads what Windows sends in its code page, and drops trailing NULs and everything that is not printable; at most 255 bytes.
func text(b []byte) string {
	b = b[:min(len(b), 255)]
	if s, ok := utf16le.Japanese(bytes.TrimRight(b, "\x00")); ok {
		return utf16le.Printable(s)
	}
	return utf16le.Printable(strings.TrimRight(string(b), "\x00"))
}

func textOrHex(b []byte) string {
	for _, c := range b {
		if c < ' ' || c > '~' {
			return hex.EncodeToString(b)
		}
	}
	return string(b)
}
