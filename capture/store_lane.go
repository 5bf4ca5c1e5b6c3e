package capture

import (
	"encoding/binary"
	"sync"
	"time"
)

// Lane is the way of one goroutine's packets into the store; it is a Sink that hands each packet on to the next one.
type Lane struct {
	store *Store
	next  Sink
	chunk *chunk

	iface string
	link  Link
	id    int // of them; -1 = not known yet
}

// Lane puts the store before next.
func (s *Store) Lane(next Sink) *Lane { return &Lane{store: s, next: next, id: -1} }

// Packet implements Sink.
func (l *Lane) Packet(p *Packet) {
	l.put(p)
	l.next.Packet(p)
}

// Advance implements Sink.
func (l *Lane) Advance(now time.Time) {
	if l.chunk != nil && now.UnixNano()-l.chunk.first >= chunkAge {
		l.Flush()
	}
	l.next.Advance(now)
}

// Flush hands over what the lane holds.
func (l *Lane) Flush() {
	c := l.chunk
	if c == nil || c.packets == 0 {
		return
	}
	l.chunk = nil
	l.store.queue <- c // there are no more chunks than it has room for
}

// put copies a packet as an enhanced packet block (draft-ietf-opsawg-pcapng §4.3); a VLAN tag that the kernel took off is put back.
func (l *Lane) put(p *Packet) {
	if l.id < 0 || p.Iface != l.iface || p.Link != l.link {
		l.iface, l.link, l.id = p.Iface, p.Link, l.store.ifaces.id(p.Iface, p.Link)
	}
	data := p.Data[:min(len(p.Data), l.store.cfg.Snap)]
	tag := 0
	if p.VLAN != 0 && p.Link == LinkEthernet && len(data) >= 12 {
		tag = 4
	}
	need := 32 + (len(data)+tag+3)&^3
	if c := l.chunk; c != nil && (len(c.data)+need > chunkSize || p.Nanos-c.first >= chunkAge) {
		l.Flush()
	}
	if l.chunk == nil {
		if l.chunk = l.store.get(); l.chunk == nil {
			l.store.lost.Add(1)
			return
		}
		l.chunk.first, l.chunk.last = p.Nanos, p.Nanos
	}
	c := l.chunk
	c.packets++
	c.first, c.last = min(c.first, p.Nanos), max(c.last, p.Nanos)
	c.ifaces = max(c.ifaces, l.id+1)
	o := binary.LittleEndian
	b := o.AppendUint32(c.data, blockEnhanced)
	b = o.AppendUint32(b, uint32(need))
	b = o.AppendUint32(b, uint32(l.id))
	b = o.AppendUint32(b, uint32(uint64(p.Nanos)>>32))
	b = o.AppendUint32(b, uint32(p.Nanos))
	b = o.AppendUint32(b, uint32(len(data)+tag))
	b = o.AppendUint32(b, uint32(p.OrigLen+tag))
	if tag > 0 {
		b = append(b, data[:12]...)
		b = append(b, 0x81, 0, byte(p.VLAN>>8), byte(p.VLAN))
		data = data[12:]
	}
	b = append(b, data...)
	for len(b)%4 != 0 {
		b = append(b, 0)
	}
	c.data = o.AppendUint32(b, uint32(need))
}

// ifaceTable numbers the interfaces in the order in which they came.
type ifaceTable struct {
	mu   sync.Mutex
	list []iface
}

func (t *ifaceTable) id(name string, link Link) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i := range t.list {
		if t.list[i].name == name && t.list[i].link == link {
			return i
		}
	}
	t.list = append(t.list, iface{name: name, link: link})
	return len(t.list) - 1
}

// some gives the interfaces from … to.
func (t *ifaceTable) some(from, to int) []iface {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.list[from:to:to]
}

// appendSection opens a pcapng section of unknown length (§4.1).
func appendSection(b []byte) []byte {
	o := binary.LittleEndian
	b = o.AppendUint32(b, blockSection)
	b = o.AppendUint32(b, 28)
	b = o.AppendUint32(b, byteOrderMagic)
	b = append(b, 1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff)
	return o.AppendUint32(b, 28)
}

// appendInterface describes an interface with stamps in nanoseconds (§4.2).
func appendInterface(b []byte, i iface) []byte {
	o := binary.LittleEndian
	name := i.name[:min(len(i.name), 64)]
	n := 20 + 8 + 4
	if name != "" {
		n += 4 + (len(name)+3)&^3
	}
	b = o.AppendUint32(b, blockInterface)
	b = o.AppendUint32(b, uint32(n))
	b = o.AppendUint16(b, uint16(i.link))
	b = append(b, 0, 0, 0, 0, 0, 0)
	if name != "" {
		b = o.AppendUint16(b, 2)
		b = o.AppendUint16(b, uint16(len(name)))
		b = append(b, name...)
		for len(b)%4 != 0 {
			b = append(b, 0)
		}
	}
	b = append(b, 9, 0, 1, 0, 9, 0, 0, 0, 0, 0, 0, 0)
	return o.AppendUint32(b, uint32(n))
}
