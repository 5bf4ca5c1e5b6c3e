package dissect

import (
	"fmt"
	"net/netip"
	"slices"

	"github.com/yagura-project/yagura/dissect/decode"
	"github.com/yagura-project/yagura/dissect/reassembly"
	"github.com/yagura-project/yagura/event/cidr"
)

// Hosts are networks whose systems are told apart by what they make of overlaps.
type Hosts struct {
	CIDR      []netip.Prefix `yaml:"cidr"`
	Fragments string         `yaml:"fragments"` // as dissect.fragments; empty: that
	Segments  string         `yaml:"segments"`  // as dissect.segments; empty: that
}

// manner is whose bytes a host takes where pieces overlap.
type manner struct {
	net       netip.Prefix
	fragments decode.Policy
	segments  reassembly.Policy
}

// hosts are the manners of networks, the longest prefix first, and those of all others.
type hosts struct {
	others manner
	nets   []manner
}

// newHosts reads a configuration; what is wrong with it is told, and goes by the others' manner.
func newHosts(c Config) (h hosts, err error) {
	if h.others, err = mannerOf("dissect", c.Fragments, c.Segments, manner{}); err != nil {
		return h, err
	}
	for i, x := range c.Hosts {
		where := fmt.Sprintf("dissect.hosts[%d]", i)
		m, err := mannerOf(where, x.Fragments, x.Segments, h.others)
		switch {
		case err != nil:
			return h, err
		case len(x.CIDR) == 0 || x.Fragments+x.Segments == "":
			return h, fmt.Errorf("%s: write the networks (cidr), and what is theirs: fragments, segments or both", where)
		}
		for _, net := range x.CIDR {
			m.net = cidr.Unmapped(net)
			h.nets = append(h.nets, m)
		}
	}
	slices.SortStableFunc(h.nets, func(a, b manner) int { return b.net.Bits() - a.net.Bits() })
	return h, nil
}

// mannerOf reads the names of policies; where one is missing it is as otherwise.
func mannerOf(where, fragments, segments string, otherwise manner) (m manner, err error) {
	m = otherwise
	if fragments != "" {
		if m.fragments, err = decode.ParsePolicy(fragments); err != nil {
			return otherwise, fmt.Errorf("%s: fragments: %w", where, err)
		}
	}
	if segments != "" {
		if m.segments, err = reassembly.ParsePolicy(segments); err != nil {
			return otherwise, fmt.Errorf("%s: segments: %w", where, err)
		}
	}
	return m, nil
}

// of is the manner of an address.
func (h *hosts) of(a *decode.Addr) *manner {
	if len(h.nets) == 0 {
		return &h.others
	}
	ip := a.IP()
	for i := range h.nets {
		if h.nets[i].net.Contains(ip) {
			return &h.nets[i]
		}
	}
	return &h.others
}
