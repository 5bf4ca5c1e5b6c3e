package main

import (
	"net/http"
	"strconv"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/yagura-project/yagura/event"
)

// gauges are the counters of everything that moves, read when asked.
type gauges struct{ r *river }

var (
	descPackets   = prometheus.NewDesc("yagura_sensor_packets_total", "Packets captured.", []string{"source"}, nil)
	descBytes     = prometheus.NewDesc("yagura_sensor_bytes_total", "Bytes captured, as on the wire.", []string{"source"}, nil)
	descDrops     = prometheus.NewDesc("yagura_sensor_kernel_drops_total", "Packets that the kernel lost for want of room.", []string{"source"}, nil)
	descUndecoded = prometheus.NewDesc("yagura_sensor_decode_errors_total", "Packets whose headers could not be read.", []string{"source"}, nil)
	descFlows     = prometheus.NewDesc("yagura_sensor_flows_total", "Flows seen.", []string{"source"}, nil)
	descOpen      = prometheus.NewDesc("yagura_sensor_flows_open", "Flows in the table now.", []string{"source"}, nil)
	descEvicted   = prometheus.NewDesc("yagura_sensor_evicted_total", "Flows and buffers given up for memory.", []string{"source"}, nil)
	descGaps      = prometheus.NewDesc("yagura_sensor_gap_bytes_total", "Bytes lost to reassembly.", []string{"source"}, nil)
	descOpaque    = prometheus.NewDesc("yagura_sensor_opaque_bytes_total", "Encrypted bytes.", []string{"source"}, nil)
	descUnparsed  = prometheus.NewDesc("yagura_sensor_unparsed_total", "Flows whose parser gave up.", []string{"source"}, nil)
	descBlind     = prometheus.NewDesc("yagura_sensor_blind_bytes_total", "Bytes that were not looked into, by the reason.", []string{"source", "reason"}, nil)
	descOneSided  = prometheus.NewDesc("yagura_sensor_vlan_flows_total", "TCP connections with content of a VLAN, by whether one side is missing.", []string{"source", "vlan", "one_sided"}, nil)
	descHeard     = prometheus.NewDesc("yagura_sensor_heard_timestamp_seconds", "When packets last came.", []string{"source"}, nil)
	descGone      = prometheus.NewDesc("yagura_sensor_interfaces_gone", "Interfaces to listen to that are down or not there now.", nil, nil)
	descWaiting   = prometheus.NewDesc("yagura_events_waiting", "Events that wait for judgement.", nil, nil)
	descFindings  = prometheus.NewDesc("yagura_findings_total", "Findings of a detector, before folding.", []string{"detector"}, nil)
	descPanics    = prometheus.NewDesc("yagura_detector_panics_total", "Faults of a detector that were caught.", []string{"detector"}, nil)
	descKept      = prometheus.NewDesc("yagura_telemetry_events_total", "Events by what became of them.", []string{"fate"}, nil)
	descEve       = prometheus.NewDesc("yagura_eve_lines_total", "EVE lines (of dropped: events) by what became of them.", []string{"fate"}, nil)
	descRules     = prometheus.NewDesc("yagura_rules", "Rules by what became of them.", []string{"fate"}, nil)
	descAlerts    = prometheus.NewDesc("yagura_rule_matches_total", "Matches of rules by what became of them.", []string{"fate"}, nil)
	descConfined  = prometheus.NewDesc("yagura_confined", "1 where this process is held by it: landlock (files), seccomp (system calls).", []string{"by"}, nil)
	descMachines  = prometheus.NewDesc("yagura_machines", "Machines known.", nil, nil)
)

// Describe implements prometheus.Collector: labels come and go with detectors, so it is left unchecked.
func (gauges) Describe(chan<- *prometheus.Desc) {}

// Collect implements prometheus.Collector.
func (g gauges) Collect(ch chan<- prometheus.Metric) {
	count := func(d *prometheus.Desc, v uint64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, float64(v), labels...)
	}
	gauge := func(d *prometheus.Desc, v int, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, float64(v), labels...)
	}
	for _, s := range g.r.sensor.Stats() {
		count(descPackets, s.Packets, s.Source)
		count(descBytes, s.Bytes, s.Source)
		count(descDrops, s.KernelDrops, s.Source)
		count(descUndecoded, s.DecodeErrors, s.Source)
		count(descFlows, s.Flows, s.Source)
		gauge(descOpen, int(s.FlowsOpen), s.Source)
		count(descEvicted, s.Evicted, s.Source)
		count(descGaps, s.GapBytes, s.Source)
		count(descOpaque, s.OpaqueBytes, s.Source)
		count(descUnparsed, s.Unparsed, s.Source)
		if !s.Heard.IsZero() {
			gauge(descHeard, int(s.Heard.Unix()), s.Source)
		}
		blindMetrics(s, count)
	}
	gone, _, _ := g.r.sensor.gone()
	gauge(descGone, len(gone))
	landlocked, filtered := 0, 0
	if g.r.held.Landlock > 0 {
		landlocked = 1
	}
	if g.r.held.Seccomp {
		filtered = 1
	}
	gauge(descConfined, landlocked, "landlock")
	gauge(descConfined, filtered, "seccomp")
	gauge(descWaiting, len(g.r.sensor.events))
	for id, d := range g.r.engine.Stats().Detectors {
		count(descFindings, d.Findings, id)
		count(descPanics, d.Panics, id)
	}
	t := g.r.telemetry.Stats()
	count(descKept, t.Kept, "kept")
	count(descKept, t.Dropped, "dropped")
	count(descKept, t.Lost, "lost")
	if s := g.r.eveStatus(); s != nil {
		count(descEve, s.Lines, "written")
		count(descEve, s.Lost, "lost")
		count(descEve, s.Dropped, "dropped")
		count(descEve, s.SocketSent, "sent")
		count(descEve, s.SocketDropped, "unread")
	}
	if s := g.r.rulesStatus(); s != nil {
		gauge(descRules, s.Used, "used")
		gauge(descRules, s.Refused, "refused")
		count(descAlerts, s.Alerts, "told")
		count(descAlerts, s.Suppressed, "suppressed")
		count(descAlerts, s.Lost, "lost")
	}
	packetsMetrics(g.r.packetsStatus(), count, gauge)
	syslogMetrics(g.r.syslogStatus(), count, gauge)
	gauge(descMachines, g.r.machines(""))
}

// blindMetrics tells what was not looked into; lost bytes stand in gap_bytes and kernel_drops.
func blindMetrics(s event.SensorStats, count func(*prometheus.Desc, uint64, ...string)) {
	b := s.Blind
	for reason, n := range map[string]uint64{"tls": b.TLS, "smb": b.SMB, "encrypted": b.Encrypted, "one_sided": b.OneSided, "unparsed": b.Unparsed} {
		count(descBlind, n, s.Source, reason)
	}
	for id, v := range b.VLANs {
		vlan := strconv.Itoa(int(id))
		count(descOneSided, v.OneSided, s.Source, vlan, "true")
		count(descOneSided, v.Flows-v.OneSided, s.Source, vlan, "false")
	}
}

func (r *river) metrics() http.Handler {
	reg := prometheus.NewRegistry()
	reg.MustRegister(gauges{r}, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return promhttp.HandlerFor(reg, promhttp.HandlerOpts{})
}
