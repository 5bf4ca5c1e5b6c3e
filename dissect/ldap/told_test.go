package ldap

import (
	"testing"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/flowtest"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/wire"
)

// TestAlertsOfRequests: an alert tells what a search asks for while its answers come, and how somebody binds.
func TestAlertsOfRequests(t *testing.T) {
	var told []event.LDAPActivity
	f := &dissect.Flow{Emit: func(event.Event) {}}
	f.Watch(flowtest.Each(func(x *wire.Tx) {
		if !x.Apart { // frames
			told = append(told, *x.About().(*event.LDAPActivity))
		}
	}))
	s := newStream(f)
	search, filter := searchFor(7, 2)
	bind := element(0x30, "\x02\x01\x01", element(tagBindRequest, "\x02\x01\x03", element(4, "cn=a"), element(0x80, "secret")))
	entry := "\x30\x0c\x02\x01\x07\x64\x07\x04\x03o=x\x30\x00"
	for _, m := range []struct {
		d dissect.Dir
		b string
	}{{dissect.Orig, bind}, {dissect.Orig, search}, {dissect.Resp, entry}} {
		if _, err := s.Data(m.d, []byte(m.b)); err != nil {
			t.Fatal(err)
		}
	}
	if len(told) != 3 {
		t.Fatalf("%+v", told)
	}
	if e := told[0]; e.Operation != "bind" || e.DN != "cn=a" || e.Name != "SIMPLE" || e.MessageID != 1 {
		t.Errorf("%+v", e)
	}
	if e := told[2]; e.Filter != filter || e.MessageID != 7 || e.Entries != 1 || told[1].Entries != 0 {
		t.Errorf("%+v", told[1:])
	}
}
