// Package sample is what a detector is shown: events of an attack or of ordinary work, with their origin and what must be concluded from them.
package sample

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/netip"

	"github.com/yagura-project/yagura/event"
)

// Expect is one finding that a sample must give.
type Expect struct {
	Behaviour string         `json:"behaviour"`
	Device    string         `json:"device"`   // address, or MAC
	Severity  event.Severity `json:"severity"` // at least
	Subject   string         `json:"subject,omitempty"`
}

// Met reports whether f is the expected finding.
func (w Expect) Met(f *event.Finding) bool {
	return f.Behaviour == w.Behaviour && f.Severity >= w.Severity && (w.Subject == "" || w.Subject == f.Subject) &&
		(f.Device.IP.IsValid() && f.Device.IP.String() == w.Device || f.Device.MAC.String() == w.Device)
}

// Sample is what a network looked like, with its origin and what must be concluded from it.
type Sample struct {
	Name   string        `json:"name"`   // attack-… or benign-…; testdata/NAME.jsonl
	Origin string        `json:"origin"` // how the events came about
	Home   []string      `json:"home"`   // inside networks
	Expect []Expect      `json:"expect"` // empty: nothing at all
	Events []event.Event `json:"-"`
}

// IsHome is the inside of the sample's network.
func (s Sample) IsHome(ip netip.Addr) bool {
	for _, h := range s.Home {
		if netip.MustParsePrefix(h).Contains(ip) {
			return true
		}
	}
	return false
}

// line is one event with the class that tells how to read it.
type line struct {
	Class event.Class     `json:"class_uid"`
	Event json.RawMessage `json:"event"`
	// What an event of HTTP holds for judgement only, and never writes itself.
	Fields  string   `json:"fields,omitempty"`
	Body    string   `json:"body,omitempty"`
	Opening *opening `json:"opening,omitempty"`
}

// Encode writes the sample: its description, then one event a line.
func (s Sample) Encode() ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil {
		return nil, err
	}
	for _, e := range s.Events {
		raw, err := json.Marshal(e)
		if err != nil {
			return nil, err
		}
		l := line{Class: e.Class(), Event: raw}
		switch e := e.(type) {
		case *event.HTTPActivity:
			l.Fields, l.Body = e.Fields, e.Body
		case *event.NetworkActivity:
			l.Opening = written(e.Opening)
		}
		if err := enc.Encode(l); err != nil {
			return nil, err
		}
	}
	return b.Bytes(), nil
}

// Decode reads what Encode wrote.
func Decode(b []byte) (s Sample, err error) {
	sc := bufio.NewScanner(bytes.NewReader(b))
	sc.Buffer(nil, 4<<20)
	for n := 1; sc.Scan(); n++ {
		if n == 1 {
			err = json.Unmarshal(sc.Bytes(), &s)
		} else {
			var e event.Event
			e, err = decodeEvent(sc.Bytes())
			s.Events = append(s.Events, e)
		}
		if err != nil {
			return s, fmt.Errorf("line %d: %w", n, err)
		}
	}
	return s, sc.Err()
}

func decodeEvent(b []byte) (event.Event, error) {
	var l line
	if err := json.Unmarshal(b, &l); err != nil {
		return nil, err
	}
	e := empty(l.Class)
	if e == nil {
		return nil, fmt.Errorf("class %d is not something seen", l.Class)
	}
	err := json.Unmarshal(l.Event, e)
	switch e := e.(type) {
	case *event.HTTPActivity:
		e.Fields, e.Body = l.Fields, l.Body
	case *event.NetworkActivity:
		e.Opening = l.Opening.read()
	}
	return e, err
}

// opening is an event.Opening as a file keeps it: bytes, not text.
type opening struct {
	Orig    []byte `json:"orig,omitempty"`
	Resp    []byte `json:"resp,omitempty"`
	OrigLen int    `json:"orig_len,omitempty"`
	RespLen int    `json:"resp_len,omitempty"`
}

func written(o *event.Opening) *opening {
	if o == nil {
		return nil
	}
	return &opening{[]byte(o.Orig), []byte(o.Resp), o.OrigLen, o.RespLen}
}

func (o *opening) read() *event.Opening {
	if o == nil {
		return nil
	}
	return &event.Opening{Orig: string(o.Orig), Resp: string(o.Resp), OrigLen: o.OrigLen, RespLen: o.RespLen}
}

func empty(c event.Class) event.Event {
	switch c {
	case event.ClassNetworkActivity:
		return &event.NetworkActivity{}
	case event.ClassHTTPActivity:
		return &event.HTTPActivity{}
	case event.ClassDNSActivity:
		return &event.DNSActivity{}
	case event.ClassDHCPActivity:
		return &event.DHCPActivity{}
	case event.ClassSMBActivity:
		return &event.SMBActivity{}
	case event.ClassAuthentication:
		return &event.Authentication{}
	case event.ClassSSHActivity:
		return &event.SSHActivity{}
	case event.ClassLDAPActivity:
		return &event.LDAPActivity{}
	case event.ClassRDPActivity:
		return &event.RDPActivity{}
	case event.ClassNFSActivity:
		return &event.NFSActivity{}
	case event.ClassDetectionFinding:
		return &event.OtherAlert{}
	case event.ClassAppActivity:
		return &event.AppActivity{}
	case event.ClassEmailActivity:
		return &event.EmailActivity{}
	case event.ClassFTPActivity:
		return &event.FTPActivity{}
	}
	return nil
}

// Attacks reads all attack samples of a detector's folder, in order of name.
func Attacks(files fs.FS) (out []Sample, err error) {
	names, err := fs.Glob(files, "testdata/attack-*.jsonl")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		b, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		s, err := Decode(b)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		out = append(out, s)
	}
	return out, nil
}
