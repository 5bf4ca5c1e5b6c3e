// Package opcua recognises OPC UA (IEC 62541-6), by which plants tell their state.
package opcua

import (
	"github.com/yagura-project/yagura/dissect"
)

// Protocol is OPC UA on any port.
var Protocol = dissect.Protocol{
	Name:     "opcua",
	Spec:     "OPC 10000-6 §7.1.2",
	TCP:      []uint16{4840},
	Anywhere: true,
	Probe:    probe,
	Stream:   dissect.Named,
}

var words = [...]string{"HELF", "ACKF", "RHEF", "OPNF"}

func probe(_ dissect.Dir, b []byte, udp bool, _ uint16) dissect.Match {
	if udp || len(b) == 0 {
		return dissect.No
	}
	best := dissect.No
	for _, word := range words {
		best = max(best, dissect.Prefix(b, word))
	}
	return best
}
