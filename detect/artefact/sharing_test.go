package artefact

import (
	"testing"

	"github.com/yagura-project/yagura/event"
)

func TestSharing(t *testing.T) {
	for name, c := range map[string]struct {
		seen event.SMBActivity
		want string
	}{
		"letters":          {event.SMBActivity{Command: "negotiate", ClientGUID: "kTzQmWbLrXpVdYsH"}, "Impacket"},
		"random":           {event.SMBActivity{Command: "negotiate", ClientGUID: "k\x01zQ\xffWbLrXpVdYsH"}, ""},
		"short":            {event.SMBActivity{Command: "negotiate", ClientGUID: "kTzQ"}, ""},
		"first context":    {event.SMBActivity{RPC: &event.DCERPC{Kind: "bind", Context: 79231}}, "Impacket"},
		"second context":   {event.SMBActivity{RPC: &event.DCERPC{Kind: "call", Context: 79232}}, "Impacket"},
		"ordinary context": {event.SMBActivity{RPC: &event.DCERPC{Kind: "bind", Context: 1}}, ""},
		"no trailer":       {event.SMBActivity{RPC: &event.DCERPC{Kind: "call"}}, ""},
	} {
		if tool, mark := sharing(&c.seen); tool != c.want || (mark.EN == "") != (tool == "") {
			t.Errorf("%s: %q, %q", name, tool, mark.EN)
		}
	}
}
