package acttest

import (
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/event"
)

// Bench is one enforcer with its device, real or emulated. Only Open is needed
// always. What a device cannot be made to do stays nil, with the reason in Why
// under the field's name: the behaviour is then skipped with that reason.
// (A Bench whose Hand only rehearses needs nothing but Open.)
type Bench struct {
	// Open opens a Hand on the device and returns when the device can be spoken to. It is called many times,
	// never while an earlier Hand is open: opened again it stands for a restart of Yagura, so whatever
	// Yagura keeps on disk must be found again (use one directory for the whole Bench).
	Open func(t *testing.T, d act.Deps) act.Hand

	// Machine gives the i-th machine that the device can cut, 0 ≤ i < Machines: always the same for the same i, no two
	// with a common address or MAC. Fill every name that the machine has, not only those that the enforcer knows.
	// Machine(0) and Machine(1) are those that talk (Dial, Talk). nil: Documentation.
	Machine  func(i int) Machine
	Machines int // how many there are, at least 2; 0 = as many as wanted

	// Own are addresses of the device itself near Machine(0): it leaves them out of a range.
	Own []netip.Addr

	// Foreign is everything on the device that is not ours, as text, byte for byte, without what counts up by itself:
	// rules, ports, VLANs, files of others. After the last Undo it must be what it was. nil: nothing else is there.
	Foreign func(t *testing.T) string
	// Received counts what has reached the device so far from this enforcer: bytes, packets or messages, without
	// keep-alives. Plan and a refusal must not move it.
	Received func(t *testing.T) int

	// Flush empties the device of ours as its own restart or power cut does, and returns when it can be spoken to
	// again. A device that keeps its settings over a restart keeps them here too: set Keeps.
	Flush func(t *testing.T)
	Keeps bool // the device has everything after Flush
	// Lose takes away a part of what the order has, behind the Hand's back: all that it has for m, or where the
	// order has one machine only, one of its entries: as an Apply that stopped half-way leaves it.
	Lose func(t *testing.T, order string, m Machine)
	// Mute makes the device swallow everything without an answer (not refuse the connection) until back is called.
	Mute func(t *testing.T) (back func())
	// Deny makes the device answer each change with its own refusal (NAK, error, wrong password) until back is called.
	// It is called while nothing of ours is on the device.
	Deny func(t *testing.T) (back func())

	// Dial opens a connection ("tcp" or "udp") from the machine of this address to something beyond the enforcer that
	// echoes every byte, within 5 s. The suite then measures silence, other machines' losses and sessions by itself.
	Dial func(t *testing.T, network string, from netip.Addr) net.Conn
	// Talk is for devices that carry no plain connections (a proxy, a name server): each call of the answer tries an
	// exchange as the machine of this address and says whether it works, waiting so long. Used where Dial is nil.
	Talk func(t *testing.T, from netip.Addr) func(patience time.Duration) bool

	// Pass sets the clock of the device and of Now on by d; nil: the test waits for d.
	Pass func(d time.Duration)
	// Now is the device's clock; nil: time.Now.
	Now func() time.Time
	// Entries is how many entries the device shall hold; 0 = 5,000, or Capabilities.Most, or Machines, if that is less.
	Entries int
	// Rounds is how often the latency is measured; 0 = 10.
	Rounds int
	// Why says for a nil field (Received, Flush, Lose, Mute, Deny, Talk) why this device does not have it.
	Why map[string]string
}

// Machine is one machine beyond or at the device.
type Machine struct {
	Name   string     // host name
	V4, V6 netip.Addr // zero = it has none
	MAC    event.MAC
}

func (m Machine) nets() []netip.Prefix {
	var out []netip.Prefix
	for _, a := range []netip.Addr{m.V4, m.V6} {
		if a.IsValid() {
			out = append(out, netip.PrefixFrom(a, a.BitLen()))
		}
	}
	return out
}

// Documentation gives machines that stand nowhere: 198.18.0.0/15 (RFC 2544),
// 2001:db8::/32 (RFC 3849) and locally administered MACs; i is below 65,536.
func Documentation(i int) Machine {
	hi, lo := byte(i>>8), byte(i)
	return Machine{
		Name: "pc-" + string([]byte{'a' + hi>>4, 'a' + hi&15, 'a' + lo>>4, 'a' + lo&15}),
		V4:   netip.AddrFrom4([4]byte{198, 18, hi, lo}),
		V6:   netip.AddrFrom16([16]byte{0x20, 0x01, 0x0d, 0xb8, 13: 1, 14: hi, 15: lo}),
		MAC:  event.MAC{0x02, 0, 0x5e, 0x10, hi, lo},
	}
}
