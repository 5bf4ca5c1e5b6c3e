package dissect

import (
	"strings"
	"testing"

	"github.com/yagura-project/yagura/capture"
	"github.com/yagura-project/yagura/event"
)

// TestWhatNoHostTakes puts segments into a conversation that a socket of Linux throws away, each before what is said at its place: whether
// rules look or not, the parser is told the conversation.
func TestWhatNoHostTakes(t *testing.T) {
	speech := echoProtocol
	speech.TCP = []uint16{80}
	said := []seg{{from: Orig, flags: ack, seq: 1, ack: 1, data: "GET "}, {from: Resp, flags: ack, seq: 1, ack: 5, data: "OK"}, {from: Orig, flags: ack, seq: 5, ack: 3, data: "more"}}
	for name, evil := range map[string]seg{
		"no flags":           {seq: 1, data: "EVIL"},
		"no acknowledgement": {flags: event.FlagPSH, seq: 1, data: "EVIL"},
		"a FIN without one":  {flags: fin, seq: 1, data: "EVIL"},
		"FIN, PSH and URG":   {flags: fin | event.FlagPSH | event.FlagURG, seq: 1, data: "EVIL"},
		"a bare FIN":         {flags: fin, seq: 1},
		"behind a SYN/ACK":   {flags: syn | ack, seq: 0, ack: 1, data: "EVIL"},
		"behind SYN and FIN": {flags: syn | fin | ack, seq: 0, ack: 1, data: "EVIL"},
	} {
		for at := 2; at <= 3; at++ { // before and behind the handshake's end
			if at == 2 && evil.flags&syn != 0 {
				continue
			}
			later := evil
			later.seq += 4
			begun := and(append(hello[:at:at], evil), hello[at:]...)
			for n, segments := range [][]seg{and(begun, said...), and(said[:1], and([]seg{{from: Resp, flags: ack, seq: 1, ack: 5}, later}, said[1:]...)...)} {
				for _, look := range []bool{false, true} {
					if got := told(speech, look, segments); got != "orig GET , resp OK, orig more" {
						t.Errorf("%s, after %d, beginning missed %v, with rules %v: the parser was told %q", name, at, n > 0, look, got)
					}
				}
			}
		}
	}
}

// told is what a parser hears of segments.
func told(speech Protocol, look bool, segments []seg) string {
	var said []string
	cfg := DefaultConfig()
	cfg.Seed = 1
	a := New(cfg, []Protocol{speech}, func(e event.Event) {
		if s, ok := e.(*event.SMBActivity); ok {
			said = append(said, s.Command)
		}
	})
	if look {
		a.Inspect(&rules{})
	}
	for i := range segments {
		b := segments[i].bytes()
		a.Packet(&capture.Packet{Nanos: int64(i+1) * 1e6, Data: b, OrigLen: len(b), Link: capture.LinkRaw})
	}
	a.Close()
	return strings.TrimSuffix(strings.Join(said, ", "), ", close")
}
