package event

import "maps"

// Blind counts bytes above TCP and UDP that passed by without being looked into, by the reason.
type Blind struct {
	TLS       uint64               `json:"tls,omitempty"`       // encrypted: TLS and QUIC
	SMB       uint64               `json:"smb,omitempty"`       // encrypted: SMB 3
	Encrypted uint64               `json:"encrypted,omitempty"` // encrypted otherwise: SSH, tunnels
	OneSided  uint64               `json:"one_sided,omitempty"` // connections of which only one direction was seen
	Unparsed  uint64               `json:"unparsed,omitempty"`  // no protocol was recognised, or its parser gave up
	VLANs     map[uint16]VLANFlows `json:"vlans,omitempty"`     // by outer VLAN id, 0 = untagged; never changed once published
}

// VLANFlows counts TCP connections with content of one VLAN: where nearly all are one-sided, the mirror shows one direction only.
type VLANFlows struct {
	Flows    uint64 `json:"flows"`
	OneSided uint64 `json:"one_sided"`
}

// Add adds what another sensor, or another part of this one, counted.
func (b *Blind) Add(o Blind) {
	b.TLS += o.TLS
	b.SMB += o.SMB
	b.Encrypted += o.Encrypted
	b.OneSided += o.OneSided
	b.Unparsed += o.Unparsed
	if len(o.VLANs) == 0 {
		return
	}
	sum := maps.Clone(b.VLANs)
	if sum == nil {
		sum = make(map[uint16]VLANFlows, len(o.VLANs))
	}
	for id, v := range o.VLANs {
		s := sum[id]
		sum[id] = VLANFlows{s.Flows + v.Flows, s.OneSided + v.OneSided}
	}
	b.VLANs = sum
}

// Since is what was counted after before; a sensor that was restarted began anew.
func (b Blind) Since(before Blind) Blind {
	d := Blind{TLS: since(before.TLS, b.TLS), SMB: since(before.SMB, b.SMB), Encrypted: since(before.Encrypted, b.Encrypted),
		OneSided: since(before.OneSided, b.OneSided), Unparsed: since(before.Unparsed, b.Unparsed)}
	for id, v := range b.VLANs {
		was := before.VLANs[id]
		if n := (VLANFlows{since(was.Flows, v.Flows), since(was.OneSided, v.OneSided)}); n.Flows > 0 {
			if d.VLANs == nil {
				d.VLANs = map[uint16]VLANFlows{}
			}
			d.VLANs[id] = n
		}
	}
	return d
}

// SensorDay is what one sensor saw, and did not see, on one day of Japan's calendar.
type SensorDay struct {
	Day         string `json:"day"` // 2026-11-21
	Source      string `json:"source"`
	Packets     uint64 `json:"packets"`
	Bytes       uint64 `json:"bytes"`
	KernelDrops uint64 `json:"kernel_drops"`
	GapBytes    uint64 `json:"gap_bytes"`
	Flows       uint64 `json:"flows"`
	Blind       Blind  `json:"blind,omitzero"`
}

// Add adds what counters gained from before to now. A sensor that counts fewer packets than before was restarted.
func (d *SensorDay) Add(before, now SensorStats) {
	if now.Packets < before.Packets {
		before = SensorStats{}
	}
	d.Packets += since(before.Packets, now.Packets)
	d.Bytes += since(before.Bytes, now.Bytes)
	d.KernelDrops += since(before.KernelDrops, now.KernelDrops)
	d.GapBytes += since(before.GapBytes, now.GapBytes)
	d.Flows += since(before.Flows, now.Flows)
	d.Blind.Add(now.Blind.Since(before.Blind))
}

func since(before, now uint64) uint64 {
	if now < before {
		return now
	}
	return now - before
}
