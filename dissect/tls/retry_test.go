package tls

import (
	"strings"
	"testing"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event"
)

// TestServerHelloLater: what stands before the server's own hello does not hide it: its demand to try again with the change of ciphers that
// OpenSSL sends behind that (RFC 8446 §4.1.4, appendix D.4), and early data of the client (§2.3).
func TestServerHelloLater(t *testing.T) {
	const versions, share = "\x00\x2b\x00\x02\x03\x04", "\x00\x33\x00\x02\x00\x17"
	client := record(22, hello(msgClientHello, serverName+"\x00\x2b\x00\x03\x02\x03\x04"))
	server := record(22, hello(msgServerHello, versions))
	again := record(22, strings.Replace(hello(msgServerHello, versions+share), strings.Repeat("r", 32), string(retry), 1))
	ccs := record(20, "\x01")
	type say struct {
		dir dissect.Dir
		b   string
	}
	for name, says := range map[string][]say{
		"plain":      {{0, client}, {1, server}},
		"retry":      {{0, client}, {1, again + ccs}, {0, ccs + client}, {1, server}},
		"early data": {{0, client + record(23, strings.Repeat("e", 40))}, {0, record(23, strings.Repeat("e", 9000))}, {1, server}},
		"early, cut": {{0, client + record(23, strings.Repeat("e", 40))[:30]}, {1, server}},
		"early, ccs": {{0, client + ccs + record(23, "e")}, {1, server}},
		"rejected":   {{0, client + ccs + record(23, "e")}, {1, again + ccs}, {0, client}, {1, server}},
	} {
		var got *event.TLS
		f := &dissect.Flow{Emit: func(event.Event) {}}
		p := newParser(f).(*parser)
		for _, s := range says {
			if _, err := p.Data(s.dir, []byte(s.b)); err != nil {
				break
			}
		}
		p.Close()
		if got = p.t; got.JA3SText != "769,47,43" || got.Version != "1.3" || got.SNI != "town.lg.jp" || !p.hello[dissect.Resp] {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// TestEarlyDataEnds: where the server is never heard, early data is not read for ever.
func TestEarlyDataEnds(t *testing.T) {
	p := newParser(&dissect.Flow{Emit: func(event.Event) {}})
	b := []byte(record(22, hello(msgClientHello, serverName)))
	for range 10 {
		if _, err := p.Data(dissect.Orig, b); err == dissect.ErrOpaque {
			return
		}
		b = []byte(record(23, strings.Repeat("e", 16<<10)))
	}
	t.Error("still read")
}
