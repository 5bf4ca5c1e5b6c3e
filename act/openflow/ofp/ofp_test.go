package ofp

import (
	"bytes"
	"encoding/hex"
	"errors"
	"io"
	"net/netip"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var some = Flow{Cookie: 0x5941470000000001, Table: 3, Priority: 65000, Hard: 60, Flags: TellRemoved,
	Match:        Match{U32(FieldInPort, 7), MAC(FieldEthSrc, [6]byte{2, 0, 0, 0, 0, 9}), U16(FieldEthType, EthIPv4), Net(FieldIPv4Src, netip.MustParsePrefix("10.1.2.0/23"))},
	Instructions: Instructions{Apply: []Action{PushVLAN(), SetVLAN(999), Remark("iso-1"), ToController(128), Output(PortNormal)}, Goto: 9}}

var messages = []Message{
	&Hello{}, &Hello{Versions: 1 << Version}, &Error{Kind: 5, Code: 1, Data: []byte("x")}, &Echo{Data: []byte("ab")}, &Echo{Reply: true},
	&Config{Flags: 1, MissLen: 128}, &Config{Set: true, MissLen: 65535},
	&Features{Datapath: 0xabc, Buffers: 1, Tables: 254, Capabilities: 0x4f}, &FlowMod{Command: FlowAdd, Flow: some},
	&FlowRemoved{Cookie: 1, Priority: 2, Reason: RemovedHard, Table: 3, Seconds: 5, Hard: 5, Packets: 6, Bytes: 7, Match: some.Match},
	&PacketIn{Table: 1, Cookie: 4, Match: Match{U32(FieldInPort, 2)}, Data: []byte("frame")},
	&PortStatus{Reason: 1, Port: Port{Number: 3, MAC: [6]byte{1, 2, 3, 4, 5, 6}, Name: "eth3", State: 1}},
	&Multipart{Kind: PartDescription, Description: Description{"Nicira, Inc.", "Open vSwitch", "3.1.0", "None", "None"}},
	&Multipart{Kind: PartFlows, More: true, Flows: []FlowStats{{Flow: some, Seconds: 4, Packets: 5, Bytes: 6}, {Flow: Flow{Instructions: Instructions{Apply: []Action{PopVLAN(), Output(2)}}}}}},
	&Multipart{Kind: PartPorts, Ports: []Port{{Number: PortLocal, Name: "br0"}}}, &Multipart{Kind: 77, Other: []byte("?")},
	&Raw{Kind: TypeBarrierReply}, &Raw{Kind: 200, Body: []byte("later")},
}

func TestEveryMessageComesBackAsItWas(t *testing.T) {
	for _, m := range messages {
		frame, err := Encode(42, m)
		if err != nil {
			t.Fatal(err)
		}
		if len(frame) > HeaderLen && m.Type() == TypeFlowMod && len(frame)%8 != 0 {
			t.Errorf("%T: %d bytes are not aligned", m, len(frame))
		}
		read, err := Read(bytes.NewReader(frame))
		if err != nil || !bytes.Equal(read, frame) {
			t.Fatalf("%T: %v", m, err)
		}
		p, err := Decode(frame)
		if err != nil || p.XID != 42 || p.Version != Version {
			t.Fatalf("%T: %+v %v", m, p, err)
		}
		if d := cmp.Diff(m, p.Message, cmp.Transformer("nil", func(b []byte) string { return string(b) })); d != "" && !sameEmpty(m, p.Message) {
			t.Errorf("%T: %s", m, d)
		}
	}
}

// sameEmpty takes a nil list for an empty one.
func sameEmpty(a, b Message) bool {
	x, _ := Encode(0, a)
	y, _ := Encode(0, b)
	return reflect.TypeOf(a) == reflect.TypeOf(b) && bytes.Equal(x, y)
}

// The bytes of a flow-mod, laid out by hand from 7.3.4, 7.2.3 and 7.2.5.
func TestFlowModOnTheWire(t *testing.T) {
	f := Flow{Cookie: 0x1122334455667788, Table: 0, Priority: 0xfde8, Hard: 60, Flags: TellRemoved,
		Match:        Match{U16(FieldEthType, EthIPv4), Net(FieldIPv4Dst, netip.MustParsePrefix("192.0.2.7/32"))},
		Instructions: Instructions{Apply: []Action{Output(PortNormal)}}}
	frame, err := Encode(1, &FlowMod{Command: FlowAdd, Flow: f})
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Join(strings.Fields(`04 0e 0060 00000001  1122334455667788 0000000000000000  00 00 0000 003c fde8
		ffffffff ffffffff ffffffff 0001 0000
		0001 0012  80000a02 0800  80001804 c0000207  000000000000
		0004 0018 00000000  0000 0010 fffffffa 0000 000000000000`), "")
	if got := hex.EncodeToString(frame); got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
	if got, want := f.String(), "cookie=0x1122334455667788,table=0,hard_timeout=60,send_flow_rem,priority=65000,dl_type=0x0800,nw_dst=192.0.2.7,actions=NORMAL"; got != want {
		t.Errorf("in words: %s", got)
	}
}

func TestInWords(t *testing.T) {
	for want, f := range map[string]Flow{
		"cookie=0x0,table=0,priority=0,actions=drop": {},
		"cookie=0x5941470000000001,table=3,hard_timeout=60,send_flow_rem,priority=65000,in_port=7,dl_src=02:00:00:00:00:09,dl_type=0x0800,nw_src=10.1.2.0/23,actions=push_vlan:0x8100,set_field:5095->vlan_vid,note:69.73.6f.2d.31,CONTROLLER:128,NORMAL,goto_table:9": some,
		"cookie=0x0,table=0,priority=0,dl_dst=01:00:00:00:00:00/01:00:00:00:00:00,dl_vlan=999,actions=pop_vlan,output:4": {
			Match: Match{Group(), U16(FieldVLAN, VLANPresent|999)}, Instructions: Instructions{Apply: []Action{PopVLAN(), Output(4)}}},
	} {
		if got := f.String(); got != want {
			t.Errorf("\n got %s\nwant %s", got, want)
		}
	}
}

func TestPrefixes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, _ := netip.AddrFromSlice(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "address"))
		p := netip.PrefixFrom(a, rapid.IntRange(1, 128).Draw(t, "bits")).Masked()
		if back, ok := Net(FieldIPv6Src, p).Prefix(); !ok || back != p {
			t.Fatalf("%s came back as %s, %v", p, back, ok)
		}
	})
	if p, ok := (Field{ID: FieldIPv4Src, Value: "\x0a\x00\x00\x01", Mask: "\xff\x00\xff\x00"}).Prefix(); ok {
		t.Errorf("a mask with a hole was taken for %s", p)
	}
}

func TestMatchesAreEqualInAnyOrder(t *testing.T) {
	m := Match{U16(FieldEthType, EthIPv4), U8(FieldIPProto, ProtoUDP), U16(FieldUDPDst, 67)}
	n := Match{m[2], m[0], m[1]}
	if m.Key() != n.Key() || m.Key() == m[:2].Key() {
		t.Error("the keys are wrong")
	}
}

func TestHelloAgrees(t *testing.T) {
	for _, c := range []struct {
		hello  Hello
		header uint8
		want   bool
	}{{Hello{}, 4, true}, {Hello{}, 6, true}, {Hello{}, 1, false}, {Hello{Versions: 1<<1 | 1<<4}, 6, true}, {Hello{Versions: 1 << 6}, 6, false}} {
		if got := c.hello.Speaks13(c.header); got != c.want {
			t.Errorf("%+v with header %d: %v", c.hello, c.header, got)
		}
	}
}

func TestHostileFrames(t *testing.T) {
	flows, _ := Encode(1, &Multipart{Kind: PartFlows, Flows: []FlowStats{{Flow: some}}})
	for name, frame := range map[string][]byte{
		"too short":                  {4, 0, 0},
		"a length that is not so":    {4, 0, 0, 9, 0, 0, 0, 0},
		"another version":            {1, 6, 0, 8, 0, 0, 0, 0},
		"features cut short":         {4, 6, 0, 10, 0, 0, 0, 0, 1, 2},
		"a hello element of nothing": {4, 0, 0, 12, 0, 0, 0, 0, 0, 1, 0, 0},
		"flow statistics of nothing": append(bytes.Clone(flows[:16]), make([]byte, len(flows)-16)...),
		"flow statistics cut short":  cut(flows, 30),
	} {
		if _, err := Decode(frame); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, n := range []byte{0, 7} {
		if _, err := Read(bytes.NewReader([]byte{4, 0, 0, n, 0, 0, 0, 0})); !errors.Is(err, ErrMalformed) {
			t.Errorf("length %d: %v", n, err)
		}
	}
	if _, err := Read(bytes.NewReader([]byte{4, 0, 0, 20, 0, 0, 0, 0, 1})); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("an end inside a message: %v", err)
	}
	if _, err := Encode(1, &Raw{Kind: 1, Body: make([]byte, MaxLen)}); err == nil {
		t.Error("a message of more than 64 KiB was written")
	}
}

func cut(frame []byte, n int) []byte {
	out := bytes.Clone(frame[:len(frame)-n])
	out[2], out[3] = byte(len(out)>>8), byte(len(out))
	return out
}

func TestAllocations(t *testing.T) {
	frame, _ := Encode(1, &FlowMod{Flow: some})
	if n := testing.AllocsPerRun(100, func() { _, _ = Decode(frame) }); n > 24 {
		t.Errorf("%v allocations for one flow-mod", n)
	}
}

// FuzzDecode holds three things against any bytes: no panic; what is read is bounded by what was sent; and what was
// understood is the same after it was written and read again.
func FuzzDecode(f *testing.F) {
	for _, m := range messages {
		frame, err := Encode(7, m)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(frame)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		frame, err := Read(bytes.NewReader(b))
		if err != nil {
			return
		}
		p, err := Decode(frame)
		if err != nil {
			if p.Message == nil && !errors.Is(err, ErrMalformed) {
				t.Fatalf("an error of another kind: %v", err)
			}
			return
		}
		again, err := Encode(p.XID, p.Message)
		if err != nil {
			return // padding may make it longer than a frame
		}
		q, err := Decode(again)
		if err != nil {
			t.Fatalf("what was read cannot be read when it is written: %v\n%x\n%x", err, frame, again)
		}
		third, err := Encode(q.XID, q.Message)
		if err != nil || !bytes.Equal(again, third) {
			t.Fatalf("it changes each time: %v\n%x\n%x", err, again, third)
		}
	})
}
