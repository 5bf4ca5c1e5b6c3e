package ldap

import (
	"testing"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event"
)

// TestAbandon: a search that is abandoned has no end (RFC 4511 §4.11); it is told when it is given up, with what it has found.
func TestAbandon(t *testing.T) {
	search := "\x30\x2b\x02\x01\x07\x63\x26\x04\x05dc=ja\x0a\x01\x02\x0a\x01\x00\x02\x01\x00\x02\x01\x00\x01\x01\x00" + "\x87\x0aadminCount\x30\x02\x04\x00"
	entry := "\x30\x0c\x02\x01\x07\x64\x07\x04\x03o=x\x30\x00"
	for name, abandon := range map[string]string{"primitive": "\x30\x06\x02\x01\x08\x50\x01\x07", "constructed": "\x30\x06\x02\x01\x08\x70\x01\x07"} {
		var got []event.Event
		s := newStream(&dissect.Flow{Emit: func(e event.Event) { got = append(got, e) }})
		for _, m := range []struct {
			dir dissect.Dir
			b   string
		}{{dissect.Orig, search}, {dissect.Resp, entry + entry + entry}, {dissect.Orig, abandon}, {dissect.Resp, entry}} {
			if n, err := s.Data(m.dir, []byte(m.b)); n != len(m.b) || err != nil {
				t.Fatalf("consumed %d of %d bytes, %v", n, len(m.b), err)
			}
		}
		if len(got) != 1 {
			t.Fatalf("%s: %d events before the end", name, len(got))
		}
		if e := got[0].(*event.LDAPActivity); e.Filter != "(adminCount=*)" || e.Entries != 3 || e.Answered {
			t.Errorf("%+v", e)
		}
		if s.Close(); len(got) != 1 {
			t.Errorf("%d events", len(got))
		}
	}
}
