package dissect

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/yagura-project/yagura/event"
)

func TestWhatIsNotLookedIntoIsCountedByReason(t *testing.T) {
	read := map[uint16]event.VLANFlows{0: {Flows: 1}}
	for name, c := range map[string]struct {
		segments []string
		want     event.Blind
	}{
		"read":      {[]string{">S 0", "<SA 0", ">A 1 echo", "<A 1 fine"}, event.Blind{VLANs: read}},
		"encrypted": {[]string{">S 0", "<SA 0", ">A 1 opaque123", ">A 10 4567", "<A 1 89"}, event.Blind{Encrypted: 9, VLANs: read}},
		"one-sided": {[]string{">S 0", ">A 1 echo", ">A 5 six"}, event.Blind{OneSided: 7, VLANs: map[uint16]event.VLANFlows{0: {Flows: 1, OneSided: 1}}}},
		"gave up":   {[]string{">S 0", "<SA 0", ">A 1 fail", ">A 5 more", "<A 1 too"}, event.Blind{Unparsed: 7, VLANs: read}},
		"no word":   {[]string{">S 0", "<SA 0", ">F 1", "<FA 1"}, event.Blind{}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWire(t, echoProtocol)
			w.tcp([2]uint16{40000, 7}, c.segments...)
			w.a.Close()
			if d := cmp.Diff(c.want, w.a.Stats().Blind); d != "" {
				t.Error(d)
			}
		})
	}
	t.Run("unknown", func(t *testing.T) {
		w := newWire(t)
		w.tcp(web, ">S 0", "<SA 0", ">A 1 what?", "<A 1 indeed")
		w.a.Close()
		if d := cmp.Diff(event.Blind{Unparsed: 11, VLANs: read}, w.a.Stats().Blind); d != "" {
			t.Error(d)
		}
	})
}
