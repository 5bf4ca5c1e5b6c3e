package flowtest

import (
	"encoding/binary"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/yagura-project/yagura/capture"
	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/decode"
	"github.com/yagura-project/yagura/event"
)

// Conform runs a capture through the analyzer in the ways that the network may bring it, and holds every
// protocol to its contract: segments cut anywhere give the same events; lost packets, a missing beginning and
// a missing direction are borne; noise is given up soon; memory does not grow with the packets.
func Conform(t *testing.T, file string, protocols ...dissect.Protocol) {
	t.Helper()
	packets := read(t, file)
	whole, stats := through(protocols, packets)
	if len(whole) == 0 {
		t.Fatalf("%s: no events: nothing to hold against", file)
	}
	for _, size := range []int{1, 3, 64} {
		got, s := through(protocols, split(t, packets, size))
		if d := cmp.Diff(string(Lines(t, whole)), string(Lines(t, got))); d != "" || s.Unparsed != stats.Unparsed {
			t.Errorf("%s in pieces of %d bytes: %d flows unparsed, %d when whole (-whole +pieces):\n%s", file, size, s.Unparsed, stats.Unparsed, d)
		}
	}
	for seed := range uint64(8) {
		r := rand.New(rand.NewPCG(seed, 7))
		through(protocols, keep(packets, func(int, capture.Packet) bool { return r.IntN(8) > 0 }))
		from := len(packets) * int(seed) / 8
		through(protocols, packets[from:])
	}
	for _, up := range []bool{false, true} {
		through(protocols, keep(packets, func(_ int, p capture.Packet) bool { return upward(p) == up }))
	}
	noise(t, protocols)
	bounded(t, file, protocols, packets)
}

// read loads a capture.
func read(t *testing.T, file string) (out []capture.Packet) {
	t.Helper()
	f, err := capture.Open(file, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for {
		var p capture.Packet
		if f.Next(&p) != nil {
			return out
		}
		p.Data = append([]byte(nil), p.Data...)
		out = append(out, p)
	}
}

// through gives packets to an analyzer and returns what the parsers said.
func through(protocols []dissect.Protocol, packets []capture.Packet) (out []event.Event, s event.SensorStats) {
	cfg := dissect.DefaultConfig()
	cfg.Seed = 1
	count := ordinals{}
	a := dissect.New(cfg, protocols, func(e event.Event) {
		count.number(e)
		n, ok := e.(*event.NetworkActivity)
		switch {
		case !ok:
			out = append(out, e)
		case n.Activity.Ended() && n.App != "": // what does not depend on how many packets there were
			out = append(out, &event.NetworkActivity{Header: n.Header, Conn: n.Conn, App: n.App, TLS: n.TLS, State: n.State})
		}
	})
	for _, p := range packets {
		p.Number = 0 // some have been left out, or cut in pieces
		a.Packet(&p)
	}
	a.Close()
	return out, a.Stats()
}

func keep(packets []capture.Packet, want func(int, capture.Packet) bool) (out []capture.Packet) {
	for i, p := range packets {
		if want(i, p) {
			out = append(out, p)
		}
	}
	return out
}

// upward tells the two directions of all conversations apart.
func upward(p capture.Packet) bool {
	var l decode.Layers
	_ = decode.NewDecoder(0).Decode(&p, &l) // what cannot be decoded goes either way
	for i := range l.Src {
		if l.Src[i] != l.Dst[i] {
			return l.Src[i] < l.Dst[i]
		}
	}
	return l.SrcPort < l.DstPort
}

// split cuts each TCP segment into pieces of at most size bytes.
func split(t *testing.T, packets []capture.Packet, size int) (out []capture.Packet) {
	t.Helper()
	d := decode.NewDecoder(0)
	for _, p := range packets {
		var l decode.Layers
		if err := d.Decode(&p, &l); err != nil || l.Kind != decode.TCP || len(l.Payload) <= size || p.Link != capture.LinkEthernet {
			out = append(out, p)
			continue
		}
		out = append(out, pieces(p, &l, size)...)
	}
	return out
}

func pieces(p capture.Packet, l *decode.Layers, size int) (out []capture.Packet) {
	head := cap(p.Data) - cap(l.Payload) // the payload is a part of the packet's bytes
	ip := 14
	if l.VLAN != 0 {
		ip += 4
	}
	tcp := ip + int(p.Data[ip]&0xf)*4
	if p.Data[ip]>>4 == 6 {
		tcp = ip + 40
	}
	for at := 0; at < len(l.Payload); at += size {
		b := append(append([]byte(nil), p.Data[:head]...), l.Payload[at:min(at+size, len(l.Payload))]...)
		binary.BigEndian.PutUint32(b[tcp+4:], l.Seq+uint32(at))
		if at+size < len(l.Payload) {
			b[tcp+13] &^= event.FlagFIN | event.FlagRST
		}
		if b[ip]>>4 == 6 {
			binary.BigEndian.PutUint16(b[ip+4:], uint16(len(b)-ip-40))
		} else {
			binary.BigEndian.PutUint16(b[ip+2:], uint16(len(b)-ip))
		}
		q := p
		q.Data, q.OrigLen = b, len(b)
		out = append(out, q)
	}
	return out
}

// noise gives random bytes to each parser of streams: it must say that they are not its own before they fill its buffer.
func noise(t *testing.T, protocols []dissect.Protocol) {
	t.Helper()
	for _, p := range protocols {
		if p.Stream == nil {
			continue
		}
		for seed := range uint64(4) {
			r := rand.New(rand.NewPCG(seed, 9))
			s := p.Stream(&dissect.Flow{Emit: func(event.Event) {}})
			held := []byte(nil)
			for range 4096 {
				for range 64 {
					held = append(held, byte(r.Uint32()))
				}
				n, err := s.Data(dissect.Dir(seed%2), held)
				if held = held[n:]; err != nil {
					break
				}
			}
			s.Close()
			if len(held) >= dissect.MaxPending {
				t.Errorf("%s: holds %d bytes of noise", p.Name, len(held))
			}
		}
	}
}

// maxAllocs is how many objects one packet may cost, on average over a capture that is all conversation.
const maxAllocs = 60

func bounded(t *testing.T, file string, protocols []dissect.Protocol, packets []capture.Packet) {
	t.Helper()
	if n := testing.AllocsPerRun(2, func() { through(protocols, packets) }) / float64(len(packets)); n > maxAllocs {
		t.Errorf("%s: %.0f allocations a packet", file, n)
	}
}
