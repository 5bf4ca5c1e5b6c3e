package detect

import (
	"github.com/yagura-project/yagura/event"
)

// maxOthers is how many machines among the peers are named.
const maxOthers = 8

// name asks whose address, or below IP whose MAC, the finding is about, and who the inside peers are.
func (e *Engine) name(f *event.Finding) {
	if f.Device.UID == "" {
		e.nameDevice(f)
	}
	for _, p := range f.Peers {
		if len(f.Others) >= maxOthers {
			return
		}
		if !p.IP.IsValid() || p.IP.IsMulticast() || !e.deps.Home(p.IP) || p.IP == f.Device.IP {
			continue
		}
		d := e.deps.Assets.Device(p.IP, f.Time)
		if d.UID == f.Device.UID {
			continue
		}
		d.Bindings, d.RoleFacts, d.IPs = nil, nil, nil
		f.Others = append(f.Others, d)
	}
}

func (e *Engine) nameDevice(f *event.Finding) {
	ip, mac := f.Device.IP, f.Device.MAC
	if n, ok := e.deps.Assets.(Namer); ok && (ip.IsValid() || !mac.IsZero()) {
		f.Device = n.Endpoint(f)
		if f.Device.MAC.IsZero() && f.Device.IP == ip {
			f.Device.MAC = mac
		}
		return
	}
	switch {
	case ip.IsValid():
		f.Device = e.deps.Assets.Device(ip, f.Time)
		if f.Device.MAC.IsZero() {
			f.Device.MAC = mac
		}
	case !mac.IsZero():
		f.Device.UID = "mac:" + mac.String()
		if m, ok := e.deps.Assets.(MACs); ok {
			f.Device = m.DeviceByMAC(mac, f.Time)
		}
	}
}
