package asset

import (
	"cmp"
	"net/netip"
	"slices"

	"github.com/yagura-project/yagura/event"
)

// Snapshot is what Restore needs after a restart: all machines with their bindings.
func (v *Inventory) Snapshot() []event.Device { return v.Devices() }

// Restore takes up what a former run knew. What the CSV says is read anew from the file.
func (v *Inventory) Restore(devices []event.Device) {
	v.mu.Lock()
	defer v.mu.Unlock()
	type take struct {
		m *machine
		b event.Binding
	}
	var addresses []take
	for _, d := range devices {
		if d.UID == "" || len(d.Bindings)+len(d.RoleFacts) == 0 {
			continue
		}
		m := v.machine(d.UID, d.MAC, d.LastSeen)
		for _, b := range d.Bindings {
			if b.Source == fromCSV {
				continue
			}
			m.bind(b.Field, b.Value, b.Source, b.First)
			m.bind(b.Field, b.Value, b.Source, b.Last)
			if b.Field == "hostname" {
				v.call(m, b.Value, b.Source, b.Last)
			}
			if b.Field == "ip" {
				addresses = append(addresses, take{m, b})
			}
		}
		m.touch(d.FirstSeen)
		m.restoreUsers(d.Bindings)
		m.restoreRoles(d.RoleFacts)
	}
	slices.SortStableFunc(addresses, func(a, b take) int {
		return cmp.Or(a.b.First.Compare(b.b.First), cmp.Compare(a.m.uid, b.m.uid))
	})
	for _, a := range addresses {
		if ip, err := netip.ParseAddr(a.b.Value); err == nil {
			v.hold(ip, a.m, a.b.Source, a.b.First)
			v.hold(ip, a.m, a.b.Source, a.b.Last)
		}
	}
}
