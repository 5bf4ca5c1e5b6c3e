package dissect

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/yagura-project/yagura/event"
)

// openings are those of the ended flows.
func (w *cable) openings() (out []*event.Opening) {
	w.a.Close()
	for _, e := range w.events {
		if n, ok := e.(*event.NetworkActivity); ok && n.Activity.Ended() {
			out = append(out, n.Opening)
		}
	}
	return out
}

func TestOpening(t *testing.T) {
	w := newWire(t, echoProtocol)
	w.tcp([2]uint16{40000, 9999}, ">S 0", "<SA 0", ">A 1", ">PA 1 hello", "<PA 1 welcome", ">PA 6 more")
	want := []*event.Opening{{Orig: "hello", Resp: "welcome", OrigLen: 5, RespLen: 7}}
	if diff := cmp.Diff(want, w.openings()); diff != "" {
		t.Error(diff)
	}
}

func TestNoOpening(t *testing.T) {
	for name, packets := range map[string]struct {
		port uint16
		say  []string
	}{
		"known protocol":     {7, []string{">S 0", "<SA 0", ">A 1", ">PA 1 hello"}},
		"without beginning":  {9999, []string{">PA 1 hello", "<PA 1 welcome"}},
		"nobody says a word": {9999, []string{">S 0", "<SA 0", ">A 1"}},
	} {
		w := newWire(t, echoProtocol)
		w.tcp([2]uint16{40000, packets.port}, packets.say...)
		if diff := cmp.Diff([]*event.Opening{nil}, w.openings()); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}
