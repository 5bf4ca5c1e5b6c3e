package ssh

import (
	"encoding/binary"
	"testing"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/flowtest"
)

// packet writes a binary packet (RFC 4253 §6).
func packet(payload string) string {
	b := binary.BigEndian.AppendUint32(nil, uint32(1+len(payload)+4))
	return string(append(append(append(b, 4), payload...), "pad."...))
}

// kexInit writes SSH_MSG_KEXINIT (RFC 4253 §7.1).
func kexInit(lists ...string) string {
	b := append([]byte{msgKexInit}, make([]byte, cookie)...)
	for len(lists) < listCount+2 {
		lists = append(lists, "")
	}
	for _, l := range lists {
		b = append(binary.BigEndian.AppendUint32(b, uint32(len(l))), l...)
	}
	return packet(string(append(b, 0, 0, 0, 0, 0)))
}

var (
	client = kexInit("curve25519-sha256,ecdh-sha2-nistp256", "ssh-ed25519,ssh-rsa", "aes128-ctr", "aes256-ctr", "hmac-sha2-256", "hmac-sha1", "none", "zlib")
	server = kexInit("ecdh-sha2-nistp256,curve25519-sha256", "ssh-rsa", "aes128-ctr", "aes256-ctr", "hmac-sha2-256", "hmac-sha1", "none", "zlib")
)

func TestTalk(t *testing.T) {
	flowtest.Talk(t, "exchange", 2222, false, []flowtest.Say{
		flowtest.Up("SSH-2.0-PuTTY_Release_0.78\r\n"), flowtest.Down("Welcome.\r\nSSH-2.0-OpenSSH_9.2p1 Debian-2\r\n"),
		flowtest.Up(client), flowtest.Down(server), flowtest.Up(packet("\x1e....")), flowtest.Down(packet("\x1f....")),
	}, Protocol)
	flowtest.Talk(t, "old", 22, false, []flowtest.Say{
		flowtest.Down("SSH-1.5-Cisco-1.25\n"), flowtest.Up("SSH-1.5-Cisco-1.25\n"), flowtest.Down("\x00\x00\x01\x0b...."),
	}, Protocol)
	flowtest.Talk(t, "broken", 22, false, []flowtest.Say{
		flowtest.Up("SSH-2.0-x\r\n"), flowtest.Down("SSH-2.0-y\r\n"), flowtest.Up("\xff\xff\xff\xff\x00\x00"),
	}, Protocol)
}

func TestProbe(t *testing.T) {
	for b, want := range map[string]dissect.Match{"SSH-2.0-x": dissect.Yes, "SS": dissect.Maybe, "SIP/2.0": dissect.No, "": dissect.No} {
		if got := Protocol.Probe(dissect.Orig, []byte(b), false, 4444); got != want {
			t.Errorf("%q: %v, want %v", b, got, want)
		}
	}
}

func FuzzSSH(f *testing.F) {
	flowtest.Fuzz(f, Protocol, append(flowtest.Talks(f, Protocol, "testdata/ssh-clients.pcap.gz"),
		flowtest.Turns(">SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n"+client), flowtest.Turns("SSH-1.5-Cisco-1.25\n", ">SSH-1.5-Cisco-1.25\n", "\x00\x00\x01\x0b...."))...)
}

// TestRecording replays a recording of real clients, see testdata/README.
func TestRecording(t *testing.T) {
	flowtest.Golden(t, "testdata/ssh-clients.pcap.gz", Protocol)
	flowtest.GoldenFields(t, "testdata/ssh-clients.pcap.gz", Protocol)
	flowtest.Conform(t, "testdata/ssh-clients.pcap.gz", Protocol)
}
