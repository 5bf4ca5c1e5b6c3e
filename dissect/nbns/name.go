package nbns

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"net/netip"
	"strings"
	"unicode"

	"github.com/yagura-project/yagura/dissect/dnsmsg"
	"github.com/yagura-project/yagura/dissect/utf16le"
	"github.com/yagura-project/yagura/event"
)

const maxAnswers = 64

// Suffixes (16th byte of a name) by which a machine names itself.
const (
	workstation = 0x00
	fileServer  = 0x20
	noSuffix    = -1 // the name was not encoded
)

// decode undoes the first-level encoding (RFC 1001 §14.1): two letters A–P a byte, 15 bytes of
// name padded by spaces and one suffix. What is not encoded is given back as it is.
func decode(s string) (name string, suffix int) {
	first, scope, _ := strings.Cut(s, ".")
	if len(first) != 32 {
		return s, noSuffix
	}
	var raw [16]byte
	for i := range raw {
		hi, lo := first[2*i]-'a', first[2*i+1]-'a'
		if hi > 15 || lo > 15 {
			return s, noSuffix
		}
		raw[i] = hi<<4 | lo
	}
	name = clean(raw[:15])
	if scope != "" {
		name += "." + scope
	}
	return name, int(raw[15])
}

// clean makes a padded OEM name printable and lower case: what can be Shift_JIS is read as such, other bytes above ASCII are written \DDD.
func clean(b []byte) string {
	b = bytes.TrimRight(b, " \x00")
	if s, ok := utf16le.Japanese(b); ok && !bytes.ContainsFunc(b, unicode.IsControl) {
		return strings.ToLower(s)
	}
	var out strings.Builder
	for _, c := range b {
		switch {
		case c < ' ' || c >= 0x7f:
			fmt.Fprintf(&out, "\\%03d", c)
		case 'A' <= c && c <= 'Z':
			out.WriteByte(c | 0x20)
		default:
			out.WriteByte(c)
		}
	}
	return out.String()
}

// typeName is "NB" for a machine's own name, "NBGROUP" for that of a group,
// "NB:1C" for the name of a service by its suffix, "NBSTAT" for a status list.
func typeName(typ uint16, suffix int, group bool) string {
	switch {
	case typ == typeNBSTAT:
		return "NBSTAT"
	case typ != typeNB:
		return dnsmsg.TypeName(typ)
	case group:
		return "NBGROUP"
	case suffix == workstation, suffix == fileServer, suffix == noSuffix:
		return "NB"
	}
	return fmt.Sprintf("NB:%02X", suffix)
}

// answers reads records; owner is whose status list it may be.
func answers(records []dnsmsg.Record, owner event.Endpoint) (out []event.DNSAnswer) {
	for _, r := range records {
		name, suffix := decode(r.Name)
		switch r.Type {
		case typeNB:
			out = append(out, addresses(name, suffix, r)...)
		case typeNBSTAT:
			out = append(out, status(r, owner)...)
		}
		if len(out) >= maxAnswers {
			return out[:maxAnswers]
		}
	}
	return out
}

// addresses reads pairs of flags and address (RFC 1002 §4.2.13).
func addresses(name string, suffix int, r dnsmsg.Record) (out []event.DNSAnswer) {
	for d := r.Data; len(d) >= 6 && len(out) < maxAnswers; d = d[6:] {
		ip := netip.AddrFrom4([4]byte(d[2:6]))
		group := binary.BigEndian.Uint16(d)&0x8000 != 0
		out = append(out, event.DNSAnswer{Name: name, Type: typeName(typeNB, suffix, group), TTL: r.TTL, Data: ip.String()})
	}
	return out
}

// status reads the list of a machine's names (RFC 1002 §4.2.18): 15 bytes, suffix, flags each; behind them stands its MAC address.
func status(r dnsmsg.Record, owner event.Endpoint) (out []event.DNSAnswer) {
	if len(r.Data) == 0 {
		return nil
	}
	d, n := r.Data[1:], int(r.Data[0])
	for ; n > 0 && len(d) >= 18; n, d = n-1, d[18:] {
		group := binary.BigEndian.Uint16(d[16:])&0x8000 != 0
		out = append(out, event.DNSAnswer{
			Name: clean(d[:15]), Type: typeName(typeNB, int(d[15]), group), TTL: r.TTL, Data: owner.IP.String(),
		})
	}
	if n == 0 && len(d) >= 6 && event.MAC(d) != (event.MAC{}) {
		out = append(out, event.DNSAnswer{Type: "UNITID", TTL: r.TTL, Data: event.MAC(d).String()})
	}
	return out
}
