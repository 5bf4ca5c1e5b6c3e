package http

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/yagura-project/yagura/dissect/flowtest"
	"github.com/yagura-project/yagura/event"
)

// TestBrokenOff: content that ends with its connection is whole only where that was closed in order (RFC 9112 §6.3 rule 8, §8).
func TestBrokenOff(t *testing.T) {
	says := flowtest.Turns(">GET /a.exe HTTP/1.0\r\n\r\n", "HTTP/1.0 200 OK\r\n\r\nMZ1234")
	for _, c := range []struct {
		way  flowtest.Beside
		want string
	}{
		{flowtest.Beside{}, "a.exe 6 true"}, {flowtest.Beside{Breaks: true}, "a.exe 6 false"},
		{flowtest.Beside{Reset: true}, "a.exe 6 true"}, // by the server, as one that closes with words of the client unread
	} {
		var got []string
		c.way.Port, c.way.Says = 80, says
		for _, e := range flowtest.Events(9, nil, []flowtest.Beside{c.way}, Protocol) {
			if f, ok := e.(*event.FileActivity); ok {
				got = append(got, fmt.Sprint(f.File.Name, " ", f.File.Size, " ", f.Whole))
			}
		}
		if d := cmp.Diff([]string{c.want}, got); d != "" {
			t.Errorf("%+v: %s", c.way, d)
		}
	}
}
