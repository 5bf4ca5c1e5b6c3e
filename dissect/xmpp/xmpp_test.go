package xmpp

import (
	"testing"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/flowtest"
)

// says is a conversation by the words of the specification.
var says = []flowtest.Say{
	flowtest.Up("<?xml version='1.0'?><stream:stream to='town.lg.jp' xmlns:stream='http://etherx.jabber.org/streams'>"),
}

// TestTalk holds what is seen of it against testdata.
func TestTalk(t *testing.T) { flowtest.Talk(t, "xmpp", 5300, false, says, Protocol) }

// TestOthers lets others be.
func TestOthers(t *testing.T) {
	for _, b := range []string{"<html>", ""} {
		if got := Protocol.Probe(dissect.Orig, []byte(b), false, 5300); b != "" && got != dissect.No || got == dissect.Yes {
			t.Errorf("%q: %v", b, got)
		}
	}
}

func Fuzz(f *testing.F) { flowtest.Fuzz(f, Protocol, says) }

// TestTLS hands over to TLS where the server gives leave to it, in either form, in pieces, and where it is not heard.
func TestTLS(t *testing.T) {
	const head = "<stream:stream xmlns='jabber:client' to='town.lg.jp'>"
	const ask = "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"
	for name, c := range map[string]struct {
		says []string
		rest string
	}{
		"empty":     {[]string{">" + head, head, ">" + ask, "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>\x16"}, "\x16"},
		"ended":     {[]string{">" + head, head, ">" + ask, "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'></proceed>"}, ""},
		"one-sided": {[]string{">" + head, ">" + ask, ">\x16\x03\x01"}, "\x16\x03\x01"},
	} {
		for size := range 2 {
			p := Protocol.Stream(&dissect.Flow{})
			var held [2]string
			var err error
			for _, s := range c.says {
				dir := dissect.Resp
				if s[0] == '>' {
					dir, s = dissect.Orig, s[1:]
				}
				for len(s) > 0 && err == nil {
					k := len(s)
					if size == 1 {
						k = 1
					}
					held[dir], s = held[dir]+s[:k], s[k:]
					var n int
					n, err = p.Data(dir, []byte(held[dir]))
					if held[dir] = held[dir][n:]; err != nil {
						held[dir] += s
					}
				}
			}
			if err != dissect.ErrNext || held[0]+held[1] != c.rest {
				t.Errorf("%s: %v, %q is left", name, err, held)
			}
		}
	}
}
