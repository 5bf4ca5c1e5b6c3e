package store

import (
	"context"
	"strings"
	"time"

	"github.com/yagura-project/yagura/event"
)

var devices = shelf[event.Device]{
	table: "devices", noun: "device", columns: []string{"zone", "ips", "search"},
	values: func(d *event.Device) (string, time.Time, []any) {
		ips := " "
		for _, ip := range append(d.IPs, d.IP) {
			if ip.IsValid() {
				ips += ip.Unmap().String() + " "
			}
		}
		search := strings.ToLower(strings.Join(
			[]string{d.Hostname, d.User, ips, d.MAC.String(), d.Department, d.Place, d.Owner, d.Port}, "\n"))
		return d.UID, d.LastSeen, []any{d.Zone, ips, search}
	},
}

// PutDevice keeps a machine, replacing what was kept under its UID.
func (s *State) PutDevice(ctx context.Context, d event.Device) error { return devices.put(ctx, s, d) }

// PutDevices keeps many machines in one transaction: all or none.
func (s *State) PutDevices(ctx context.Context, d []event.Device) error {
	return devices.put(ctx, s, d...)
}

// Device gives one machine, or event.ErrNotFound.
func (s *State) Device(ctx context.Context, uid string) (event.Device, error) {
	return devices.get(ctx, s, uid)
}

// Devices gives the machines that fit, latest seen first.
func (s *State) Devices(ctx context.Context, f event.DeviceFilter) ([]event.Device, error) {
	return devices.list(ctx, s, s.whereDevice(f), f.Limit, f.Offset)
}

// CountDevices counts all machines that fit, whatever the filter's limit.
func (s *State) CountDevices(ctx context.Context, f event.DeviceFilter) (int, error) {
	return devices.count(ctx, s, s.whereDevice(f))
}

func (s *State) whereDevice(f event.DeviceFilter) *where {
	w := s.where()
	w.equal("zone", f.Zone)
	if f.IP.IsValid() {
		w.add("instr(ips, ?) > 0", " "+f.IP.Unmap().String()+" ")
	}
	for _, word := range strings.Fields(strings.ToLower(f.Text)) {
		w.add("instr(search, ?) > 0", word)
	}
	return w
}
