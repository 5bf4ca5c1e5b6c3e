package dnsmsg

import (
	"encoding/binary"
	"encoding/hex"
	"net/netip"
	"strconv"
)

// Types that are read beyond their number (IANA DNS parameters).
const (
	TypeA     = 1
	TypeNS    = 2
	TypeCNAME = 5
	TypeSOA   = 6
	TypeNULL  = 10
	TypePTR   = 12
	TypeHINFO = 13
	TypeMX    = 15
	TypeTXT   = 16
	TypeAAAA  = 28
	TypeSRV   = 33
	TypeDNAME = 39
	TypeOPT   = 41
	TypeHTTPS = 65
	TypeAXFR  = 252
	TypeANY   = 255
)

// MaxText bounds Record.Text.
const MaxText = 512

// typeNames are by number; "" has none here.
var typeNames = [...]string{
	TypeA: "A", TypeNS: "NS", TypeCNAME: "CNAME", TypeSOA: "SOA", TypeNULL: "NULL", TypePTR: "PTR", TypeHINFO: "HINFO",
	TypeMX: "MX", TypeTXT: "TXT", TypeAAAA: "AAAA", TypeSRV: "SRV", TypeDNAME: "DNAME", TypeOPT: "OPT", TypeHTTPS: "HTTPS",
	TypeAXFR: "AXFR", TypeANY: "ANY", 24: "SIG", 25: "KEY", 32: "NB", 35: "NAPTR", 43: "DS", 44: "SSHFP", 46: "RRSIG", 47: "NSEC", 48: "DNSKEY",
	50: "NSEC3", 51: "NSEC3PARAM", 52: "TLSA", 64: "SVCB", 99: "SPF", 249: "TKEY", 250: "TSIG", 251: "IXFR", 256: "URI", 257: "CAA",
}

// TypeName is the mnemonic of a type, TYPE123 where it has none here (RFC 3597 §5).
func TypeName(t uint16) string {
	if int(t) < len(typeNames) && typeNames[t] != "" {
		return typeNames[t]
	}
	return "TYPE" + strconv.Itoa(int(t))
}

var rcodes = []string{"NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED", "YXDOMAIN", "YXRRSET", "NXRRSET", "NOTAUTH", "NOTZONE"}

// RCodeName is the mnemonic of a response code (RFC 6895 §2.3), RCODE17 where it has none here.
func RCodeName(c uint16) string {
	switch {
	case int(c) < len(rcodes):
		return rcodes[c]
	case c == 16:
		return "BADVERS"
	}
	return "RCODE" + strconv.Itoa(int(c))
}

// data renders the RDATA that goes from off to the end of b; compressed names reach back into b.
func (r *Reader) data(typ uint16, b []byte, off int) string {
	d := b[off:]
	switch typ {
	case TypeA, TypeAAAA:
		if a, ok := netip.AddrFromSlice(d); ok && a.Is4() == (typ == TypeA) {
			return r.done(a.AppendTo(r.scratch()))
		}
	case TypeNS, TypeCNAME, TypePTR, TypeDNAME:
		return r.names(b, off)
	case TypeSOA:
		return r.authority(b, off)
	case TypeMX:
		return r.numbered(b, off, 1)
	case TypeSRV:
		return r.numbered(b, off, 3)
	case TypeTXT, TypeHINFO, 99:
		return r.charStrings(d)
	}
	return r.hexText(d)
}

func (r *Reader) names(b []byte, off int) string {
	out, _, err := appendName(r.scratch(), b, off, r.spelling())
	if err != nil {
		return r.hexText(b[off:])
	}
	return r.done(clip(out))
}

// authority is the data of SOA (RFC 1035 §3.3.13): two names and five numbers.
func (r *Reader) authority(b []byte, off int) string {
	out, d := r.scratch(), b[off:]
	for range 2 {
		var err error
		if out, off, err = appendName(out, b, off, r.spelling()); err != nil {
			return r.hexText(d)
		}
		out = append(out, ' ')
	}
	for ; off+4 <= len(b) && len(out) < MaxText; off += 4 {
		out = append(strconv.AppendUint(out, uint64(binary.BigEndian.Uint32(b[off:])), 10), ' ')
	}
	return r.done(clip(out[:len(out)-1]))
}

// numbered is n 16-bit numbers and a name: "10 mail.example.jp", "0 100 445 fs.example.jp".
func (r *Reader) numbered(b []byte, off, n int) string {
	d := b[off:]
	if len(d) < 2*n+1 {
		return r.hexText(d)
	}
	out := r.scratch()
	for i := range n {
		out = append(strconv.AppendUint(out, uint64(binary.BigEndian.Uint16(d[2*i:])), 10), ' ')
	}
	out, _, err := appendName(out, b, off+2*n, r.spelling())
	if err != nil {
		return r.hexText(d)
	}
	return r.done(clip(out))
}

// charStrings joins the character strings of TXT (RFC 1035 §3.3.14) without escapes for printable ASCII.
func (r *Reader) charStrings(d []byte) string {
	out := r.scratch()
	for len(d) > 0 && len(out) < MaxText {
		n := min(int(d[0]), len(d)-1)
		out = r.spelling().text(out, d[1:1+n])
		d = d[1+n:]
	}
	return r.done(clip(out))
}

func (r *Reader) hexText(d []byte) string {
	return r.done(hex.AppendEncode(r.scratch(), d[:min(len(d), MaxText/2)]))
}

func clip(s []byte) []byte {
	return s[:min(len(s), MaxText)]
}
