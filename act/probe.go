package act

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/yagura-project/yagura/event"
)

// Probe says whether Yagura itself asks a machine that fell silent, after the
// sensor has seen nothing any more: a machine that is switched off is silent too.
type Probe struct {
	Mode string        `yaml:"mode"` // auto (on a network of Yagura's own, where an enforcer cuts the machine from everybody); off; segment (whatever cuts it); always (beyond routers too)
	TCP  []int         `yaml:"tcp"`  // ports that are tried; 1–65535, at most 16
	Wait time.Duration `yaml:"wait"` // for all answers together; 100 ms–10 s
}

// Modes of the probe.
const (
	ProbeAuto    = "auto"
	ProbeOff     = "off"
	ProbeSegment = "segment"
	ProbeAlways  = "always"
)

// DefaultProbe asks where an answer proves that something still passes.
func DefaultProbe() Probe {
	return Probe{Mode: ProbeAuto, TCP: []int{445, 135, 22, 80, 443, 3389}, Wait: 500 * time.Millisecond}
}

func (p Probe) check() error {
	var errs []error
	if !slices.Contains([]string{ProbeAuto, ProbeOff, ProbeSegment, ProbeAlways}, p.Mode) {
		errs = append(errs, fmt.Errorf("probe.mode: %q is unknown: use auto, off, segment or always", p.Mode))
	}
	if p.Wait < 100*time.Millisecond || p.Wait > 10*time.Second {
		errs = append(errs, fmt.Errorf("probe.wait: %v is out of range: use 100ms to 10s", p.Wait))
	}
	for i, port := range p.TCP {
		if port < 1 || port > 65535 || i >= 16 {
			errs = append(errs, fmt.Errorf("probe.tcp[%d]: %d: write at most 16 ports from 1 to 65535", i, port))
		}
	}
	return errors.Join(errs...)
}

// maxProbed bounds the addresses of one order that are asked.
const maxProbed = 16

// ask tries every address of the order by ICMP echo (RFC 792, RFC 4443) and TCP
// connect, and names what answered, sorted. A refused connection is no answer: a
// firewall or router on the way refuses in the machine's name. asked is how many
// addresses were tried: 0 says nothing was learnt.
func (p Probe) ask(ctx context.Context, o event.Order) (answers []string, asked int) {
	if p.Mode == ProbeOff || p.Mode == "" || o.Segment != "" {
		return nil, 0
	}
	ctx, cancel := context.WithTimeout(ctx, p.Wait)
	defer cancel()
	var mu sync.Mutex
	var wait sync.WaitGroup
	note := func(what string) {
		mu.Lock()
		defer mu.Unlock()
		answers = append(answers, what)
	}
	for _, a := range o.IPs {
		if a.IsLinkLocalUnicast() || asked >= maxProbed || p.Mode != ProbeAlways && !onLink(a) || !routed(a) {
			continue
		}
		asked++
		wait.Go(func() {
			if echo(ctx, a) == nil {
				note("ICMP " + a.String())
			}
		})
		for _, port := range p.TCP {
			wait.Go(func() {
				if connect(ctx, a, port) {
					note("TCP " + net.JoinHostPort(a.String(), strconv.Itoa(port)))
				}
			})
		}
	}
	wait.Wait()
	slices.Sort(answers)
	return answers, asked
}

// routed reports whether this machine would send anything to an address at all; nothing is sent.
func routed(a netip.Addr) bool {
	c, err := net.DialUDP("udp", nil, net.UDPAddrFromAddrPort(netip.AddrPortFrom(a, 9)))
	if err != nil {
		return false
	}
	_ = c.Close()
	return true
}

// onLink reports whether an address is on a network of one of our own interfaces.
func onLink(a netip.Addr) bool {
	addrs, err := net.InterfaceAddrs()
	return err == nil && slices.ContainsFunc(addrs, func(own net.Addr) bool {
		p, err := netip.ParsePrefix(own.String())
		return err == nil && p.Contains(a) && !p.Addr().IsLoopback()
	})
}

// local reports whether an address is one of our own.
func local(a netip.Addr) bool {
	addrs, err := net.InterfaceAddrs()
	return err == nil && slices.ContainsFunc(addrs, func(own net.Addr) bool {
		p, err := netip.ParsePrefix(own.String())
		return err == nil && p.Addr() == a.Unmap()
	})
}

func connect(ctx context.Context, a netip.Addr, port int) bool {
	c, err := (&net.Dialer{}).DialContext(ctx, "tcp", netip.AddrPortFrom(a, uint16(port)).String())
	if err != nil {
		return false
	}
	_ = c.Close()
	return true
}

// echo sends one echo request and waits for its answer.
func echo(ctx context.Context, a netip.Addr) error {
	network, request, reply := "ip4:icmp", byte(8), byte(0)
	if a.Is6() {
		network, request, reply = "ip6:ipv6-icmp", 128, 129
	}
	c, err := (&net.Dialer{}).DialContext(ctx, network, a.String())
	if err != nil {
		return err
	}
	defer c.Close()
	if until, ok := ctx.Deadline(); ok {
		if err := c.SetDeadline(until); err != nil {
			return err
		}
	}
	const id, seq = 0x5947, 1 // "YG"
	msg := []byte{request, 0, 0, 0, id >> 8, id & 0xff, 0, seq}
	binary.BigEndian.PutUint16(msg[2:], checksum(msg)) // the kernel fills it in for IPv6
	if _, err := c.Write(msg); err != nil {
		return err
	}
	buf := make([]byte, 1500)
	for {
		n, err := c.Read(buf)
		if err != nil {
			return err
		}
		got := buf[:n]
		if head := int(buf[0]&15) * 4; a.Is4() && n > 0 && buf[0]>>4 == 4 && head <= n {
			got = got[head:] // an IPv4 raw socket gives the header too
		}
		if len(got) >= 8 && got[0] == reply && binary.BigEndian.Uint16(got[4:]) == id {
			return nil
		}
	}
}

// checksum is RFC 1071.
func checksum(b []byte) uint16 {
	sum := uint32(0)
	for i := 0; i+1 < len(b); i += 2 {
		sum += uint32(binary.BigEndian.Uint16(b[i:]))
	}
	for sum > 0xffff {
		sum = sum>>16 + sum&0xffff
	}
	return ^uint16(sum)
}
