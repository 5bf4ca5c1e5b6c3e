package dnsmsg

import (
	"encoding/binary"
	"encoding/hex"
	"net/netip"
	"strconv"
	"strings"
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

var typeNames = map[uint16]string{
	TypeA: "A", TypeNS: "NS", TypeCNAME: "CNAME", TypeSOA: "SOA", TypeNULL: "NULL", TypePTR: "PTR", TypeHINFO: "HINFO",
	TypeMX: "MX", TypeTXT: "TXT", TypeAAAA: "AAAA", TypeSRV: "SRV", TypeDNAME: "DNAME", TypeOPT: "OPT", TypeHTTPS: "HTTPS",
	TypeAXFR: "AXFR", TypeANY: "ANY", 24: "SIG", 25: "KEY", 32: "NB", 35: "NAPTR", 43: "DS", 44: "SSHFP", 46: "RRSIG", 47: "NSEC", 48: "DNSKEY",
	50: "NSEC3", 51: "NSEC3PARAM", 52: "TLSA", 64: "SVCB", 99: "SPF", 249: "TKEY", 250: "TSIG", 251: "IXFR", 256: "URI", 257: "CAA",
}

// TypeName is the mnemonic of a type, TYPE123 where it has none here (RFC 3597 §5).
func TypeName(t uint16) string {
	if s, ok := typeNames[t]; ok {
		return s
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

// text renders the RDATA that goes from off to the end of b; compressed names reach back into b.
func text(typ uint16, b []byte, off int) string {
	d := b[off:]
	switch typ {
	case TypeA, TypeAAAA:
		if a, ok := netip.AddrFromSlice(d); ok && a.Is4() == (typ == TypeA) {
			return a.String()
		}
	case TypeNS, TypeCNAME, TypePTR, TypeDNAME:
		return names(b, off, 1, d)
	case TypeSOA:
		return names(b, off, 2, d)
	case TypeMX:
		return numbered(b, off, 1)
	case TypeSRV:
		return numbered(b, off, 3)
	case TypeTXT, TypeHINFO, 99:
		return charStrings(d)
	}
	return hexText(d)
}

func names(b []byte, off, n int, d []byte) string {
	var out []string
	for range n {
		s, next, err := Name(b, off)
		if err != nil {
			return hexText(d)
		}
		out, off = append(out, s), next
	}
	return clip(strings.Join(out, " "))
}

// numbered is n 16-bit numbers and a name: "10 mail.example.jp", "0 100 445 fs.example.jp".
func numbered(b []byte, off, n int) string {
	d := b[off:]
	if len(d) < 2*n+1 {
		return hexText(d)
	}
	var s strings.Builder
	for i := range n {
		s.WriteString(strconv.Itoa(int(binary.BigEndian.Uint16(d[2*i:]))))
		s.WriteByte(' ')
	}
	name, _, err := Name(b, off+2*n)
	if err != nil {
		return hexText(d)
	}
	s.WriteString(name)
	return clip(s.String())
}

// charStrings joins the character strings of TXT (RFC 1035 §3.3.14) without escapes for printable ASCII.
func charStrings(d []byte) string {
	var out []byte
	for len(d) > 0 && len(out) < MaxText {
		n := min(int(d[0]), len(d)-1)
		for _, c := range d[1 : 1+n] {
			if c < ' ' || c >= 0x7f || c == '\\' {
				out = append(out, '\\', '0'+c/100, '0'+c/10%10, '0'+c%10)
				continue
			}
			out = append(out, c)
		}
		d = d[1+n:]
	}
	return clip(string(out))
}

func hexText(d []byte) string {
	return hex.EncodeToString(d[:min(len(d), MaxText/2)])
}

func clip(s string) string {
	return s[:min(len(s), MaxText)]
}
