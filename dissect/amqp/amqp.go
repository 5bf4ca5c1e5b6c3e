// Package amqp recognises AMQP 0-9-1 and 1.0, over which applications queue messages.
package amqp

import (
	"github.com/yagura-project/yagura/dissect"
)

// Protocol is AMQP on any port.
var Protocol = dissect.Protocol{
	Name:     "amqp",
	Spec:     "AMQP 0-9-1 §4.2.2, AMQP 1.0 part 2",
	TCP:      []uint16{5672},
	Anywhere: true,
	Probe:    probe,
	Stream:   dissect.Named,
}

func probe(_ dissect.Dir, b []byte, udp bool, _ uint16) dissect.Match {
	if udp {
		return dissect.No
	}
	return dissect.Prefix(b, "AMQP")
}
