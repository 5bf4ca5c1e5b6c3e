package flowtest

import (
	"encoding/binary"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/yagura-project/yagura/capture"
	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/wire"
)

// Say is one message of a conversation written by hand.
type Say struct {
	Dir  dissect.Dir
	B    string
	Lost bool // on its way to us: its receiver got it
}

// Up and Down are messages of the client and of the server.
func Up(b string) Say   { return Say{Dir: dissect.Orig, B: b} }
func Down(b string) Say { return Say{Dir: dissect.Resp, B: b} }

// Talk plays a conversation to a server's port through the analyzer, and holds what rules see of it, its events and
// its application against testdata/NAME.talk.txt. Over TCP, pieces of one byte must give the same.
func Talk(t *testing.T, name string, port uint16, udp bool, says []Say, protocols ...dissect.Protocol) {
	t.Helper()
	whole := seen(t, conversation(port, udp, says, 1400), protocols)
	hold(t, filepath.Join("testdata", name+".talk.txt"), whole)
	if udp {
		return
	}
	if d := cmp.Diff(string(whole), string(seen(t, conversation(port, udp, says, 1), protocols))); d != "" {
		t.Errorf("%s in pieces of one byte (-whole +pieces):\n%s", name, d)
	}
}

// Lost is a message that the capture does not have. Time goes by behind it, so that nobody waits for it.
func Lost(s Say) Say {
	s.Lost = true
	return s
}

// App is the name that the analyzer gives to the flow of a conversation.
func App(port uint16, udp bool, says []Say, protocols ...dissect.Protocol) (app string) {
	for _, e := range heard(conversation(port, udp, says, 1400), protocols).Events {
		if n, ok := e.(*event.NetworkActivity); ok && n.Activity.Ended() {
			app = n.App
		}
	}
	return app
}

// heard is what the analyzer says of packets.
func heard(packets []capture.Packet, protocols []dissect.Protocol) *Record {
	r := newRecord(true)
	a := r.analyzer(dissect.DefaultConfig().HashFiles, protocols)
	for i := range packets {
		a.Packet(&packets[i])
	}
	a.Close()
	return r
}

// seen writes it down.
func seen(t *testing.T, packets []capture.Packet, protocols []dissect.Protocol) []byte {
	t.Helper()
	r := heard(packets, protocols)
	r.check(t)
	b := r.text(false)
	for _, e := range r.Events {
		n, ok := e.(*event.NetworkActivity)
		switch {
		case !ok:
			b = append(b, Lines(t, []event.Event{e})...)
		case n.Activity.Ended():
			b = fmt.Appendf(b, "end of %s: %q\n", n.Proto, n.App)
		}
	}
	return b
}

// conversation writes frames: Ethernet, IPv4 and TCP with its handshake or UDP, in segments of at most size bytes.
func conversation(port uint16, udp bool, says []Say, size int) (out []capture.Packet) {
	w := &writer{port: port, udp: udp, seq: [2]uint32{1000, 2000}}
	if !udp {
		w.add(dissect.Orig, event.FlagSYN, nil)
		w.add(dissect.Resp, event.FlagSYN|event.FlagACK, nil)
		w.add(dissect.Orig, event.FlagACK, nil)
	}
	for _, s := range says {
		b := []byte(s.B)
		if s.Lost {
			w.seq[s.Dir] += uint32(len(b))
			w.step = int64(2 * time.Second)
			continue
		}
		if udp {
			w.add(s.Dir, 0, b)
			continue
		}
		for len(b) > 0 {
			n := min(size, len(b))
			w.add(s.Dir, event.FlagACK|event.FlagPSH, b[:n])
			b = b[n:]
		}
	}
	if !udp {
		w.add(dissect.Orig, event.FlagFIN|event.FlagACK, nil)
		w.add(dissect.Resp, event.FlagFIN|event.FlagACK, nil)
	}
	return w.out
}

type writer struct {
	port uint16
	udp  bool
	seq  [2]uint32
	step int64 // ns from one packet to the next
	late int64
	out  []capture.Packet
}

const clientPort = 49152

func (w *writer) add(d dissect.Dir, flags uint8, payload []byte) {
	l4 := make([]byte, 20)
	proto := byte(6)
	if w.udp {
		l4, proto = l4[:8], 17
		binary.BigEndian.PutUint16(l4[4:], uint16(8+len(payload)))
	} else {
		binary.BigEndian.PutUint32(l4[4:], w.seq[d])
		binary.BigEndian.PutUint32(l4[8:], w.seq[1-d])
		l4[12], l4[13] = 5<<4, flags
		binary.BigEndian.PutUint16(l4[14:], 65535)
		w.seq[d] += uint32(len(payload))
		if flags&(event.FlagSYN|event.FlagFIN) != 0 {
			w.seq[d]++
		}
	}
	ports, hosts := [2]uint16{clientPort, w.port}, [2]byte{1, 2}
	binary.BigEndian.PutUint16(l4, ports[d])
	binary.BigEndian.PutUint16(l4[2:], ports[1-d])
	ip := []byte{0x45, 0, 0, 0, 0, 0, 0x40, 0, 64, proto, 0, 0, 192, 0, 2, hosts[d], 192, 0, 2, hosts[1-d]}
	binary.BigEndian.PutUint16(ip[2:], uint16(20+len(l4)+len(payload)))
	frame := append([]byte{2, 0, 0, 0, 0, hosts[1-d], 2, 0, 0, 0, 0, hosts[d], 8, 0}, ip...)
	frame = append(append(frame, l4...), payload...)
	w.late += w.step
	w.out = append(w.out, capture.Packet{Nanos: 1_700_000_000_000_000_000 + w.late, Data: frame, OrigLen: len(frame), Link: capture.LinkEthernet})
}

// Detailed is what an analyzer tells of a conversation when somebody reads records of single messages.
func Detailed(port uint16, udp bool, says []Say, protocols ...dissect.Protocol) (out []event.Event) {
	cfg := dissect.DefaultConfig()
	cfg.Seed, cfg.Detail = 1, true
	a := dissect.New(cfg, protocols, func(e event.Event) { out = append(out, e) })
	packets := conversation(port, udp, says, 1400)
	for i := range packets {
		a.Packet(&packets[i])
	}
	a.Close()
	return out
}

// Shown are the transactions that rules are shown of a conversation.
func Shown(port uint16, udp bool, says []Say, protocols ...dissect.Protocol) []*Transaction {
	return heard(conversation(port, udp, says, 1400), protocols).Txs
}

// Odd are the anomalies that parsers tell of a conversation.
func Odd(t *testing.T, port uint16, udp bool, says []Say, protocols ...dissect.Protocol) (names []string) {
	t.Helper()
	r := heard(conversation(port, udp, says, 1400), protocols)
	r.check(t)
	for _, x := range r.Txs {
		for _, f := range x.Fields {
			if f.Buffer == wire.AppEvent {
				names = append(names, string(f.B))
			}
		}
	}
	return names
}
