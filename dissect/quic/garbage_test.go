package quic

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/yagura-project/yagura/dissect/flowtest"
	"github.com/yagura-project/yagura/event/wire"
)

// nonsense is a datagram with an Initial packet that no keys open.
func nonsense(i, size int) string { return nonsenseOf(fmt.Sprintf("id%06d", i), size) }

func nonsenseOf(id string, size int) string {
	head := append([]byte{0xc1, 0, 0, 0, 1, byte(len(id))}, id...)
	head = append(head, 0, 0)
	head = binary.BigEndian.AppendUint16(head, 0x4000|uint16(size-len(head)-2))
	return string(head) + strings.Repeat("x", size-len(head))
}

// names are the server names that rules are shown of a conversation.
func names(says ...flowtest.Say) (names []string) {
	for _, t := range flowtest.Shown(443, true, says, Protocol) {
		for _, f := range t.Fields {
			if f.Buffer == wire.QUICSNI {
				names = append(names, string(f.B))
			}
		}
	}
	return names
}

// named is a hello for a server.
func named(server string) string {
	return strings.Replace(clientHello, "www.town.lg.jp.", (server + "...............")[:15], 1)
}

// TestNonsenseFirst says much that a server throws away before the hello: the hello is read nevertheless.
func TestNonsenseFirst(t *testing.T) {
	hello := seal(t, version1, 0, serverID, serverID, crypto(0, clientHello), minClient)
	half := seal(t, version1, 0, "otherone", "otherone", crypto(0, "\x01\x00\x00\x80....."), minClient)
	decoy := seal(t, version1, 0, "otherone", "otherone", crypto(0, named("decoy")), minClient)
	short := seal(t, version1, 0, "otherone", "otherone", crypto(0, named("short")), minClient-1)
	server := seal(t, version1, 1, serverID, clientID, crypto(0, serverHello), 200)
	for name, c := range map[string]struct {
		before []string
		want   string
	}{
		"in the same datagram, of two that came": {[]string{hello, nonsenseOf(serverID, 50) + hello}, "www.town.lg.jp."},
		"datagrams that nobody opens":            {many(200, func(i int) string { return nonsense(i, minClient) }), "www.town.lg.jp."},
		"of the same connection":                 {many(200, func(int) string { return nonsense(1, minClient) }), "www.town.lg.jp."},
		"short ones":                             {append([]string{nonsense(0, minClient)}, many(200, func(i int) string { return nonsense(i, 60) })...), "www.town.lg.jp."},
		"short headers":                          {append([]string{nonsense(0, minClient)}, many(200, func(int) string { return "\x41short header" })...), "www.town.lg.jp."},
		"in the same datagram":                   {[]string{nonsenseOf(serverID, 50) + hello}, "www.town.lg.jp."},
		"half a hello of another connection":     {[]string{half}, "www.town.lg.jp."},
		"a hello that nobody answers":            {[]string{decoy}, "decoy.......... www.town.lg.jp."},
		"a hello that its server throws away":    {[]string{nonsense(0, minClient), short}, "www.town.lg.jp."},
		"and one after many that nobody answers": {append([]string{decoy}, many(200, func(i int) string { return nonsense(i, minClient) })...), "decoy.......... www.town.lg.jp."},
	} {
		var says []flowtest.Say
		for _, b := range c.before {
			says = append(says, flowtest.Up(b))
		}
		if got := strings.Join(names(append(says, flowtest.Up(hello), flowtest.Down(server))...), " "); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func many(n int, one func(int) string) (list []string) {
	for i := range n {
		list = append(list, one(i))
	}
	return list
}

// TestTrials counts what nonsense costs: keys are derived once a datagram that a server would look at, and for a server's only as often
// as it may change its version.
func TestTrials(t *testing.T) {
	p := &parser{size: minClient}
	derived := 0
	for i := range 100 {
		p.derived = false
		for j := range 3 {
			if p.derive(0, fmt.Appendf(nil, "id%d-%d", i, j), version1) {
				derived++
			}
		}
		if p.derive(1, []byte("id"), uint32(i)) {
			t.Error("a second time")
		}
	}
	if derived != 100 {
		t.Errorf("%d of 100", derived)
	}
	for i := range 100 {
		p.derived = false
		if p.derive(1, []byte("id"), uint32(i)) {
			derived++
		}
	}
	if derived != 100+maxVersions {
		t.Errorf("%d for a server", derived-100)
	}
}

// TestManyPieces sends a hello byte by byte from its end, as a client may who wants to be understood by its server alone, and holds what
// pieces may cost.
func TestManyPieces(t *testing.T) {
	var frames []string
	for i := range clientHello {
		frames = append(frames, crypto(i, clientHello[i:i+1]))
	}
	slices.Reverse(frames)
	got := names(flowtest.Up(seal(t, version1, 0, serverID, serverID, strings.Join(frames, ""), minClient)))
	if len(got) != 1 {
		t.Errorf("%q", got)
	}
	var a assembly
	for i := range 5000 {
		a.add(uint64(1+i*2), []byte("x"))
		a.add(uint64(maxCrypto/2), make([]byte, maxCrypto/2))
	}
	if n := len(a.pieces); n > maxPieces || a.waiting > maxCrypto {
		t.Errorf("%d pieces with %d bytes wait", n, a.waiting)
	}
}
