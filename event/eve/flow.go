package eve

import (
	"time"

	"github.com/yagura-project/yagura/event"
)

// network writes a tls line when a handshake is known, and a flow line at the end.
func (w *Encoder) network(e *event.NetworkActivity) {
	switch {
	case e.Activity == event.FlowTraffic:
		if e.TLS != nil && !e.Interim {
			w.tls(e)
		}
	case e.Activity.Ended() && e.Proto != event.ProtoARP:
		w.unanswered(e.FlowID)
		w.flow(e)
		w.netflow(e, forward)
		if e.Resp.Packets > 0 {
			w.netflow(e, back)
		}
	}
}

func (w *Encoder) flow(e *event.NetworkActivity) {
	if !w.begin(Flow, &e.Header, &e.Conn, forward) {
		return
	}
	o := &w.o
	answer, answered := e.Failure, e.Failure != 0 // of TCP and UDP: what kept it from getting through
	if (e.Proto == event.ProtoICMP || e.Proto == event.ProtoICMPv6) && e.Resp.Packets > 0 {
		answer, answered = e.Answer, true
	}
	if answered {
		o.num("response_icmp_type", uint64(answer>>8))
		o.num("response_icmp_code", uint64(answer&0xff))
	}
	o.str("app_proto", flowApp(e))
	if e.Before != "" && e.Before != e.App {
		o.str("app_proto_orig", ruleName(e.Before))
	}
	o.open("flow")
	o.num("pkts_toserver", e.Orig.Packets)
	o.num("pkts_toclient", e.Resp.Packets)
	o.num("bytes_toserver", onWire(e.Orig))
	o.num("bytes_toclient", onWire(e.Resp))
	w.span(e)
	o.word("state", flowState(e))
	o.word("reason", flowReason(e))
	o.flag("alerted", e.Alerted)
	o.close()
	if e.Proto == event.ProtoTCP {
		o.open("tcp")
		w.flags("tcp_flags", e.FlagsOrig|e.FlagsResp)
		w.flags("tcp_flags_ts", e.FlagsOrig)
		w.flags("tcp_flags_tc", e.FlagsResp)
		w.flagNames(e.FlagsOrig | e.FlagsResp)
		o.word("state", tcpState(e))
		o.yes("ts_gap", e.Gapped[0])
		o.yes("tc_gap", e.Gapped[1])
		o.close()
	}
	w.finish()
}

// netflow writes one direction of a flow, its sender as the source.
func (w *Encoder) netflow(e *event.NetworkActivity, d way) {
	if !w.begin(NetFlow, &e.Header, &e.Conn, d) {
		return
	}
	v, flags, ttl := e.Orig, e.FlagsOrig, e.TTLOrig
	if d == back {
		v, flags, ttl = e.Resp, e.FlagsResp, e.TTLResp
	}
	o := &w.o
	o.str("app_proto", flowApp(e))
	o.open("netflow")
	o.num("pkts", v.Packets)
	o.num("bytes", onWire(v))
	w.span(e)
	if ttl[1] > 0 {
		o.num("min_ttl", uint64(ttl[0]))
		o.num("max_ttl", uint64(ttl[1]))
	}
	o.some("tx_cnt", uint64(e.Txs))
	o.close()
	if e.Proto == event.ProtoTCP {
		o.open("tcp")
		w.flags("tcp_flags", flags)
		w.flagNames(flags)
		o.close()
	}
	w.finish()
}

// onWire counts as Suricata does: with link headers, where they are known.
func onWire(v event.Volume) uint64 {
	if v.Frames > 0 {
		return v.Frames
	}
	return v.Bytes
}

// span writes when a flow began and ended, and its age in whole seconds.
func (w *Encoder) span(e *event.NetworkActivity) {
	w.at("start", e.Start)
	w.at("end", e.End)
	w.o.integer("age", max(0, e.End.Unix()-e.Start.Unix()))
}

// at writes a time.
func (w *Encoder) at(k string, t time.Time) {
	w.o.key(k)
	w.o.b = w.time.stamp(w.o.b, t)
}

func (w *Encoder) flags(k string, f uint8) { w.o.hex(k, "", uint64(f), 2) }

func (w *Encoder) flagNames(f uint8) {
	for _, n := range [...]struct {
		bit  uint8
		name string
	}{{event.FlagSYN, "syn"}, {event.FlagFIN, "fin"}, {event.FlagRST, "rst"}, {event.FlagPSH, "psh"}, {event.FlagACK, "ack"}, {event.FlagURG, "urg"}, {1 << 6, "ecn"}, {1 << 7, "cwr"}} {
		w.o.yes(n.name, f&n.bit != 0)
	}
}

// flowApp is ruleName of a flow: over UDP BitTorrent speaks of its hash table.
func flowApp(e *event.NetworkActivity) string {
	if e.App == "bittorrent" && e.Proto == event.ProtoUDP {
		return "bittorrent-dht"
	}
	return ruleName(e.App)
}

// ruleName is the application protocol as rules and Suricata's records name it.
func ruleName(app string) string {
	switch app {
	case "":
		return "failed"
	case "ntlm":
		return "smb"
	}
	return app
}

// flowState is new, established or closed.
func flowState(e *event.NetworkActivity) string {
	switch {
	case e.Activity == event.FlowReset || e.Activity == event.FlowRefuse && e.Proto == event.ProtoTCP || e.State == "SF" && e.Proto == event.ProtoTCP:
		return "closed"
	case e.Orig.Packets == 0 || e.Resp.Packets == 0, e.State == "S0", e.State == "SH":
		return "new"
	}
	return "established"
}

// flowReason says why the record is written now.
func flowReason(e *event.NetworkActivity) string {
	if e.Shutdown {
		return "shutdown"
	}
	return "timeout"
}

// tcpState is the state of the connection in Suricata's words, after Zeek's.
func tcpState(e *event.NetworkActivity) string {
	switch e.State {
	case "S0":
		return "syn_sent"
	case "SH":
		return "fin_wait1"
	case "SHR":
		return "syn_recv"
	case "S1", "OTH":
		return "established"
	case "S2": // the client has said that it has no more to say
		return "close_wait"
	case "S3":
		return "fin_wait2"
	}
	return "closed"
}
