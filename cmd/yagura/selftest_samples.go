package main

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/yagura-project/yagura/asset"
	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/detect/sample"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/intel"
)

// Detectors that judge by the town's own lists.
const (
	zoneDetector      = "separation"
	indicatorDetector = "indicator"
)

// byZone are detectors that do nothing where no zones are configured.
var byZone = []string{zoneDetector, "bridge", "rogue"}

// sampleZones are where the machines of the samples stand, by the usual names of a town's zones.
var sampleZones = []asset.Zone{
	{Name: "internet", CIDR: []netip.Prefix{netip.MustParsePrefix("10.1.0.0/16")}},
	{Name: "lgwan", CIDR: []netip.Prefix{netip.MustParsePrefix("10.2.0.0/16")}},
	{Name: "mynumber", CIDR: []netip.Prefix{netip.MustParsePrefix("10.3.0.0/16")}},
}

// zonesFor are the zones that a detector is tested with: the town's own, or, where it knows any, those of the samples.
func (g *shootingRange) zonesFor(d *detect.Detector) []asset.Zone {
	if d.Info.ID != zoneDetector && slices.Contains(byZone, d.Info.ID) && len(g.cfg.Asset.Zones) > 0 {
		return sampleZones
	}
	return g.cfg.Asset.Zones
}

// samplesOf are what a detector is fired with: its own attack samples; of the separation, connections out of the town's own zones.
func (g *shootingRange) samplesOf(d *detect.Detector) ([]sample.Sample, error) {
	if d.Info.ID == zoneDetector {
		return g.crossings(d.Behaviours[0]), nil
	}
	if d.Samples == nil {
		return nil, nil
	}
	return sample.Attacks(d.Samples)
}

// discard is the port of the discard service (RFC 863), which nobody permits between zones.
const discard = 9

// crossings are single connections from each zone to each other one, and to the outside.
func (g *shootingRange) crossings(behaviour string) (out []sample.Sample) {
	outside := netip.MustParseAddr("198.51.100.7") // RFC 5737: nobody's
	at := time.Date(2026, 4, 6, 1, 0, 0, 0, time.UTC)
	for i, from := range g.cfg.Asset.Zones {
		src, ok := hostIn(from.CIDR)
		if !ok {
			continue
		}
		targets := []netip.Addr{outside}
		for _, to := range g.cfg.Asset.Zones {
			if dst, ok := hostIn(to.CIDR); ok && to.Name != from.Name {
				targets = append(targets, dst)
			}
		}
		for n, dst := range targets {
			e := &event.NetworkActivity{Header: event.Header{Time: at}, Activity: event.FlowOpen, Start: at, End: at, FlagsOrig: event.FlagSYN, Orig: event.Volume{Packets: 1, Bytes: 60},
				Conn: event.Conn{Src: event.Endpoint{IP: src, Port: 50000}, Dst: event.Endpoint{IP: dst, Port: discard}, Proto: event.ProtoTCP, FlowID: uint64(1 + n)}}
			out = append(out, sample.Sample{Name: fmt.Sprintf("zone %d to %d", i, n), Home: g.cfg.Home, Events: []event.Event{e},
				Expect: []sample.Expect{{Behaviour: behaviour, Device: src.String()}}})
		}
	}
	return out
}

// hostIn is an IPv4 address within the first network that has one.
func hostIn(nets []netip.Prefix) (netip.Addr, bool) {
	for _, p := range nets {
		if p.Addr().Is4() {
			a := p.Masked().Addr()
			for range 77 {
				if next := a.Next(); p.Contains(next) {
					a = next
				}
			}
			return a, true
		}
	}
	return netip.Addr{}, false
}

// wanted is a list of indicators that holds what the sample wants to be found by: kind:value.
func wanted(s *sample.Sample) *intel.Library {
	l := intel.New(intel.DefaultConfig())
	for _, w := range s.Expect {
		_, value, ok := strings.Cut(w.Subject, ":")
		if !ok {
			continue
		}
		if strings.Contains(value, "/") && !strings.Contains(value, "://") {
			value = "http://" + value
		}
		if i, err := intel.Parse("", value); err == nil {
			i.Label, i.Source = "self-test", "self-test"
			l.Add(i)
		}
	}
	return l
}
