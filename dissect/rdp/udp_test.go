package rdp

import (
	"strings"
	"testing"

	"github.com/yagura-project/yagura/capture/samples"
	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/flowtest"
	"github.com/yagura-project/yagura/event"
)

// udpAsks and udpAnswers open a connection over UDP (MS-RDPEUDP §4.1).
var (
	udpAsks    = "\xff\xff\xff\xff\x00\x40\x18\x01\xff\xe4\x3a\x25\x04\xd0\x04\xd0" + strings.Repeat("\x00", 1232-16)
	udpAnswers = "\xff\xe4\x3a\x25\x00\x40\x10\x05\xc1\x0b\x14\x92\x04\xd0\x04\xd0" + strings.Repeat("\x00", 1232-16)
)

// TestUDP names what goes over UDP by its opening, counts what follows as encrypted, and leaves alone what only looks alike.
func TestUDP(t *testing.T) {
	flowtest.Talk(t, "udp", 33890, true, []flowtest.Say{flowtest.Up(udpAsks), flowtest.Down(udpAnswers), flowtest.Up("sealed")}, Protocol)
	if d, sure := sender([]byte(udpAnswers), 1, 2); d != dissect.Resp || !sure {
		t.Error("the answer is not the server's")
	}
	for i := range udpAsks[:16] {
		b := []byte(udpAsks)
		if b[i] ^= 0x40; i < 4 && Protocol.Probe(dissect.Orig, b, true, 3389) != dissect.No {
			t.Errorf("known although byte %d is another", i)
		}
	}
	for _, b := range []string{"", udpAsks[:100], udpAsks + "\x00", strings.Repeat("\xff", 1232), strings.Repeat("\x00", 1232)} {
		if Protocol.Probe(dissect.Orig, []byte(b), true, 3389) != dissect.No {
			t.Errorf("%d bytes are known", len(b))
		}
	}
}

// TestUDPSample finds it in a recording of Windows.
func TestUDPSample(t *testing.T) {
	all, _, err := flowtest.Analyze(samples.Path(t, "pcap/lateral/pcapattack-Lateral_Movement_LM_rdp_sharprdp.pcapng"), Protocol)
	if err != nil {
		t.Fatal(err)
	}
	named := 0
	for _, e := range all {
		if n, ok := e.(*event.NetworkActivity); ok && n.Activity.Ended() && n.App == "rdp" && n.Proto == event.ProtoUDP && n.Dst.Port == 3389 {
			named++
		}
	}
	if named != 2 {
		t.Errorf("%d connections over UDP, not 2", named)
	}
}

func FuzzUDP(f *testing.F) {
	f.Add([]byte(udpAsks))
	f.Add([]byte(udpAnswers))
	f.Fuzz(func(t *testing.T, b []byte) {
		if _, sure := sender(b, 1, 2); sure != (Protocol.Probe(dissect.Orig, b, true, 1) == dissect.Yes) {
			t.Error("known, but not who sent it")
		}
	})
}
