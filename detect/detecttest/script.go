package detecttest

import (
	"cmp"
	"math/rand/v2"
	"net/netip"
	"slices"
	"time"

	"github.com/yagura-project/yagura/event"
)

// Script writes a sample: each call adds what the sensor would have emitted.
// Random numbers come from a fixed seed, so that a script always gives the same events.
type Script struct {
	Now    time.Time
	Rand   *rand.Rand
	events []event.Event
	flow   uint64
	port   uint16
}

// NewScript starts on a Monday at 08:30 in Japan.
func NewScript(seed uint64) *Script {
	return &Script{
		Now:  time.Date(2026, 4, 5, 23, 30, 0, 0, time.UTC),
		Rand: rand.New(rand.NewPCG(seed, 7)), flow: 0, port: 49152,
	}
}

// Wait lets capture time pass.
func (s *Script) Wait(d time.Duration) *Script {
	s.Now = s.Now.Add(d)
	return s
}

// Jitter waits d, more or less by up to the fraction f of it.
func (s *Script) Jitter(d time.Duration, f float64) *Script {
	return s.Wait(time.Duration(float64(d) * (1 + f*(2*s.Rand.Float64()-1))))
}

// Conn is a new conversation from src to dst.
func (s *Script) Conn(src, dst string, port uint16, proto event.Proto) event.Conn {
	s.flow++
	if s.port++; s.port < 49152 {
		s.port = 49152
	}
	c := event.Conn{Proto: proto, FlowID: s.flow,
		Src: event.Endpoint{IP: netip.MustParseAddr(src), Port: s.port},
		Dst: event.Endpoint{IP: netip.MustParseAddr(dst), Port: port}}
	return c
}

// Add emits e at the present moment.
func (s *Script) Add(e event.Event) {
	e.Head().Time = s.Now
	s.events = append(s.events, e)
}

// at emits e after a delay without moving the present.
func (s *Script) at(d time.Duration, e event.Event) {
	e.Head().Time = s.Now.Add(d)
	s.events = append(s.events, e)
}

// Flow is a finished conversation: opened now, ended after took.
type Flow struct {
	App        string
	Orig, Resp uint64 // payload bytes
	Packets    uint64 // each way; 0 = guessed from the bytes
	Took       time.Duration
	End        event.NetworkActivityID // 0 = FlowClose
	Flags      uint8                   // of the opener; 0 = SYN|ACK|PSH|FIN
	State      string
	Midstream  bool
	TLS        *event.TLS
	Opening    *event.Opening
	StillOpen  bool
}

// Flow opens and ends a conversation and returns it.
func (s *Script) Flow(c event.Conn, f Flow) event.Conn {
	base := event.NetworkActivity{Conn: c, App: f.App, Start: s.Now, End: s.Now, FlagsOrig: event.FlagSYN, Midstream: f.Midstream}
	if f.Flags != 0 {
		base.FlagsOrig = f.Flags
	}
	open := base
	open.App, open.Activity, open.Orig = "", event.FlowOpen, event.Volume{Packets: 1, Bytes: 60}
	s.at(0, &open)
	if f.TLS != nil {
		hs := base
		hs.Activity, hs.TLS, hs.App = event.FlowTraffic, f.TLS, "tls"
		s.at(50*time.Millisecond, &hs)
	}
	if f.StillOpen {
		return c
	}
	s.at(f.Took, ended(base, f))
	return c
}

func ended(n event.NetworkActivity, f Flow) *event.NetworkActivity {
	n.Activity, n.End, n.TLS, n.State, n.Opening = f.End, n.Start.Add(f.Took), f.TLS, f.State, f.Opening
	if n.Activity == 0 {
		n.Activity = event.FlowClose
	}
	packets := func(b uint64) uint64 {
		if f.Packets > 0 {
			return f.Packets
		}
		return 3 + b/1400
	}
	n.Orig = event.Volume{Packets: packets(f.Orig), Payload: f.Orig, Bytes: f.Orig + 40*packets(f.Orig)}
	if n.Activity == event.FlowFail {
		n.Orig.Packets = 1
		return &n
	}
	n.Resp = event.Volume{Packets: packets(f.Resp), Payload: f.Resp, Bytes: f.Resp + 40*packets(f.Resp)}
	if n.Activity == event.FlowClose && f.Flags == 0 {
		n.FlagsOrig = event.FlagSYN | event.FlagACK | event.FlagPSH | event.FlagFIN
		n.FlagsResp = n.FlagsOrig
	}
	return &n
}

// TCP is a short finished TCP conversation.
func (s *Script) TCP(src, dst string, port uint16, app string, orig, resp uint64) event.Conn {
	return s.Flow(s.Conn(src, dst, port, event.ProtoTCP), Flow{App: app, Orig: orig, Resp: resp, Took: 300 * time.Millisecond})
}

// HTTP is one request on its own connection.
func (s *Script) HTTP(src, dst string, h event.HTTPActivity) {
	port := h.Dst.Port
	if port == 0 {
		port = 80
	}
	c := s.TCP(src, dst, port, "http", 200+uint64(len(h.URI))+h.RequestLen, 180+h.ResponseLen)
	h.Conn, h.Depth = c, 1
	if h.Method == "" {
		h.Method = "GET"
	}
	if h.Status == 0 {
		h.Status = 200
	}
	s.at(100*time.Millisecond, &h)
}

// DNS is a query and its answer.
func (s *Script) DNS(src, server, name, typ, rcode string, answers ...event.DNSAnswer) {
	c := s.Conn(src, server, 53, event.ProtoUDP)
	q := event.DNSActivity{Conn: c, Activity: event.DNSQuery, Service: "dns", TxID: c.Src.Port, Query: name, Type: typ, Bytes: 18 + len(name)}
	r := q
	r.Activity, r.RCode, r.Answers = event.DNSResponse, rcode, answers
	for _, a := range answers {
		r.Bytes += 12 + len(a.Data)
	}
	s.at(0, &q)
	s.at(20*time.Millisecond, &r)
}

// Sample sorts the events by time and describes them.
func (s *Script) Sample(name, origin string, home []string, expect ...Expect) Sample {
	slices.SortStableFunc(s.events, func(a, b event.Event) int {
		return cmp.Compare(a.Head().Time.UnixNano(), b.Head().Time.UnixNano())
	})
	return Sample{Name: name, Origin: origin, Home: home, Expect: expect, Events: s.events}
}

// RPC is one answered DCE/RPC call on c.
func (s *Script) RPC(c event.Conn, r event.DCERPC) {
	r.Kind, r.Answered = "call", true
	s.Add(&event.SMBActivity{Conn: c, Command: "", Answered: true, RPC: &r})
}

// SMB is one answered SMB2 command on c.
func (s *Script) SMB(c event.Conn, m event.SMBActivity) {
	m.Conn, m.Answered = c, true
	s.Add(&m)
}
