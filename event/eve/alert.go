package eve

import (
	"encoding/base64"

	"github.com/yagura-project/yagura/event"
)

// alert writes what a rule said about a packet, whose sender is the source.
func (w *Encoder) alert(a *event.Alert) {
	if !w.begin(Alert, &a.Header, &a.Conn, forward) {
		return
	}
	o := &w.o
	o.some("pcap_cnt", a.Packet)
	w.carried(a)
	if a.TxID >= 0 {
		o.num("tx_id", uint64(a.TxID))
	}
	o.text("app_proto", a.App)
	if a.ToServer {
		o.str("direction", "to_server")
	} else {
		o.str("direction", "to_client")
	}
	o.open("alert")
	o.str("action", a.Action)
	o.num("gid", uint64(a.GID))
	o.num("signature_id", uint64(a.SID))
	o.num("rev", uint64(a.Rev))
	o.str("signature", a.Message)
	o.str("category", a.Category)
	o.integer("severity", int64(a.Priority))
	w.target(a)
	o.texts("references", a.Refs)
	w.metadata(a.Metadata)
	if len(a.Context) > 0 {
		o.key("context")
		o.b = append(o.b, a.Context...)
	}
	o.close()
	if a.Stream {
		o.num("stream", 1)
	} else {
		o.num("stream", 0)
	}
	w.facts(a.Facts, a.Of)
	w.alertFlow(a)
	if w.opt.Payload && len(a.Payload) > 0 {
		w.base64("payload", a.Payload)
		o.num("payload_length", uint64(len(a.Payload)))
		w.printable("payload_printable", a.Payload)
	}
	if w.opt.Packet && len(a.Frame) > 0 {
		w.base64("packet", a.Frame)
		w.linkType(1)
	}
	w.finish()
}

// alertFlow writes the flow up to the alert, its client as the source.
func (w *Encoder) alertFlow(a *event.Alert) {
	if a.Start.IsZero() {
		return
	}
	o := &w.o
	o.open("flow")
	o.num("pkts_toserver", a.Orig.Packets)
	o.num("pkts_toclient", a.Resp.Packets)
	o.num("bytes_toserver", onWire(a.Orig))
	o.num("bytes_toclient", onWire(a.Resp))
	w.at("start", a.Start)
	client, server := a.Src.IP, a.Dst.IP
	if !a.ToServer {
		client, server = server, client
	}
	if client.IsValid() && server.IsValid() {
		o.ip("src_ip", client)
		o.ip("dest_ip", server)
	}
	if hasPorts(a.Proto) {
		o.num("src_port", uint64(a.ClientPort))
		o.num("dest_port", uint64(a.ServerPort))
	}
	o.close()
}

// target writes which side a rule calls the target, and so the other the source of the attack.
func (w *Encoder) target(a *event.Alert) {
	source, target := &a.Src, &a.Dst
	switch a.Target {
	case "src_ip":
		source, target = target, source
	case "dest_ip":
	default:
		return
	}
	for _, s := range [...]struct {
		k string
		e *event.Endpoint
	}{{"source", source}, {"target", target}} {
		w.o.open(s.k)
		w.o.ip("ip", s.e.IP)
		if hasPorts(a.Proto) {
			w.o.num("port", uint64(s.e.Port))
		}
		w.o.close()
	}
}

func (w *Encoder) metadata(m map[string][]string) {
	if len(m) == 0 {
		return
	}
	o := &w.o
	o.open("metadata")
	w.keys = sorted(w.keys, m)
	for _, k := range w.keys {
		o.comma()
		o.name(k)
		o.b = append(o.b, '[')
		for _, v := range m[k] {
			o.each(v)
		}
		o.endList()
	}
	o.close()
}

func (w *Encoder) base64(k string, v []byte) {
	w.o.key(k)
	w.o.b = append(w.o.b, '"')
	w.o.b = base64.StdEncoding.AppendEncode(w.o.b, v)
	w.o.b = append(w.o.b, '"')
}

// printable writes bytes as text; what cannot be printed becomes a full stop.
func (w *Encoder) printable(k string, v []byte) {
	o := &w.o
	o.key(k)
	o.b = append(o.b, '"')
	for _, c := range v {
		switch {
		case plain[c]:
			o.b = append(o.b, c)
		case c == '"' || c == '\\' || c == '\r' || c == '\n' || c == '\t':
			o.b = escape(o.b, c, true)
		default:
			o.b = append(o.b, '.')
		}
	}
	o.b = append(o.b, '"')
}
