package mqtt

import (
	"testing"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event"
)

// TestVersionByContent finds out by one packet which version is spoken where CONNECT was not seen, or leaves it open.
func TestVersionByContent(t *testing.T) {
	const open, older = 0, 3
	for _, c := range []struct {
		name, b string
		dir     dissect.Dir
		want    int
	}{
		{"publish without properties", "\x30\x0b\x00\x03a/b\x00hello", dissect.Orig, version5},
		{"publish with one", "\x30\x0d\x00\x03a/b\x02\x01\x01hello", dissect.Orig, version5},
		{"publish by number", "\x30\x0b\x00\x00\x03\x23\x00\x07hello", dissect.Resp, version5},
		{"publish, QoS 1", "\x32\x0d\x00\x03a/b\x00\x07\x00hello", dissect.Orig, version5},
		{"publish of old", "\x30\x0a\x00\x03a/bhello", dissect.Orig, older},
		{"publish of old, JSON", "\x30\x0c\x00\x03a/b" + `{"t":2}`, dissect.Orig, older},
		{"publish of old, nothing", "\x30\x05\x00\x03a/b", dissect.Orig, older},
		{"publish of bytes", "\x30\x09\x00\x03a/b\x00\x01\x02\x03", dissect.Orig, open},
		{"subscribe", "\x82\x09\x00\x01\x00\x00\x03a/b\x2c", dissect.Orig, version5},
		{"subscribe of old", "\x82\x08\x00\x01\x00\x03a/b\x01", dissect.Orig, older},
		{"unsubscribe", "\xa2\x08\x00\x01\x00\x00\x03a/b", dissect.Orig, version5},
		{"unsubscribe of old", "\xa2\x07\x00\x01\x00\x03a/b", dissect.Orig, older},
		{"suback", "\x90\x04\x00\x01\x00\x87", dissect.Resp, version5},
		{"suback of old", "\x90\x03\x00\x01\x01", dissect.Resp, older},
		{"suback of either", "\x90\x04\x00\x01\x00\x01", dissect.Resp, open},
		{"unsuback", "\xb0\x04\x00\x01\x00\x00", dissect.Resp, version5},
		{"unsuback of old", "\xb0\x02\x00\x01", dissect.Resp, older},
		{"puback", "\x40\x03\x00\x01\x10", dissect.Resp, version5},
		{"puback of either", "\x40\x02\x00\x01", dissect.Resp, open},
		{"connack", "\x20\x03\x00\x00\x00", dissect.Resp, version5},
		{"connack of old", "\x20\x02\x00\x00", dissect.Resp, older},
		{"disconnect by the server", "\xe0\x01\x8b", dissect.Resp, version5},
		{"disconnect of either", "\xe0\x00", dissect.Orig, open},
		{"ping", "\xc0\x00", dissect.Orig, open},
		{"more log-on", "\xf0\x00", dissect.Orig, version5},
	} {
		p := &parser{f: &dissect.Flow{Emit: func(event.Event) {}}, unsure: true}
		if !begins(c.dir, []byte(c.b)) {
			t.Errorf("%s: not taken for a packet", c.name)
		}
		if n, err := p.Data(c.dir, []byte(c.b)); n != len(c.b) || err != nil {
			t.Errorf("%s: %d %v", c.name, n, err)
		}
		got := int(p.version)
		if p.older {
			got = older
		}
		if got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
		for i := range c.b {
			p := &parser{f: &dissect.Flow{Emit: func(event.Event) {}}}
			p.learn(c.dir, c.b[0], []byte(c.b[min(2, i):i]))
		}
	}
}
