// Package eve writes events and findings as Suricata-compatible EVE JSON lines.
package eve

import (
	"io"

	"github.com/yagura-project/yagura/event"
)

// Options say what is written, and how.
type Options struct {
	Types       Set    // 0 = Everything
	CommunityID bool   // write Community ID v1, so that tools can join flows
	Seed        uint16 // of the Community ID
	DNS         int    // form of dns records: 2 as Suricata 7 (also 0), 3 as Suricata 8
	Salt        uint64 // mixed into flow_id, so that flows of two runs do not look alike; 0 in replay, for the first recording
	Interface   string // in_iface; "" leaves it out
	Ethernet    bool   // ether: addresses of the machines, or of the routers between, as the packets had them
	Payload     bool   // payload and payload_printable of alerts
	Packet      bool   // packet of alerts
}

// Encoder turns events into lines. It is not safe for concurrent use.
type Encoder struct {
	opt  Options
	o    object
	time clock
	ids  communities
	keys []string // room for sorting

	asked map[uint64]*event.Authentication // questions of Kerberos without an answer yet, by flow
}

// NewEncoder makes an encoder.
func NewEncoder(o Options) *Encoder {
	if o.Types == 0 {
		o.Types = Everything
	}
	return &Encoder{opt: o, asked: map[uint64]*event.Authentication{}}
}

// Event appends the lines that e makes to b: none where EVE has no type for it, or nobody asked for that type. Each ends
// with a line feed. After warm-up nothing is allocated but what b needs to grow.
func (w *Encoder) Event(b []byte, e event.Event) []byte {
	w.o.b = b
	switch e := e.(type) {
	case *event.NetworkActivity:
		w.network(e)
	case *event.DNSActivity:
		w.dns(e)
	case *event.HTTPActivity:
		w.http(e)
	case *event.SMBActivity:
		w.smb(e)
	case *event.Authentication:
		w.krb5(e)
	case *event.DHCPActivity:
		w.dhcp(e)
	case *event.FileActivity:
		w.file(e)
	case *event.Alert:
		w.alert(e)
	default:
		w.more(e)
	}
	return w.release()
}

// more are the events of single protocols.
func (w *Encoder) more(e event.Event) {
	switch e := e.(type) {
	case *event.EmailActivity:
		w.mail(e)
	case *event.FTPActivity:
		w.ftp(e)
	case *event.SSHActivity:
		w.ssh(e)
	case *event.RDPActivity:
		w.rdp(e)
	case *event.LDAPActivity:
		w.ldap(e)
	case *event.NFSActivity:
		w.nfs(e)
	case *event.AppActivity:
		w.app(e)
	case *event.Anomaly:
		w.anomaly(e)
	case *event.Record:
		w.record(e)
	case *event.TaggedPacket:
		w.tagged(e)
	}
}

// Finding appends f as an alert.
func (w *Encoder) Finding(b []byte, f *event.Finding) []byte {
	w.o.b = b
	w.finding(f)
	return w.release()
}

func (w *Encoder) release() []byte {
	b := w.o.b
	w.o.b = nil
	return b
}

// Writer writes each event to w at once, by one call of Write; the caller buffers and closes it. It is not safe for concurrent use.
type Writer struct {
	enc *Encoder
	w   io.Writer
	buf []byte
}

// Writer writes to out what the encoder makes.
func (w *Encoder) Writer(out io.Writer) *Writer { return &Writer{enc: w, w: out} }

// Recording says that what follows is of the nth recording, whose flows begin to count anew: they are told apart from those before.
func (w *Writer) Recording(n int) { w.enc.opt.Salt = uint64(n) << 40 }

// Encoder makes another encoder of the same form: for one of several who make lines for Lines.
func (w *Writer) Encoder() *Encoder { return NewEncoder(w.enc.opt) }

// Lines writes what such an encoder has made.
func (w *Writer) Lines(b []byte) error {
	_, err := w.w.Write(b)
	return err
}

// Event writes e where EVE has a type for it; others are left out.
func (w *Writer) Event(e event.Event) error {
	w.buf = w.enc.Event(w.buf[:0], e)
	return w.put()
}

// Finding writes f as an alert.
func (w *Writer) Finding(f *event.Finding) error {
	w.buf = w.enc.Finding(w.buf[:0], f)
	return w.put()
}

// Stats writes a stats line.
func (w *Writer) Stats(s Statistics) error {
	w.buf = w.enc.Stats(w.buf[:0], s)
	return w.put()
}

func (w *Writer) put() error {
	if len(w.buf) == 0 {
		return nil
	}
	_, err := w.w.Write(w.buf)
	return err
}
