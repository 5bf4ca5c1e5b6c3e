package openflow

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/yagura-project/yagura/act/openflow/ofp"
)

// record writes what a real Open vSwitch says into the seed corpus of the codec's fuzz target:
//
//	go test ./act/openflow -run TestRecordSeeds -record
var record = flag.Bool("record", false, "write ofp/testdata/fuzz/FuzzDecode from a real Open vSwitch")

// tap hears what the switch says.
type tap struct {
	net.Conn
	mu  *sync.Mutex
	got *[]byte
}

func (t tap) Read(b []byte) (int, error) {
	n, err := t.Conn.Read(b)
	t.mu.Lock()
	defer t.mu.Unlock()
	*t.got = append(*t.got, b[:n]...)
	return n, err
}

// A conversation with a real switch has every kind of message that the codec reads, each can be read, and what is
// written of it again is read the same. With -record the messages become seeds of FuzzDecode, one of each kind and
// shape.
func TestRecordSeeds(t *testing.T) {
	w := newVLANTown(t)
	w.echoes(quarantine, 7000)
	var mu sync.Mutex
	var got []byte
	n := w.network()
	dial := n.dial
	n.dial = func(ctx context.Context, kind, address string) (net.Conn, error) {
		c, err := dial(ctx, kind, address)
		return tap{c, &mu, &got}, err
	}
	h, err := start(*w.vlanConfig(), quiet(), n)
	if err != nil {
		t.Fatal(err)
	}
	w.until("conversation", func() bool { s := h.stations[0]; s.mu.Lock(); defer s.mu.Unlock(); return s.link != nil })
	target := w.target("iso-1", pcA)
	target.Until = time.Now().Add(7 * time.Second)
	mustApply(t, h, target)
	w.becomes(t, "learned from a frame", pcA, pcA.v4, quarantine, 7000, true)
	w.vsctl("add-port", "br0", "new", "--", "set", "interface", "new", "type=internal") // a port status
	w.refusal(t, h)
	w.until("the flows' end", func() bool { return h.removed.Load() > 6 })
	w.until("an echo", func() bool { mu.Lock(); defer mu.Unlock(); return hasType(got, ofp.TypeEchoReply) })
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
	seeds := map[string][]byte{}
	for stream := io.Reader(strings.NewReader(string(got))); ; {
		frame, err := ofp.Read(stream)
		if err != nil {
			break
		}
		p, err := ofp.Decode(frame)
		if err != nil {
			t.Fatalf("a message of the real switch: %v\n%x", err, frame)
		}
		again, err := ofp.Encode(p.XID, p.Message)
		if q, err2 := ofp.Decode(again); err != nil || err2 != nil || q.Message.Type() != p.Message.Type() {
			t.Errorf("written again: %v %v", err, err2)
		}
		seeds[fmt.Sprintf("ovs-%02d-%T-%d", p.Message.Type(), p.Message, len(frame)/64)] = frame
	}
	for _, kind := range []ofp.Type{ofp.TypeHello, ofp.TypeError, ofp.TypeEchoReply, ofp.TypeFeaturesReply, ofp.TypeConfigReply, ofp.TypePacketIn,
		ofp.TypeFlowRemoved, ofp.TypePortStatus, ofp.TypeMultipartReply, ofp.TypeBarrierReply} {
		if !hasType(got, kind) {
			t.Errorf("no message of type %d was met", kind)
		}
	}
	if *record {
		keep(t, seeds)
	}
}

// refusal asks for what the switch refuses.
func (w *town) refusal(t *testing.T, h *hand) {
	t.Helper()
	l, _, err := h.stations[0].wait(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	bad := ofp.Flow{Cookie: cookieTag | 3, Table: 255, Match: ofp.Match{ofp.U16(ofp.FieldUDPDst, 1)}}
	if err := l.change(context.Background(), []*ofp.FlowMod{{Command: ofp.FlowAdd, Flow: bad}}); err == nil || !strings.Contains(err.Error(), "the switch refuses") {
		t.Errorf("a flow without its prerequisites was taken: %v", err)
	}
}

func hasType(stream []byte, kind ofp.Type) bool {
	for len(stream) >= ofp.HeaderLen {
		n := int(stream[2])<<8 | int(stream[3])
		if ofp.Type(stream[1]) == kind {
			return true
		}
		if n < ofp.HeaderLen || n > len(stream) {
			break
		}
		stream = stream[n:]
	}
	return false
}

func keep(t *testing.T, seeds map[string][]byte) {
	t.Helper()
	dir := filepath.Join("ofp", "testdata", "fuzz", "FuzzDecode")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, frame := range seeds {
		name = strings.NewReplacer("*ofp.", "").Replace(name)
		if len(frame) > 4096 {
			continue
		}
		if err := os.WriteFile(filepath.Join(dir, name), fmt.Appendf(nil, "go test fuzz v1\n[]byte(%q)\n", frame), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// What Yagura writes, another reader understands the same (ovs-ofctl ofp-print).
func TestAnotherReaderAgrees(t *testing.T) {
	if _, err := exec.LookPath("ovs-ofctl"); err != nil {
		t.Skip("needs ovs-ofctl: run script/setup test")
	}
	c := DefaultConfig()
	target := hostileTarget()
	target.MAC = [6]byte{2, 0, 0, 0, 0, 9}
	target.Until = time.Unix(1_800_000_000, 0)
	flows := c.orderFlows(target, nil, target.Until.Add(-time.Minute), site{remarks: true, uplinks: []uint32{7}}, 0)
	cookie := fmt.Sprintf("cookie:%#x", cookieOf("iso-1"))
	for i, want := range []string{
		"ip,nw_src=192.0.2.7 ", "ip,nw_dst=192.0.2.7 ", "ipv6,ipv6_src=2001:db8::7 ", "ipv6,ipv6_dst=2001:db8::7 ", "dl_src=02:00:00:00:00:09 ",
		"in_port=7,dl_dst=02:00:00:00:00:09 ", "in_port=7,dl_src=02:00:00:00:00:09 ",
	} {
		frame, err := ofp.Encode(1, &ofp.FlowMod{Command: ofp.FlowAdd, Flow: flows[i]})
		if err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command("ovs-ofctl", "--no-names", "ofp-print", fmt.Sprintf("%x", frame)).CombinedOutput()
		if err != nil {
			t.Fatalf("%v %s", err, out)
		}
		for _, part := range []string{"OFPT_FLOW_MOD (OF1.3) (xid=0x1): ADD", want, cookie, "hard:60", "send_flow_rem",
			fmt.Sprintf("pri=%d", flows[i].Priority), "note:69.73.6f.2d.31.20.31.38.30.30.30.30.30.30.30.30"} {
			if !strings.Contains(strings.Replace(string(out), "priority=", "pri=", 1), part) {
				t.Errorf("no %q in %s", part, out)
			}
		}
	}
}
