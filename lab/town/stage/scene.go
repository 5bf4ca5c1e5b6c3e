package stage

import (
	"math/rand/v2"
	"net/netip"
	"time"

	"github.com/yagura-project/yagura/event"
)

// Scene is one machine on the stage with dice of its own: what a life or an attack is written with.
type Scene struct {
	*Stage
	Me   *Machine
	Rand *rand.Rand
}

// Scene puts m on the stage for a purpose.
func (s *Stage) Scene(m *Machine, purpose string) *Scene {
	return &Scene{Stage: s, Me: m, Rand: s.Dice(purpose, m.Name)}
}

// As is the same purpose played by another machine, such as the proxy that fetches for a PC.
func (c *Scene) As(m *Machine) *Scene { return &Scene{Stage: c.Stage, Me: m, Rand: c.Rand} }

// Loop does it again and again while the machine is on, with a new gap each time.
func (c *Scene) Loop(gap func() time.Duration, do func()) {
	var step func()
	step = func() {
		if !c.On(c.Me) {
			// The phase after switching on is new, as a program's own clock begins again.
			c.At(c.NextOn(c.Me).Add(30*time.Second+c.Part(min(gap(), time.Hour))), step)
			return
		}
		do()
		c.After(gap(), step)
	}
	c.At(c.NextOn(c.Me).Add(30*time.Second+c.Part(min(gap(), time.Hour))), step)
}

// Morning does it each day that the machine is on, soon after it was switched on.
func (c *Scene) Morning(delay func() time.Duration, do func()) {
	c.Daily(func(on, _ time.Time) time.Time { return on.Add(delay()) }, do)
}

// Daily does it each day that the machine is on, at the moment that when chooses.
func (c *Scene) Daily(when func(on, off time.Time) time.Time, do func()) {
	var day func()
	day = func() {
		if on, off, ok := c.Hours(c.Me, c.Now()); ok {
			if at := when(on, off); at.Before(off) && !at.Before(c.Now()) {
				c.At(at, do)
			}
		}
		c.At(Midnight(c.Now().Add(25*time.Hour)), day)
	}
	c.At(Midnight(c.Now()), day)
}

// Part is a random part of d.
func (c *Scene) Part(d time.Duration) time.Duration {
	return time.Duration(c.Rand.Float64() * float64(d))
}

// Around is d, more or less by up to the fraction f.
func (c *Scene) Around(d time.Duration, f float64) time.Duration {
	return time.Duration(float64(d) * (1 + f*(2*c.Rand.Float64()-1)))
}

// Gap is a pause of random length with the mean d, as between what people do.
func (c *Scene) Gap(d time.Duration) time.Duration {
	return min(time.Duration(c.Rand.ExpFloat64()*float64(d)), 12*d)
}

// Size is a random number of bytes with a long tail around the middle.
func (c *Scene) Size(middle uint64) uint64 {
	f := c.Rand.NormFloat64()
	x := float64(middle)
	for range 3 {
		x *= 1 + f/5
	}
	return uint64(min(max(x, float64(middle)/8), 12*float64(middle)))
}

// Chance is true with probability p.
func (c *Scene) Chance(p float64) bool { return c.Rand.Float64() < p }

// Pick is one of the list.
func Pick[T any](c *Scene, list []T) T { return list[c.Rand.IntN(len(list))] }

// Conn is a new conversation of the scene's machine with an address.
func (c *Scene) Conn(to netip.Addr, port uint16, proto event.Proto) event.Conn {
	m := c.Me
	c.flow++
	if m.port++; m.port < 49152 {
		m.port = 49152
	}
	dst := router
	if m.Net.Prefix.Contains(to) && !m.Far {
		dst = event.MAC{0x54, 0xb2, 0x03, 0xff, 0, to.As4()[3]}
	}
	return event.Conn{Proto: proto, FlowID: c.flow, Src: event.Endpoint{IP: m.IP, Port: m.port, MAC: m.frame()}, Dst: event.Endpoint{IP: to, Port: port, MAC: dst}}
}

// Reach is a new conversation with a machine of the town.
func (c *Scene) Reach(to *Machine, port uint16, proto event.Proto) event.Conn {
	k := c.Conn(to.IP, port, proto)
	if k.Dst.MAC != router {
		k.Dst.MAC = to.frame()
	}
	return k
}
