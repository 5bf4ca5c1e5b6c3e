package signature

import "encoding/binary"

// lists are the lists of rules that fit flows: most flows have one that another one has.
type lists struct {
	known map[string]*fitted // by headers and plain
	key   []byte
	room  [2][]uint32
}

// maxLists bounds the lists that are known; beyond it they are gathered anew.
const maxLists = 1 << 10

// fitted are the rules whose kind of packet, addresses and ports fit, whatever the application protocol.
func (e *Engine) fitted(headers, plain []uint32, v *view) *fitted {
	l, fits := &e.lists, e.rules.pairs.fits(&e.members, &v.p.Src, &v.p.Dst)
	l.key = l.key[:0]
	for i, rules := range [...][]uint32{headers, plain} {
		l.room[i] = l.room[i][:0]
		for _, n := range rules {
			if s := &e.rules.sigs[n]; s.headerAt(v, fits) {
				l.room[i] = append(l.room[i], n)
				l.key = binary.LittleEndian.AppendUint32(l.key, n)
			}
		}
		l.key = binary.LittleEndian.AppendUint32(l.key, 1<<32-1) // no rule's number
	}
	if f := l.known[string(l.key)]; f != nil {
		return f
	}
	if len(l.known) >= maxLists || l.known == nil {
		l.known = map[string]*fitted{}
	}
	f := &fitted{headers: append([]uint32(nil), l.room[0]...), plain: append([]uint32(nil), l.room[1]...)}
	l.known[string(l.key)] = f
	return f
}
