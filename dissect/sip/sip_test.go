package sip

import (
	"strings"
	"testing"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/flowtest"
	"github.com/yagura-project/yagura/event"
)

// register and unauthorized follow RFC 3261 §24.1, with compact forms (§7.3.3) and a folded line (§7.3.1).
const (
	register = "REGISTER sip:registrar.town.lg.jp SIP/2.0\r\nv: SIP/2.0/UDP pc1.town.lg.jp:5060;branch=z9hG4bKnashds7\r\n" +
		"To: Bob <sip:bob@town.lg.jp>\r\nf: Bob <sip:bob@town.lg.jp>;tag=456248\r\nCall-ID: 843817637684230@998sdasdh09\r\n" +
		"User-Agent: phone\r\n 2.0\r\nl: 4\r\nc: text/plain\r\n\r\nabcd"
	unauthorized = "SIP/2.0 401 Not Authorized\r\nVia: SIP/2.0/UDP pc1.town.lg.jp:5060;branch=z9hG4bKnashds7\r\n" +
		"From: Bob <sip:bob@town.lg.jp>;tag=456248\r\nTo: Bob <sip:bob@town.lg.jp>;tag=2493k59kd\r\nCSeq: 1826 REGISTER\r\nContent-Length: 0\r\n\r\n"
)

// invite carries a description by RFC 8866 §5.
const invite = "INVITE sip:bob@town.lg.jp SIP/2.0\r\nContent-Type: application/sdp\r\nContent-Length: 268\r\n\r\n" +
	"v=0\r\no=jdoe 3724394400 3724394405 IN IP4 198.51.100.1\r\ns=Call\r\ni=talk\r\nu=http://town.lg.jp/\r\ne=it@town.lg.jp\r\np=+81 3 0000 0000\r\n" +
	"c=IN IP4 198.51.100.1\r\nb=CT:128\r\nt=0 0\r\nr=7d 1h 0\r\nz=0 0\r\nk=clear:x\r\na=recvonly\r\n" +
	"m=audio 49170 RTP/AVP 0\r\ni=sound\r\nc=IN IP4 198.51.100.2\r\nk=prompt\r\na=ptime:20\r\n"

// TestCalled is a telephone that is rung up over the conversation in which it registered: the server asks, the telephone answers.
func TestCalled(t *testing.T) {
	flowtest.Talk(t, "called", 5060, true, []flowtest.Say{flowtest.Up(register), flowtest.Down(unauthorized), flowtest.Down(invite), flowtest.Up(unauthorized)}, Protocol)
}

func TestSDP(t *testing.T) {
	flowtest.Talk(t, "sdp", 5060, true, []flowtest.Say{flowtest.Up(invite)}, Protocol)
}

func TestTalk(t *testing.T) {
	says := []flowtest.Say{flowtest.Up(register), flowtest.Down(unauthorized), flowtest.Up("\r\n\r\n"), flowtest.Up(unauthorized), flowtest.Up(register)}
	flowtest.Talk(t, "sip-udp", 5060, true, append(says, flowtest.Up("nonsense and nothing else")), Protocol)
	flowtest.Talk(t, "sip-tcp", 5070, false, says, Protocol)
}

func TestProbe(t *testing.T) {
	for b, want := range map[string]dissect.Match{
		register: dissect.Yes, unauthorized: dissect.Yes, "OPTIONS * HTTP/1.1\r\n": dissect.No, "NOTIFY * HTTP/1.1\r\n": dissect.No,
		"INV": dissect.Maybe, "OPTIONS sip:a": dissect.Maybe, "\x16\x03": dissect.No, "": dissect.No, "INVITED x": dissect.No,
	} {
		if got := Protocol.Probe(dissect.Orig, []byte(b), false, 4444); got != want {
			t.Errorf("%q: %v, want %v", b, got, want)
		}
	}
}

// TestLong passes over a body that is longer than what is kept.
func TestLong(t *testing.T) {
	f := &dissect.Flow{Emit: func(event.Event) {}}
	s := Protocol.Stream(f).(*stream)
	head := "SIP/2.0 200 OK\r\nContent-Length: 100000\r\n\r\n"
	b := append([]byte(head), make([]byte, 100000)...)
	n, err := s.Data(dissect.Resp, append(b, unauthorized...))
	if err != nil || n != len(head)+100000+len(unauthorized) {
		t.Errorf("%d, %v", n, err)
	}
	if _, err := s.Data(dissect.Resp, make([]byte, maxHead+1)); err == nil {
		t.Error("an endless head is waited for")
	}
}

// TestBodyInPieces: the head is not read again for each byte of the body, or 64 kB of them would cost half a minute.
func TestBodyInPieces(t *testing.T) {
	s := Protocol.Stream(&dissect.Flow{Emit: func(event.Event) {}})
	b := []byte("MESSAGE sip:a SIP/2.0\r\n" + strings.Repeat("Aa: b\r\n", 1000) + "Content-Length: 60000\r\n\r\n")
	if n, err := s.Data(dissect.Orig, b); n != 0 || err != nil {
		t.Fatal(n, err)
	}
	if got := testing.AllocsPerRun(100, func() {
		b = append(b, 'x')
		if n, err := s.Data(dissect.Orig, b); n != 0 || err != nil {
			t.Fatal(n, err)
		}
	}); got > 10 {
		t.Errorf("%.0f allocations for a byte", got)
	}
}

func FuzzSIP(f *testing.F) {
	flowtest.Fuzz(f, Protocol, append(flowtest.Talks(f, Protocol, "testdata/sip-sipp.pcap.gz"), []flowtest.Say{flowtest.Up(register), flowtest.Down(unauthorized), flowtest.Up(invite)})...)
}

// TestRecording replays a recording of real clients, see testdata/README.
func TestRecording(t *testing.T) {
	flowtest.Golden(t, "testdata/sip-sipp.pcap.gz", Protocol)
	flowtest.GoldenFields(t, "testdata/sip-sipp.pcap.gz", Protocol)
	flowtest.Conform(t, "testdata/sip-sipp.pcap.gz", Protocol)
}

// TestBehindAGap finds the next message behind lost bytes, wherever they end.
func TestBehindAGap(t *testing.T) {
	for cut := 1; cut < len(register); cut += 7 {
		for _, size := range []int{1, 1400} {
			var got []string
			s := Protocol.Stream(&dissect.Flow{Emit: func(e event.Event) { got = append(got, e.(*event.AppActivity).Operation) }})
			if err := s.Gap(dissect.Orig, 100); err != nil {
				t.Fatal(err)
			}
			held := ""
			for rest := register[cut:] + "\r\nINVITE sip:b SIP/2.0\r\nl: 2\r\n\r\nhi" + register; rest != ""; {
				k := min(size, len(rest))
				held, rest = held+rest[:k], rest[k:]
				n, err := s.Data(dissect.Orig, []byte(held))
				if held = held[n:]; err != nil {
					t.Fatal(err)
				}
			}
			if len(got) != 2 || got[0] != "INVITE" || got[1] != "REGISTER" || held != "" {
				t.Fatalf("from byte %d in pieces of %d: %q, %q is left", cut, size, got, held)
			}
		}
	}
}
