package detect_test

import (
	"net/netip"
	"testing"
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

// taker keeps the last conversation that it was shown.
type taker struct{ last *event.NetworkActivity }

func (n *taker) Observe(e event.Event, _ detect.Emit) { n.last = e.(*event.NetworkActivity) }
func (*taker) Advance(time.Time, detect.Emit)         {}
func (*taker) Stats() detect.Stats                    { return detect.Stats{} }

// Of a conversation without a beginning the ports tell who called whom, where they can.
func TestMidstreamIsSetRight(t *testing.T) {
	inside, outside := netip.MustParseAddr("10.0.0.5"), netip.MustParseAddr("198.51.100.9")
	for name, c := range map[string]struct {
		from, to  uint16
		app       string
		midstream bool
		turned    bool
	}{
		"orders from a server":         {8219, 49227, "", true, true},
		"a Linux client's port":        {4444, 41000, "", true, true},
		"nothing tells":                {40123, 49227, "", true, false},
		"an old system's client":       {1032, 4321, "", true, false},
		"the protocol is known":        {8219, 49227, "tls", true, false},
		"the beginning was seen":       {8219, 49227, "", false, false},
		"the client sent first anyway": {49227, 8219, "", true, false},
	} {
		t.Run(name, func(t *testing.T) {
			n := &taker{}
			e, err := detect.New(detect.DefaultConfig(), detect.Deps{}, []detect.Detector{{Info: event.Advisory{ID: "taker"}, New: func(any, detect.Deps) detect.Instance { return n }}}, func(event.Finding) {})
			if err != nil {
				t.Fatal(err)
			}
			e.Observe(&event.NetworkActivity{Header: event.Header{Time: time.Date(2026, 4, 6, 0, 0, 0, 0, time.UTC)}, Activity: event.FlowClose, App: c.app, Midstream: c.midstream,
				Conn: event.Conn{Src: event.Endpoint{IP: outside, Port: c.from}, Dst: event.Endpoint{IP: inside, Port: c.to}, Proto: event.ProtoTCP},
				Orig: event.Volume{Payload: 7}, Resp: event.Volume{Payload: 9}})
			if got := n.last.Src.IP == inside; got != c.turned || got && (n.last.Orig.Payload != 9 || n.last.Dst.Port != c.from) {
				t.Errorf("%+v", n.last.Conn)
			}
		})
	}
}
