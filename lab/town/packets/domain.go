package packets

import (
	"encoding/binary"
	"strings"
	"time"

	"github.com/yagura-project/yagura/event"
)

// der is one element of DER.
func der(tag byte, parts ...[]byte) []byte {
	b := join(parts...)
	n := len(b)
	switch {
	case n < 0x80:
		return append([]byte{tag, byte(n)}, b...)
	case n < 0x100:
		return append([]byte{tag, 0x81, byte(n)}, b...)
	}
	return append([]byte{tag, 0x82, byte(n >> 8), byte(n)}, b...)
}

// integer is an INTEGER of up to 31 bits.
func integer(v int) []byte {
	var b [4]byte
	binary.BigEndian.PutUint32(b[:], uint32(int32(v)))
	i := 0
	for i < 3 && (b[i] == 0 && b[i+1] < 0x80 || b[i] == 0xff && b[i+1] >= 0x80) {
		i++
	}
	return der(2, b[i:])
}

func text(s string) []byte { return der(0x1b, []byte(s)) }

// ctx is the context tag n around an element.
func ctx(n byte, b ...[]byte) []byte { return der(0xa0|n, b...) }

// principal is a name of a client (1) or a service (2) (RFC 4120 §5.2.2).
func principal(kind int, name string) []byte {
	var parts [][]byte
	for _, p := range strings.Split(name, "/") {
		parts = append(parts, text(p))
	}
	return der(0x30, ctx(0, integer(kind)), ctx(1, der(0x30, parts...)))
}

func moment(t time.Time) []byte { return der(0x18, []byte(t.UTC().Format("20060102150405Z"))) }

// authentication writes one message of Kerberos; NTLM and what SMB carries is told within SMB.
func (w *Writer) authentication(e *event.Authentication) {
	if e.Protocol != "kerberos" || e.Dst.Port != 88 {
		return
	}
	var b []byte
	d := up
	switch e.Message {
	case "AS-REQ", "TGS-REQ":
		b = request(e)
	case "AS-REP":
		d, b = down, reply(11, 0x6b, e)
	case "TGS-REP":
		d, b = down, reply(13, 0x6d, e)
	case "KRB-ERROR":
		d, b = down, der(0x7e, der(0x30, ctx(0, integer(5)), ctx(1, integer(30)), ctx(4, moment(e.Time)), ctx(5, integer(0)), ctx(6, integer(e.Error)), ctx(9, text(e.Domain)), ctx(10, principal(2, e.Service))))
	default:
		w.left++
		return
	}
	f := w.flow(&e.Conn)
	if e.Proto == event.ProtoUDP {
		w.datagram(f, d, b)
		return
	}
	w.say(f, d, vector(4, b))
}

func encrypted(etype int32, n int) []byte {
	return der(0x30, ctx(0, integer(int(etype))), ctx(2, der(4, noise(uint64(n), n))))
}

// ticket is a Ticket whose encrypted part is made from its print: the same bytes when it is given and when it is shown.
func ticket(realm string, t event.Ticket) []byte {
	if t.EType == 0 {
		t.EType = 18
	}
	sealed := der(0x30, ctx(0, integer(int(t.EType))), ctx(1, integer(int(t.KVNO))), ctx(2, der(4, noise(t.Print, 800))))
	if t.KVNO == 0 {
		sealed = der(0x30, ctx(0, integer(int(t.EType))), ctx(2, der(4, noise(t.Print, 800))))
	}
	return der(0x61, der(0x30, ctx(0, integer(5)), ctx(1, text(realm)), ctx(2, principal(2, t.Service)), ctx(3, sealed)))
}

// given is the ticket of an answer.
func given(e *event.Authentication) event.Ticket {
	t := event.Ticket{Service: e.Service, EType: e.TicketEType}
	if e.Given != nil {
		t = *e.Given
		t.Service = e.Service
	}
	return t
}

// request is a KDC-REQ (RFC 4120 §5.4.1).
func request(e *event.Authentication) []byte {
	var offers [][]byte
	for _, t := range e.ETypes {
		offers = append(offers, integer(int(t)))
	}
	tag, kind, pa := byte(0x6a), 10, []byte{}
	if e.Message == "TGS-REQ" {
		tag, kind = 0x6c, 12
		tgt := event.Ticket{Service: "krbtgt/" + e.Domain, EType: 18}
		if e.Shown != nil {
			tgt = *e.Shown
		}
		ap := der(0x6e, der(0x30, ctx(0, integer(5)), ctx(1, integer(14)), ctx(2, der(3, []byte{0, 0, 0, 0, 0})), ctx(3, ticket(e.Domain, tgt)), ctx(4, encrypted(18, 200))))
		pa = ctx(3, der(0x30, der(0x30, ctx(1, integer(1)), ctx(2, der(4, ap)))))
	} else if e.PreAuth {
		pa = ctx(3, der(0x30, der(0x30, ctx(1, integer(2)), ctx(2, der(4, encrypted(18, 60))))))
	}
	body := [][]byte{ctx(0, der(3, []byte{0, 0x40, 0x81, 0, 0x10}))}
	if e.User != "" {
		body = append(body, ctx(1, principal(1, e.User)))
	}
	body = append(body, ctx(2, text(e.Domain)), ctx(3, principal(2, e.Service)), ctx(5, moment(e.Till)), ctx(7, integer(int(e.Time.Unix()&0x7fffffff))), ctx(8, der(0x30, offers...)))
	return der(tag, der(0x30, ctx(1, integer(5)), ctx(2, integer(kind)), pa, ctx(4, der(0x30, body...))))
}

// reply is a KDC-REP (RFC 4120 §5.4.2).
func reply(kind int, tag byte, e *event.Authentication) []byte {
	return der(tag, der(0x30, ctx(0, integer(5)), ctx(1, integer(kind)), ctx(3, text(e.Domain)), ctx(4, principal(1, e.User)), ctx(5, ticket(e.Domain, given(e))), ctx(6, encrypted(18, 300))))
}

// ldap writes a search and its end (RFC 4511); the filter is sent as one of presence where it has no simple shape.
func (w *Writer) ldap(e *event.LDAPActivity) {
	f := w.flow(&e.Conn)
	scope := map[string]byte{"base": 0, "one": 1, "sub": 2}[e.Scope]
	attrs := make([][]byte, 0, len(e.Attributes))
	for _, a := range e.Attributes {
		attrs = append(attrs, der(4, []byte(a)))
	}
	search := der(0x63, der(4, []byte(e.DN)), der(10, []byte{scope}), der(10, []byte{0}), integer(0), integer(0), der(1, []byte{0}), filter(e.Filter), der(0x30, attrs...))
	ask := der(0x30, integer(int(e.MessageID)), search)
	answer := []byte{}
	for range min(e.Entries, 20) {
		answer = join(answer, der(0x30, integer(int(e.MessageID)), der(0x64, der(4, []byte("CN=x,"+e.DN)), der(0x30))))
	}
	answer = join(answer, der(0x30, integer(int(e.MessageID)), der(0x65, der(10, []byte{byte(e.Result)}), der(4), der(4))))
	if e.UDP {
		w.datagram(f, up, ask)
		w.datagram(f, down, answer)
		return
	}
	w.say(f, up, ask)
	w.say(f, down, answer)
}

// filter encodes (a=b), (a=*) and one level of & and |; more becomes the presence of its attribute.
func filter(s string) []byte {
	s = strings.TrimSuffix(strings.TrimPrefix(s, "("), ")")
	if tag, ok := map[byte]byte{'&': 0xa0, '|': 0xa1}[(s + " ")[0]]; ok {
		var parts [][]byte
		for _, p := range strings.Split(strings.Trim(s[1:], "()"), ")(") {
			parts = append(parts, filter("("+p+")"))
		}
		return der(tag, parts...)
	}
	name, value, _ := strings.Cut(s, "=")
	if value == "*" || value == "" {
		return der(0x87, []byte(name))
	}
	return der(0xa3, der(4, []byte(name)), der(4, []byte(value)))
}

// rdp writes the request and the answer that begin a session (MS-RDPBCGR §2.2.1.1).
func (w *Writer) rdp(e *event.RDPActivity) {
	f := w.flow(&e.Conn)
	switch e.Step {
	case event.RDPRequest:
		cookie := []byte("Cookie: mstshash=" + e.Cookie + "\r\n")
		x := join([]byte{0xe0, 0, 0, 0, 0, 0}, cookie, []byte{1, 0, 8, 0, byte(e.Requested), 0, 0, 0})
		w.say(f, up, join([]byte{3, 0, 0, byte(len(x) + 5)}, []byte{byte(len(x))}, x))
	case event.RDPResponse:
		x := []byte{0xd0, 0, 0, 0x12, 0x34, 0, 2, 0, 8, 0, byte(e.Selected), 0, 0, 0}
		w.say(f, down, join([]byte{3, 0, 0, byte(len(x) + 5)}, []byte{byte(len(x))}, x))
	default:
		w.left++
	}
}
