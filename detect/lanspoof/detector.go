// Package lanspoof finds a machine that lies to its own segment: false ARP answers, false or flooded DHCP, false name answers.
package lanspoof

import (
	"fmt"
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

// Config are the numbers of this detector (DETECTIONS 28, 29).
type Config struct {
	Addresses int `yaml:"addresses"` // addresses taken over from others by one machine within 10 minutes; ≥ 1
	Clients   int `yaml:"clients"`   // DHCP clients within 10 seconds; ≥ 20
	Names     int `yaml:"names"`     // unrelated names for which one machine answers within an hour; ≥ 2

	Canaries []string `yaml:"canaries"` // names that nobody has and that a machine of the town asks for now and then, lower case
}

// DefaultConfig: 2 addresses taken over, 50 clients in 10 s, 3 unrelated names (DETECTIONS 28).
func DefaultConfig() Config { return Config{Addresses: 2, Clients: 50, Names: 3} }

// Validate reports what cannot work.
func (c Config) Validate() error {
	if c.Addresses < 1 || c.Clients < 20 || c.Names < 2 {
		return fmt.Errorf("addresses %d, clients %d, names %d: at least 1, 20 and 2", c.Addresses, c.Clients, c.Names)
	}
	return nil
}

// Detector watches ARP (RFC 826), DHCP (RFC 2131), LLMNR (RFC 4795) and NBNS (RFC 1002) on the segment.
var Detector = detect.Detector{
	Info: event.Advisory{
		ID:    "lanspoof",
		Title: event.Text{JA: "庁内ネットワークでのなりすまし", EN: "Impersonation on the local network"},
		Means: event.Text{
			JA: "ある機器が、他の機器のアドレスや名前を名乗っています。通信の盗み見や、パスワードの横取りに使われる手口です。",
			EN: "A machine claims other machines' addresses or names: a way to eavesdrop and to steal passwords."},
		Do: []event.Text{
			{JA: "その機器の接続場所を調べ、ネットワークから外してください。", EN: "Find where the machine is plugged in and unplug it."},
			{JA: "無断で持ち込まれたルーターや機器がないか確認してください。", EN: "Look for routers or devices that somebody brought in."}},
		Sees:       event.Text{JA: "同じセグメント内のARP、DHCP、名前の応答。", EN: "ARP, DHCP and name answers within the segment."},
		Misses:     event.Text{JA: "監視点のないセグメントでのなりすまし。", EN: "Segments without a mirror."},
		Techniques: []event.Technique{{UID: "T1557.002", Name: "ARP Cache Poisoning"}, {UID: "T1557.001", Name: "LLMNR/NBT-NS Poisoning"}, {UID: "T1557.003", Name: "DHCP Spoofing"}},
		Threat:     event.MaliciousBehaviour,
		Phase:      event.PhaseLateral,
	},
	Behaviours: []string{"net.arp_spoof", "net.dhcp_flood", "net.rogue_dhcp", "net.name_spoof"},
	Reads:      []event.Event{(*event.NetworkActivity)(nil), (*event.DHCPActivity)(nil), (*event.DNSActivity)(nil)},
	Config:     func() any { c := DefaultConfig(); return &c },
	New: func(cfg any, d detect.Deps) detect.Instance {
		return newInstance(*cfg.(*Config), d)
	},
	Samples: samples,
}

const (
	arpWindow   = 10 * time.Minute
	floodWindow = 10 * time.Second
)
