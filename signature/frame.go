package signature

import "github.com/yagura-project/yagura/signature/rule"

// frame is the number of the field with the frame by which a rule matched; -1 where it did not ask for frames. It is found by looking
// once more, as few rules ask for them and fewer match.
func (e *Engine) frame(s *sig, m *match) int {
	if m.of == nil {
		return -1
	}
	for i := range s.Buffers {
		c := &s.Buffers[i]
		if !c.Buffer.IsFrame() {
			continue
		}
		for k := range m.of.Fields {
			f := &m.of.Fields[k]
			if f.Buffer != c.Buffer || !c.Dirs[f.Dir&1] || f.Dir != m.d && !s.Head.OneFlow {
				continue
			}
			e.state.Reset()
			if e.state.Little = m.of.Little; e.instance(s, i, f) == rule.Yes {
				return k
			}
		}
	}
	return -1
}
