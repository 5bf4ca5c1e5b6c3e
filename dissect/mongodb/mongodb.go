// Package mongodb recognises MongoDB's wire protocol, by which a database is asked.
package mongodb

import (
	"encoding/binary"

	"github.com/yagura-project/yagura/dissect"
)

// Protocol is MongoDB on any port.
var Protocol = dissect.Protocol{
	Name:     "mongodb",
	Spec:     "MongoDB Wire Protocol",
	TCP:      []uint16{27017},
	Anywhere: true,
	Probe:    probe,
	Stream:   dissect.Named,
}

const header = 16 // length, request, response to, operation

// probe wants a request, which answers nothing, or an answer, which does.
func probe(dir dissect.Dir, b []byte, udp bool, port uint16) dissect.Match {
	if udp || len(b) == 0 {
		return dissect.No
	}
	if len(b) < header {
		if port == 27017 {
			return dissect.Maybe
		}
		return dissect.No
	}
	size, op := binary.LittleEndian.Uint32(b), binary.LittleEndian.Uint32(b[12:])
	answers := binary.LittleEndian.Uint32(b[8:]) != 0
	if size < header || size > 48_000_000 || answers != (dir == dissect.Resp) {
		return dissect.No
	}
	switch {
	case op >= 2001 && op <= 2013 && op != 2003 && op != 2008 && op != 2009, op == 1 && answers:
		return dissect.Yes
	}
	return dissect.No
}
