package eve

import (
	"hash/fnv"
	"slices"

	"github.com/yagura-project/yagura/event"
)

// generatorID marks alerts that behaviours raised, so that a reader does not
// take them for rules (Suricata's own generator is 1).
const generatorID = 900

// finding writes an alert. Its signature_id is derived from the detector's id,
// in 9,000,000–9,999,999, and stays the same over versions.
func (w *Encoder) finding(f *event.Finding) {
	c := event.Conn{}
	at := f.Time
	if len(f.Evidence) > 0 {
		ev := &f.Evidence[0]
		c = event.Conn{Src: ev.Src, Dst: ev.Dst, FlowID: ev.FlowID, Proto: event.ProtoTCP}
	}
	if !w.opt.Types.Has(Alert) {
		return
	}
	w.start(Alert, at, c.FlowID)
	w.sides(&c)
	o := &w.o
	o.open("alert")
	o.str("action", "allowed")
	o.num("gid", generatorID)
	o.num("signature_id", uint64(signatureID(f.Advisory.ID)))
	o.num("rev", 1)
	o.str("signature", f.Advisory.Title.In("en"))
	o.str("category", string(f.Advisory.Threat))
	o.num("severity", suricataPriority(f.Severity))
	o.open("metadata")
	o.list("behaviour")
	o.each(f.Behaviour)
	o.endList()
	o.list("mitre_technique_id")
	for _, t := range f.Advisory.Techniques {
		o.each(t.UID)
	}
	o.endList()
	o.list("device")
	o.each(f.Device.Name())
	o.endList()
	o.close()
	o.close()
	w.finish()
}

// sides writes the endpoints of a finding: its transport is not told, so that ports stand only where there are some.
func (w *Encoder) sides(c *event.Conn) {
	o := &w.o
	if c.Src.IP.IsValid() {
		o.ip("src_ip", c.Src.IP)
		o.num("src_port", uint64(c.Src.Port))
	}
	if c.Dst.IP.IsValid() {
		o.ip("dest_ip", c.Dst.IP)
		o.num("dest_port", uint64(c.Dst.Port))
	}
}

func signatureID(detector string) int {
	h := fnv.New32a()
	h.Write([]byte(detector))
	return 9_000_000 + int(h.Sum32()%1_000_000)
}

// suricataPriority is 1 (worst) … 3.
func suricataPriority(s event.Severity) uint64 {
	switch {
	case s >= event.High:
		return 1
	case s >= event.Medium:
		return 2
	}
	return 3
}

// sorted gives the keys of a small map in order, so that a line is the same each time.
func sorted[V any](keys []string, m map[string]V) []string {
	keys = keys[:0]
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
