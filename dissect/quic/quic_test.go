package quic

import (
	"encoding/binary"
	"encoding/hex"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/flowtest"
	"github.com/yagura-project/yagura/event"
)

// TestKeys holds the derivation against RFC 9001 appendix A.1 and RFC 9369 appendix A.1.
func TestKeys(t *testing.T) {
	dcid, _ := hex.DecodeString("8394c8f03e515708")
	for version, want := range map[uint32][]string{
		version1: {"fa044b2f42a3fd3b46fb255c", "0ac1493ca1905853b0bba03e"},
		version2: {"91f73e2351d8fa91660e909f"},
	} {
		k, err := initialKeys(version, dcid)
		if err != nil {
			t.Fatal(err)
		}
		for i, iv := range want {
			if got := hex.EncodeToString(k[i].iv); got != iv {
				t.Errorf("%#x: side %d: iv %s, want %s", version, i, got, iv)
			}
		}
	}
}

// clientHello is a handshake message (RFC 8446 §4.1.2) with SNI, ALPN and versions.
var clientHello = func() string {
	ext := "\x00\x00\x00\x14\x00\x12\x00\x00\x0fwww.town.lg.jp." + "\x00\x10\x00\x05\x00\x03\x02h3" + "\x00\x2b\x00\x03\x02\x03\x04"
	body := "\x03\x03" + strings.Repeat("r", 32) + "\x00\x00\x02\x13\x01\x01\x00" + string(binary.BigEndian.AppendUint16(nil, uint16(len(ext)))) + ext
	return "\x01\x00" + string(binary.BigEndian.AppendUint16(nil, uint16(len(body)))) + body
}()

var serverHello = func() string {
	ext := "\x00\x2b\x00\x02\x03\x04"
	body := "\x03\x03" + strings.Repeat("s", 32) + "\x00\x13\x01\x00" + string(binary.BigEndian.AppendUint16(nil, uint16(len(ext)))) + ext
	return "\x02\x00" + string(binary.BigEndian.AppendUint16(nil, uint16(len(body)))) + body
}()

const (
	clientID = "clientid"
	serverID = "serverid"
)

// seal writes an Initial packet (RFC 9000 §17.2.2, RFC 9001 §5.3) of one side, whose keys come from id.
func seal(t *testing.T, version uint32, side int, id, dcid, frames string, size int) string {
	t.Helper()
	k, err := initialKeys(version, []byte(id))
	if err != nil {
		t.Fatal(err)
	}
	first := byte(0xc1) // a packet number of two bytes
	if version == version2 {
		first = 0xd1
	}
	head := append([]byte{first}, binary.BigEndian.AppendUint32(nil, version)...)
	head = append(append(head, byte(len(dcid))), dcid...)
	head = append(head, 0, 0) // no own ID, no token
	if pad := size - len(head) - 4 - 16 - len(frames); pad > 0 {
		frames += strings.Repeat("\x00", pad)
	}
	head = binary.BigEndian.AppendUint16(head, 0x4000|uint16(2+len(frames)+16))
	head = append(head, 0, 7)
	nonce := append([]byte(nil), k[side].iv...)
	nonce[len(nonce)-1] ^= 7
	out := k[side].aead.Seal(head, nonce, []byte(frames), head)
	var mask [16]byte
	at := len(head) - 2
	k[side].mask.Encrypt(mask[:], out[at+4:at+20])
	out[0] ^= mask[0] & 0x0f
	out[at] ^= mask[1]
	out[at+1] ^= mask[2]
	return string(out)
}

func crypto(offset int, data string) string {
	return "\x06" + string(binary.BigEndian.AppendUint16(nil, 0x4000|uint16(offset))) + string(binary.BigEndian.AppendUint16(nil, 0x4000|uint16(len(data)))) + data
}

func TestTalk(t *testing.T) {
	for name, version := range map[string]uint32{"v1": version1, "v2": version2, "draft29": draft29} {
		const ack = "\x02\x07\x00\x01\x03\x01\x01"
		flowtest.Talk(t, name, 4433, true, []flowtest.Say{
			flowtest.Up(seal(t, version, 0, serverID, serverID, "\x01"+crypto(40, clientHello[40:]), minClient)),
			flowtest.Up(seal(t, version, 0, serverID, serverID, crypto(20, clientHello[20:50])+"\x00\x01"+crypto(0, clientHello[:20]), minClient)),
			flowtest.Down(seal(t, version, 1, serverID, clientID, ack+crypto(0, serverHello), 200)),
			flowtest.Up("\x41short header"),
		}, Protocol)
	}
}

// TestRetry holds a hello that is sent again with another ID (RFC 9000 §17.2.5), and a broken packet.
func TestRetry(t *testing.T) {
	hello := crypto(0, clientHello)
	flowtest.Talk(t, "retry", 443, true, []flowtest.Say{
		flowtest.Up(seal(t, version1, 0, serverID, serverID, hello, minClient)),
		flowtest.Down("\xf0\x00\x00\x00\x01\x00\x03new" + strings.Repeat("t", 40)),
		flowtest.Up(seal(t, version1, 0, "new", "new", hello, minClient)),
		flowtest.Down(seal(t, version1, 1, "wrong", clientID, "\x01", 200)),
		flowtest.Down(seal(t, version1, 1, "new", clientID, "\xff", 200)),
		flowtest.Down(seal(t, version1, 1, "new", clientID, crypto(0, serverHello), 200)),
	}, Protocol)
}

// TestAskedAgain holds the server's hello behind a request for another one of the client (RFC 8446 §4.1.4).
func TestAskedAgain(t *testing.T) {
	retry, _ := hex.DecodeString("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c")
	again := strings.Replace(serverHello, strings.Repeat("s", 32), string(retry), 1)
	share := "\x00\x2b\x00\x02\x03\x04" + "\x00\x33\x00\x04\x00\x1d\x00\x00"
	body := "\x03\x03" + strings.Repeat("s", 32) + "\x00\x13\x02\x00" + string(binary.BigEndian.AppendUint16(nil, uint16(len(share)))) + share
	hello := "\x02\x00" + string(binary.BigEndian.AppendUint16(nil, uint16(len(body)))) + body
	var seen *event.TLS
	for _, e := range flowtest.Detailed(443, true, []flowtest.Say{
		flowtest.Up(seal(t, version1, 0, serverID, serverID, crypto(0, clientHello), minClient)),
		flowtest.Down(seal(t, version1, 1, serverID, clientID, crypto(0, again), 200)),
		flowtest.Up(seal(t, version1, 0, serverID, serverID, crypto(len(clientHello), clientHello), minClient)),
		flowtest.Down(seal(t, version1, 1, serverID, clientID, crypto(len(again), hello), 200)),
	}, Protocol) {
		if n, ok := e.(*event.NetworkActivity); ok && n.TLS != nil {
			seen = n.TLS
		}
	}
	if seen == nil || seen.Cipher != 0x1302 || seen.JA3SText != "771,4866,43-51" || seen.SNI == "" {
		t.Errorf("%+v", seen)
	}
}

// TestUnheard tells of a client whose server is not heard while the flow goes on, not at its end.
func TestUnheard(t *testing.T) {
	says := []flowtest.Say{flowtest.Up(seal(t, version1, 0, serverID, serverID, crypto(0, clientHello), minClient))}
	for range maxLooked + 2 {
		says = append(says, flowtest.Up("\x41short header and what it hides"))
	}
	told := false
	for _, e := range flowtest.Detailed(443, true, says, Protocol) {
		n, ok := e.(*event.NetworkActivity)
		told = told || ok && !n.Activity.Ended() && n.TLS != nil && n.TLS.SNI != ""
	}
	if !told {
		t.Error("the name is told at the end alone")
	}
}

// TestGoogle holds a CHLO of Google's versions, behind a long header (Q046) and behind the public one (Q043).
func TestGoogle(t *testing.T) {
	// A stream frame with a length, and tags with the ends of their values ("QUIC Wire Layout Specification", "QUIC Crypto").
	chlo := "\xa0\x01\x60\x00" + "CHLO\x03\x00\x00\x00" + "SNI\x00\x0b\x00\x00\x00" + "VER\x00\x0f\x00\x00\x00" + "UAID\x15\x00\x00\x00" + "town.lg.jp." + "Q046" + "Chrome"
	hash := strings.Repeat("h", integrity)
	flowtest.Talk(t, "q046", 443, true, []flowtest.Say{
		flowtest.Up("\xc3Q046\x50" + serverID + "\x00\x00\x00\x01" + hash + chlo), flowtest.Down("\xc3Q046\x05" + serverID + "\x00\x00\x00\x01" + hash + "\x40"),
	}, Protocol)
	flowtest.Talk(t, "q043", 443, true, []flowtest.Say{flowtest.Up("\x09" + serverID + "Q043\x01" + hash + chlo)}, Protocol)
}

// TestGoogleTwice: a client that was told to say more is told again, and what was told before stays as it was; the refusal is nobody's hello.
func TestGoogleTwice(t *testing.T) {
	hello := func(word, more string) string {
		return "\xc3Q046\x50" + serverID + "\x00\x00\x00\x01" + strings.Repeat("h", integrity) + "\xa0\x01\x60\x00" + word +
			string([]byte{byte(1 + len(more)/8)}) + "\x00\x00\x00" + "SNI\x00\x0b\x00\x00\x00" + more + "town.lg.jp."
	}
	var got []string
	for _, e := range flowtest.Detailed(443, true, []flowtest.Say{flowtest.Up(hello("CHLO", "")), flowtest.Down(hello("REJ\x00", "")), flowtest.Up(hello("CHLO", "STK\x00\x0b\x00\x00\x00"))}, Protocol) {
		if n, ok := e.(*event.NetworkActivity); ok && n.TLS != nil && !slices.Contains(got, n.TLS.CYUText) {
			got = append(got, n.TLS.CYUText)
		}
	}
	if !slices.Equal(got, []string{"46,SNI", "46,SNI-STK"}) {
		t.Errorf("%q", got)
	}
}

func TestProbe(t *testing.T) {
	whole := seal(t, version1, 0, serverID, serverID, crypto(0, clientHello), minClient)
	for b, want := range map[string]dissect.Match{
		whole: dissect.Yes, whole[:400]: dissect.No, "": dissect.No, "\x16\xfe\xfd" + strings.Repeat("\x00", 20): dissect.No,
		"\xc0\x12\x34\x56\x78" + strings.Repeat("\x00", 20): dissect.No,
	} {
		if got := Protocol.Probe(dissect.Orig, []byte(b), true, 4444); got != want {
			t.Errorf("%.20q: %v, want %v", b, got, want)
		}
	}
}

// TestAssembly puts pieces together in any order, with overlaps.
func TestAssembly(t *testing.T) {
	want := "\x01\x00\x00\xfc" + strings.Repeat("abcd", 63)
	for seed := range uint64(50) {
		r := rand.New(rand.NewPCG(seed, 1))
		var a assembly
		for i := range r.Perm(16) {
			from := i * 16
			a.add(uint64(from), []byte(want[from:min(len(want), from+16+r.IntN(16))]))
		}
		if _, body, ok := a.message(); !ok || string(body) != want[4:] {
			t.Fatalf("seed %d: %d bytes, %v", seed, len(body), ok)
		}
	}
}

func FuzzQUIC(f *testing.F) {
	flowtest.Fuzz(f, Protocol,
		flowtest.Turns(">\xc3Q046\x50"+serverID+"\x00\x00\x00\x01"+strings.Repeat("h", integrity)+"\xa0\x01\x60\x00CHLO\x00\x00\x00\x00"),
		flowtest.Turns(">\xc1\x00\x00\x00\x01\x08"+serverID+"\x00\x00\x40\x20"+strings.Repeat("x", 32), "\xf0\x00\x00\x00\x01\x00\x03new"+strings.Repeat("t", 40)))
}

// FuzzFrames seals its bytes, which are frames, so that what is behind the encryption is reached.
func FuzzFrames(f *testing.F) {
	f.Add([]byte("\x01"+crypto(40, clientHello[40:])), []byte(crypto(20, clientHello[20:50])+"\x00\x01"+crypto(0, clientHello[:20])), []byte(crypto(0, serverHello)))
	f.Add([]byte(crypto(0, clientHello)), []byte("\x1c\x00\x00\x00"), []byte("\x02\x07\x00\x01\x03\x01\x01"+crypto(0, serverHello)))
	f.Fuzz(func(t *testing.T, a, b, answer []byte) {
		if len(a)+len(b)+len(answer) > 3<<12 {
			return // more than the length of a packet can say
		}
		flowtest.Stress(t, Protocol, []flowtest.Say{
			flowtest.Up(seal(t, version1, 0, serverID, serverID, string(a), minClient)), flowtest.Up(seal(t, version2, 0, serverID, serverID, string(b), minClient)),
			flowtest.Up(seal(t, version1, 0, serverID, serverID, string(b), minClient)), flowtest.Down(seal(t, version1, 1, serverID, clientID, string(answer), 200)),
		})
		n := 0
		each(a, func(_ uint64, data []byte) { n += len(data) })
		if n > len(a) {
			t.Errorf("%d bytes of CRYPTO in %d", n, len(a))
		}
	})
}

// TestCryptoBeyond sends a piece of a hello that lies further behind its beginning than any hello goes.
func TestCryptoBeyond(t *testing.T) {
	far := "\x06\x80\x00\xff\xff\x02hi"
	for frames, want := range map[string][]string{crypto(40, clientHello[40:]): nil, far: {"quic.crypto_frag_too_long"}} {
		says := []flowtest.Say{flowtest.Up(seal(t, version1, 0, serverID, serverID, frames, minClient))}
		if got := flowtest.Odd(t, 4433, true, says, Protocol); !slices.Equal(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
