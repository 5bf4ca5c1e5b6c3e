package eve

import (
	"time"

	"github.com/yagura-project/yagura/event"
)

// Statistics are the counters of one stats line, all since the start.
type Statistics struct {
	Time   time.Time
	Uptime time.Duration
	Sensor event.SensorStats
	Alerts uint64                                    // of rules
	Rules  struct{ Loaded, Refused, Skipped uint64 } // Skipped: what they require is not there; not among Refused
	Lost   uint64                                    // events and lines of EVE itself that were dropped
}

// Stats appends a stats line.
func (w *Encoder) Stats(b []byte, s Statistics) []byte {
	if !w.opt.Types.Has(Stats) {
		return b
	}
	w.o.b = b
	o := &w.o
	w.start(Stats, s.Time, 0)
	o.open("stats")
	o.num("uptime", uint64(max(0, s.Uptime/time.Second)))
	o.open("capture")
	o.num("kernel_packets", s.Sensor.Packets+s.Sensor.KernelDrops)
	o.num("kernel_drops", s.Sensor.KernelDrops)
	o.num("errors", 0)
	o.close()
	o.open("decoder")
	o.num("pkts", s.Sensor.Packets)
	o.num("bytes", s.Sensor.Bytes)
	o.num("invalid", s.Sensor.DecodeErrors)
	if s.Sensor.Packets > 0 {
		o.num("avg_pkt_size", s.Sensor.Bytes/s.Sensor.Packets)
	}
	o.close()
	o.open("flow")
	o.num("total", s.Sensor.Flows)
	o.num("active", s.Sensor.FlowsOpen)
	o.close()
	w.apps(&s.Sensor)
	o.open("detect")
	o.num("alert", s.Alerts)
	o.list("engines")
	o.item()
	o.num("id", 0)
	o.num("rules_loaded", s.Rules.Loaded)
	o.num("rules_failed", s.Rules.Refused)
	o.num("rules_skipped", s.Rules.Skipped)
	o.close()
	o.endList()
	o.close()
	o.open("yagura")
	o.num("opaque_bytes", s.Sensor.OpaqueBytes)
	o.num("unparsed_flows", s.Sensor.Unparsed)
	o.num("frames_sent", s.Sensor.Sent)
	o.num("eve_lost", s.Lost)
	o.num("evicted", s.Sensor.Evicted)
	o.num("gap_bytes", s.Sensor.GapBytes)
	o.close()
	o.close()
	w.finish()
	return w.release()
}

// apps writes flows by application protocol.
func (w *Encoder) apps(s *event.SensorStats) {
	o := &w.o
	o.open("app_layer")
	o.open("flow")
	w.keys = sorted(w.keys, s.ByApp)
	for _, k := range w.keys {
		all, udp := s.ByApp[k], s.ByAppUDP[k]
		switch {
		case k == "bittorrent" && udp > 0:
			o.num("bittorrent-dht", udp)
			o.some(k, all-udp)
		case twoWays[k]:
			o.num(k+"_tcp", all-udp)
			o.num(k+"_udp", udp)
		default:
			o.comma()
			o.b = quote(o.b, k)
			o.b = append(o.b, ':')
			o.b = number(o.b, all)
		}
	}
	o.close()
	o.close()
}

// twoWays are protocols whose flows over TCP and over UDP Suricata counts apart.
var twoWays = map[string]bool{"dcerpc": true, "dns": true, "enip": true, "krb5": true, "ldap": true, "nfs": true, "sip": true}
