package dissect

import (
	"strings"
	"testing"
)

// TestEarlyWords reads what a SYN carries as its server does: that may take it, or leave it, and then what the client says at that
// place counts, be it the same or not (RFC 7413 §3).
func TestEarlyWords(t *testing.T) {
	speech := echoProtocol
	speech.TCP = []uint16{80}
	decoy := seg{from: Orig, flags: syn, data: "decoy"}
	get := seg{from: Orig, flags: ack, seq: 1, ack: 1, data: "GET /"}
	for name, c := range map[string]struct {
		segments []seg
		want     string
	}{
		"taken":                   {[]seg{decoy, {from: Resp, flags: syn | ack, ack: 6}, {from: Orig, flags: ack, seq: 6, ack: 1, data: "more"}}, "decoy, more"},
		"left":                    {[]seg{decoy, hello[1], hello[2], get}, "decoy; GET /"},
		"left, and less is said":  {[]seg{{from: Orig, flags: syn, data: "decoy and more"}, hello[1], get, {from: Orig, flags: ack, seq: 6, ack: 1, data: "index"}}, "decoy and more; GET /, index"},
		"left, and said again":    {[]seg{decoy, hello[1], hello[2], {from: Orig, flags: ack, seq: 1, ack: 1, data: "decoy and more"}}, "decoy,  and more"},
		"left, the server speaks": {[]seg{decoy, hello[1], hello[2], {from: Resp, flags: ack, seq: 1, ack: 1, data: "220"}, get}, "decoy; resp 220, GET /"},
		"left, out of order":      {[]seg{decoy, hello[1], hello[2], {from: Orig, flags: ack, seq: 4, ack: 1, data: " /"}, {from: Orig, flags: ack, seq: 1, ack: 1, data: "GET"}}, "decoy; GET,  /"},
		"sent again, then left":   {[]seg{decoy, decoy, hello[1], get}, "decoy; GET /"},
		"another SYN":             {[]seg{decoy, {from: Orig, flags: syn, seq: 777}, {from: Resp, flags: syn | ack, ack: 778}, {from: Orig, flags: ack, seq: 778, ack: 1, data: "GET /"}}, "decoy; GET /"},
		"taken, answer unseen":    {[]seg{decoy, {from: Orig, flags: ack, seq: 6, ack: 1, data: "more"}}, "decoy, more"},
		"left, answer unseen":     {[]seg{decoy, get}, "decoy; GET /"},
		"parser had failed":       {[]seg{{from: Orig, flags: syn, data: "panic"}, hello[1], get}, "; GET /"},
		"it was encrypted":        {[]seg{{from: Orig, flags: syn, data: "opaque"}, hello[1], get}, "; GET /"},
		"no answer":               {[]seg{decoy}, "decoy"},
	} {
		for _, look := range []bool{false, true} {
			got := strings.NewReplacer("orig ", "", ", close", ";").Replace(", " + told(speech, look, c.segments))
			if got = strings.NewReplacer(";, ", "; ").Replace(strings.TrimPrefix(got, ", ")); got != c.want {
				t.Errorf("%s, with rules %v: the parser was told %q, want %q", name, look, got, c.want)
			}
		}
	}
}
