package eve

import (
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/wire"
)

// anomaly writes what is wrong with the traffic, by Suricata's names.
func (w *Encoder) anomaly(e *event.Anomaly) {
	if !w.begin(Anomaly, &e.Header, &e.Conn, forward) {
		return
	}
	o := &w.o
	if e.TxID >= 0 {
		o.num("tx_id", uint64(e.TxID))
	}
	o.open("anomaly")
	o.text("app_proto", e.App)
	o.str("type", e.Kind)
	switch {
	case e.Kind == "decode":
		o.str("event", "decoder."+e.Name)
	case e.Kind == "applayer":
		w.appAnomaly(e)
	default:
		o.str("event", e.Name)
	}
	o.close()
	w.finish()
}

// appAnomaly writes the name without its protocol: in capitals where Suricata has them.
func (w *Encoder) appAnomaly(e *event.Anomaly) {
	app, name, ok := strings.Cut(e.Name, ".")
	if !ok {
		app, name = "", e.Name
	}
	layer := "proto_parser"
	switch {
	case strings.HasPrefix(name, "applayer_"):
		layer, name = "proto_detect", strings.ToUpper(name)
	case app == "http" || app == "smtp":
		name = strings.ToUpper(name)
	}
	w.o.str("event", name)
	w.o.str("layer", layer)
}

// Oddities are kinds of anomalies and, as they take the same looking, frames.
type Oddities struct{ Decode, Stream, Applayer, Frames bool }

// ParseOddities reads names of kinds: decode, stream, applayer.
func ParseOddities(names []string) (o Oddities, err error) {
	for _, n := range names {
		switch n {
		case "decode":
			o.Decode = true
		case "stream":
			o.Stream = true
		case "applayer":
			o.Applayer = true
		default:
			return o, fmt.Errorf("kind of anomaly %q is not known; use decode, stream, applayer", n)
		}
	}
	return o, nil
}

// maxOddities bounds anomalies told in a second of the capture; what is beyond is left out.
const maxOddities = 1000

// Watch looks at traffic with next's eyes and tells of anomalies of the wanted kinds; next may be nil.
func Watch(next wire.Inspector, kinds Oddities, tell func(event.Event)) wire.Inspector {
	if next == nil {
		next = blind{}
	}
	return &watcher{Inspector: next, kinds: kinds, tell: tell}
}

type watcher struct {
	wire.Inspector
	kinds  Oddities
	tell   func(event.Event)
	second int64
	told   int
}

// WantsStreamEvents implements wire.StreamWatcher.
func (w *watcher) WantsStreamEvents() bool {
	if w.kinds.Stream {
		return true
	}
	next, ok := w.Inspector.(wire.StreamWatcher)
	return !ok || next.WantsStreamEvents()
}

// Hushes implements wire.Husher.
func (w *watcher) Hushes() bool {
	next, ok := w.Inspector.(wire.Husher)
	return ok && next.Hushes()
}

// Settle implements wire.Settler.
func (w *watcher) Settle(f *wire.Flow, at int64) {
	if next, ok := w.Inspector.(wire.Settler); ok {
		next.Settle(f, at)
	}
}

// Tx tells of what is wrong with a transaction, once.
func (w *watcher) Tx(f *wire.Flow, t *wire.Tx) {
	if w.kinds.Applayer && t.Odd > t.Told {
		w.transaction(f, t)
	}
	if w.kinds.Frames {
		w.frames(f, t)
	}
	w.Inspector.Tx(f, t)
}

func (w *watcher) transaction(f *wire.Flow, t *wire.Tx) {
	n := 0
	for i := range t.Fields {
		x := &t.Fields[i]
		if x.Buffer != wire.AppEvent {
			continue
		}
		if n++; n > t.Told {
			a := w.of(f, x.Dir, "applayer", string(x.B), f.Last)
			a.TxID = int64(t.ID)
			if a.App = t.App; a.App == "" {
				a.App = f.App
			}
			w.say(a, f.Last)
		}
	}
	t.Told = t.Odd
}

// Packet tells of what is wrong with a packet or its place in the stream.
func (w *watcher) Packet(p *wire.Packet, f *wire.Flow, d wire.Dir, at int64, number uint64, added bool) {
	for _, e := range p.Events {
		kind := "decode"
		if strings.HasPrefix(string(e), "stream.") {
			kind = "stream"
		}
		if strings.HasPrefix(string(e), "applayer_") {
			kind = "applayer"
		}
		if kind == "applayer" && !w.kinds.Applayer || kind == "decode" && !w.kinds.Decode || kind == "stream" && !w.kinds.Stream {
			continue
		}
		a := &event.Anomaly{Header: event.Header{Time: time.Unix(0, at).UTC()}, Kind: kind, Name: string(e), TxID: -1, ToServer: d == wire.Orig}
		a.Proto, a.VLAN = p.Proto, p.VLAN
		if p.L3 != nil && p.Kind != wire.None && p.Kind != wire.ARP {
			a.Src = event.Endpoint{IP: p.Src.IP(), Port: p.SrcPort, MAC: p.SrcMAC}
			a.Dst = event.Endpoint{IP: p.Dst.IP(), Port: p.DstPort, MAC: p.DstMAC}
		}
		if p.Kind == wire.ICMP { // as flows have it
			a.Src.Port, a.Dst.Port = uint16(p.Type)<<8|uint16(p.Code), 0
		}
		if f != nil {
			a.FlowID = f.ID
		}
		w.say(a, at)
	}
	w.Inspector.Packet(p, f, d, at, number, added)
}

// of is an anomaly of a flow in direction d.
func (w *watcher) of(f *wire.Flow, d wire.Dir, kind, name string, at int64) *event.Anomaly {
	a := &event.Anomaly{Header: event.Header{Time: time.Unix(0, at).UTC()}, Kind: kind, Name: name, TxID: -1, ToServer: d == wire.Orig}
	src, dst := event.Endpoint{IP: clean(f.Src), Port: f.SrcPort}, event.Endpoint{IP: clean(f.Dst), Port: f.DstPort}
	if d == wire.Resp {
		src, dst = dst, src
	}
	a.Conn = event.Conn{Src: src, Dst: dst, Proto: event.Proto(f.Proto), VLAN: f.VLAN, FlowID: f.ID}
	return a
}

func clean(a netip.Addr) netip.Addr { return a.Unmap() }

func (w *watcher) say(a *event.Anomaly, at int64) {
	if s := at / int64(time.Second); s != w.second {
		w.second, w.told = s, 0
	}
	if w.told++; w.told <= maxOddities {
		w.tell(a)
	}
}

// blind looks at nothing.
type blind struct{}

func (blind) Wants(wire.Buffer) bool                                         { return false }
func (blind) Stream(f *wire.Flow, d wire.Dir, _ []byte)                      { f.Enough[d] = true }
func (blind) Gap(*wire.Flow, wire.Dir, int)                                  {}
func (blind) Tx(*wire.Flow, *wire.Tx)                                        {}
func (blind) Packet(*wire.Packet, *wire.Flow, wire.Dir, int64, uint64, bool) {}
func (blind) Close(*wire.Flow, int64)                                        {}
func (blind) WantsStreamEvents() bool                                        { return false }
