package main

import (
	"github.com/yagura-project/yagura/act/dnssink"
	"github.com/yagura-project/yagura/event"
)

// sank takes up a question that an enforcer's sinkhole answered: whoever asks
// for an attacker's name is infected too. A full queue loses the question, not
// the name server.
func (r *river) sank(e event.DNSActivity) {
	e.Tenant, e.Site, e.Sensor = r.cfg.Store.Tenant, r.cfg.Site, "sinkhole"
	f := dnssink.Finding(e)
	f.Tenant, f.Site, f.Sensor = e.Tenant, e.Site, e.Sensor
	f.Device = namedDevice(r.inventory, f)
	f.Zone = f.Device.Zone
	if f.Device.HasRole("dns") || f.Device.HasRole("dc") { // it asks for somebody else
		r.log.Warn("a name server asked the sinkhole without naming its client: list it under dnssink.forwarders, and let it send the client's address",
			"server", f.Device.Name(), "name", e.Query)
		return
	}
	select {
	case r.cases.findings <- f:
	default:
		r.log.Warn("a question to the sinkhole was lost: too many findings wait", "machine", f.Device.Name(), "name", e.Query)
	}
}
