package main

import (
	"net"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/act/arp"
	"github.com/yagura-project/yagura/event"
)

// ownVoices are the hardware addresses with which act/arp answers in the names of others. What the mirror shows of
// that is no fact about the network: taken for one, every neighbour of an isolated machine would seem to be Yagura, and
// Yagura an attacker.
func ownVoices(cfg act.Config) map[event.MAC]bool {
	out := map[event.MAC]bool{}
	for _, entry := range cfg.Enforcers {
		section, named := entry[arp.Enforcer.Name]
		if c := arp.DefaultConfig(); named && section.Decode(&c) == nil {
			for _, s := range c.Segments {
				if i, err := net.InterfaceByName(s.Interface); err == nil && len(i.HardwareAddr) == 6 {
					out[event.MAC(i.HardwareAddr)] = true
				}
			}
		}
	}
	return out
}

// ours reports that an event is Yagura's own answer in the name of another.
func (j *judge) ours(e event.Event) bool {
	n, ok := e.(*event.NetworkActivity)
	return ok && n.ARP != nil && (j.voices[n.ARP.Sender] || j.voices[n.Src.MAC])
}
