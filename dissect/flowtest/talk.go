package flowtest

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/yagura-project/yagura/capture"
	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/wire"
)

// Say is one message of a conversation written by hand.
type Say struct {
	Dir dissect.Dir
	B   string
}

// Up and Down are messages of the client and of the server.
func Up(b string) Say   { return Say{dissect.Orig, b} }
func Down(b string) Say { return Say{dissect.Resp, b} }

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

// App is the name that the analyzer gives to the flow of a conversation.
func App(port uint16, udp bool, says []Say, protocols ...dissect.Protocol) (app string) {
	cfg := dissect.DefaultConfig()
	cfg.Seed = 1
	a := dissect.New(cfg, protocols, func(e event.Event) {
		if n, ok := e.(*event.NetworkActivity); ok && n.Activity.Ended() {
			app = n.App
		}
	})
	packets := conversation(port, udp, says, 1400)
	for i := range packets {
		a.Packet(&packets[i])
	}
	a.Close()
	return app
}

// seen is what the analyzer says of packets.
func seen(t *testing.T, packets []capture.Packet, protocols []dissect.Protocol) []byte {
	t.Helper()
	cfg := dissect.DefaultConfig()
	cfg.Seed = 1
	r := newNotebook()
	a := dissect.New(cfg, protocols, func(e event.Event) {
		n, ok := e.(*event.NetworkActivity)
		switch {
		case !ok:
			r.events.Write(Lines(t, []event.Event{e}))
		case n.Activity.Ended():
			fmt.Fprintf(&r.events, "end of %s: %q\n", n.Proto, n.App)
		}
	})
	a.Inspect(r)
	for i := range packets {
		a.Packet(&packets[i])
		r.taken(t)
	}
	a.Close()
	r.check(t)
	return append(r.out.Bytes(), r.events.Bytes()...)
}

// notebook writes down transactions once they are done.
type notebook struct {
	names       map[wire.Buffer]string
	shown       map[*wire.Tx]int
	open        int
	brief       bool // without frames, which are as long as the segment that brought them
	unknown     map[wire.Buffer]bool
	done        [2][]*wire.Tx // those that ended with the last packet, and with the one before
	out, events bytes.Buffer
}

func newNotebook() *notebook {
	return &notebook{shown: map[*wire.Tx]int{}, unknown: map[wire.Buffer]bool{}, names: bufferNames()}
}

// bufferNames are what rules call the buffers.
var bufferNames = sync.OnceValue(func() map[wire.Buffer]string {
	names := map[wire.Buffer]string{wire.AppEvent: "app-layer-event"}
	for _, d := range wire.Descriptions() {
		names[d.ID] = d.Name
	}
	return names
})

// check holds transactions to their contract.
func (r *notebook) check(t *testing.T) {
	t.Helper()
	if r.open != 0 {
		t.Errorf("%d transactions were never shown as done", r.open)
	}
	for b := range r.unknown {
		t.Errorf("buffer %#x has no description", b)
	}
}

// taken holds that the memory of transactions that ended before the last packet is used again.
func (r *notebook) taken(t *testing.T) {
	t.Helper()
	for _, x := range r.done[1] {
		for i := range x.Fields {
			if x.Fields[i].B != nil {
				t.Errorf("transaction %d has ended, and its field %d is kept", x.ID, i)
			}
		}
	}
	r.done = [2][]*wire.Tx{nil, r.done[0]}
}

// maxField is how much of a value stands in a golden file.
const maxField = 200

func (r *notebook) Wants(wire.Buffer) bool                                         { return true }
func (r *notebook) Stream(*wire.Flow, wire.Dir, []byte)                            {}
func (r *notebook) Gap(*wire.Flow, wire.Dir, int)                                  {}
func (r *notebook) Close(*wire.Flow, int64)                                        {}
func (r *notebook) Packet(*wire.Packet, *wire.Flow, wire.Dir, int64, uint64, bool) {}
func (r *notebook) Tx(f *wire.Flow, t *wire.Tx) {
	if _, known := r.shown[t]; !known {
		r.shown[t] = 0
		r.open++
	}
	if t.Done != [2]bool{true, true} {
		return
	}
	r.open--
	r.done[0] = append(r.done[0], t)
	app := t.App
	if app == "" {
		app = f.App
	}
	for _, x := range t.Fields {
		if r.names[x.Buffer] == "" {
			r.unknown[x.Buffer] = true
		}
		if r.brief && strings.HasPrefix(r.names[x.Buffer], "frame:") {
			continue
		}
		way := "↑"
		if x.Dir == dissect.Resp {
			way = "↓"
		}
		if x.B == nil {
			fmt.Fprintf(&r.out, "%d.%d %s %s %s %d\n", f.ID, t.ID, app, way, r.names[x.Buffer], x.N)
			continue
		}
		if r.brief {
			fmt.Fprintf(&r.out, "%d %s %s %s %.50s %d bytes %08x\n", t.ID, app, way, r.names[x.Buffer], x.B, len(x.B), crc32.ChecksumIEEE(x.B))
			continue
		}
		fmt.Fprintf(&r.out, "%d.%d %s %s %s %q\n", f.ID, t.ID, app, way, r.names[x.Buffer], x.B[:min(len(x.B), maxField)])
	}
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
	w.out = append(w.out, capture.Packet{Nanos: 1_700_000_000_000_000_000, Data: frame, OrigLen: len(frame), Link: capture.LinkEthernet})
}
