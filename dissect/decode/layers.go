// Package decode reads the link, network and transport headers of one packet without copying, and puts fragments together.
package decode

import (
	"errors"

	"github.com/yagura-project/yagura/event/wire"
)

// What decoding fills; wire describes it.
type (
	Layers = wire.Packet
	Kind   = wire.Kind
	Addr   = wire.Addr
)

// Kinds.
const (
	None     = wire.None
	ARP      = wire.ARP
	IP       = wire.IP
	Fragment = wire.Fragment
	TCP      = wire.TCP
	UDP      = wire.UDP
	ICMP     = wire.ICMP
)

// Errors of a packet; they are counted, not shown. Events says more of it.
var (
	ErrShort     = errors.New("packet ends within a header")
	ErrMalformed = errors.New("malformed header")
	ErrLink      = errors.New("unknown link type")
	ErrDepth     = errors.New("too many headers")
)
