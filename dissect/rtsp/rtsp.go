// Package rtsp recognises RTSP (RFC 2326, RFC 7826), which cameras speak.
package rtsp

import (
	"bytes"

	"github.com/yagura-project/yagura/dissect"
)

// Protocol is RTSP on any port.
var Protocol = dissect.Protocol{
	Name:     "rtsp",
	Spec:     "RFC 2326, RFC 7826",
	TCP:      []uint16{554, 8554},
	Anywhere: true,
	Probe:    probe,
	Stream:   dissect.Named,
}

var methods = [...]string{"OPTIONS ", "DESCRIBE ", "ANNOUNCE ", "SETUP ", "PLAY ", "PAUSE ", "TEARDOWN ", "GET_PARAMETER ", "SET_PARAMETER ", "REDIRECT ", "RECORD "}

func probe(_ dissect.Dir, b []byte, udp bool, _ uint16) dissect.Match {
	if udp || len(b) == 0 || b[0] < 'A' || b[0] > 'T' {
		return dissect.No
	}
	if m := dissect.Prefix(b, "RTSP/"); m != dissect.No {
		return m
	}
	best := dissect.No
	for _, m := range methods {
		best = max(best, dissect.Prefix(b, m))
	}
	if best != dissect.Yes {
		return best
	}
	line, _, whole := bytes.Cut(b, []byte("\n"))
	switch {
	case bytes.Contains(line, []byte(" RTSP/")):
		return dissect.Yes
	case whole:
		return dissect.No
	}
	return dissect.Maybe
}
