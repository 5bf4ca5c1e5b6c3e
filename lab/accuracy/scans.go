package main

import (
	"net/netip"
	"time"

	"github.com/yagura-project/yagura/event"
)

// scans counts as Zeek's published scan policy does by default (policy/misc/scan): 25 hosts whose one port failed, or
// 15 ports of one host that failed, within five minutes.
type scans struct {
	since  time.Time
	hosts  map[scanKey]map[netip.Addr]bool
	ports  map[[2]netip.Addr]map[uint16]bool
	alarms []alarm
}

type scanKey struct {
	src  netip.Addr
	port uint16
}

const (
	scanWindow = 5 * time.Minute
	scanHosts  = 25
	scanPorts  = 15
)

func newScans() *scans {
	return &scans{hosts: map[scanKey]map[netip.Addr]bool{}, ports: map[[2]netip.Addr]map[uint16]bool{}}
}

func (s *scans) see(e *event.NetworkActivity) {
	if e.Time.Sub(s.since) > scanWindow {
		clear(s.hosts)
		clear(s.ports)
		s.since = e.Time
	}
	if e.Activity != event.FlowFail && e.Activity != event.FlowRefuse || e.Proto != event.ProtoTCP {
		return
	}
	k := scanKey{e.Src.IP, e.Dst.Port}
	if s.hosts[k] == nil {
		s.hosts[k] = map[netip.Addr]bool{}
	}
	if n := len(s.hosts[k]); n < scanHosts {
		if s.hosts[k][e.Dst.IP] = true; len(s.hosts[k]) == scanHosts {
			s.tell("sweep", e, scanHosts)
		}
	}
	p := [2]netip.Addr{e.Src.IP, e.Dst.IP}
	if s.ports[p] == nil {
		s.ports[p] = map[uint16]bool{}
	}
	if n := len(s.ports[p]); n < scanPorts {
		if s.ports[p][e.Dst.Port] = true; len(s.ports[p]) == scanPorts {
			s.tell("port-scan", e, scanPorts)
		}
	}
}

func (s *scans) tell(kind string, e *event.NetworkActivity, n float64) {
	s.alarms = append(s.alarms, alarm{kind, e.Src.IP, e.Src.MAC, e.Dst.IP, e.Time, n})
}
