package dcerpc

import (
	"slices"
	"strconv"
)

// context is what a presentation context stands for.
type context struct {
	uuid    string
	version uint16 // major
	minor   uint16
	result  uint16 // of the server's answer, where it was seen (C706 §12.6.3.1, p_cont_def_result_t)
	iface   *Interface
	wide    bool // NDR64 (MS-RPCE §2.2.5)
	granted bool
}

// said is the version as people write it.
func (c *context) said() string {
	return strconv.Itoa(int(c.version)) + "." + strconv.Itoa(int(c.minor))
}

// contexts are those of one association by their number.
type contexts struct {
	by    map[uint16]context
	order []uint16 // oldest first
}

// keep remembers a context.
func (m *contexts) keep(id uint16, c context) {
	if m.by == nil {
		m.by = map[uint16]context{}
	}
	if _, known := m.by[id]; !known {
		if len(m.order) >= maxContexts {
			m.forget()
		}
		m.order = append(m.order, id)
	}
	m.by[id] = c
}

// forget makes room: of an interface that nobody knows, else of one that has another context, the oldest goes.
func (m *contexts) forget() {
	at := slices.IndexFunc(m.order, func(id uint16) bool { return m.by[id].iface == nil })
	if at < 0 {
		of := map[*Interface]int{}
		for _, id := range m.order {
			of[m.by[id].iface]++
		}
		at = max(0, slices.IndexFunc(m.order, func(id uint16) bool { return of[m.by[id].iface] > 1 }))
	}
	delete(m.by, m.order[at])
	m.order = slices.Delete(m.order, at, at+1)
}
