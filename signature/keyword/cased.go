package keyword

import (
	"bytes"

	"github.com/yagura-project/yagura/event/wire"
	"github.com/yagura-project/yagura/signature/content"
)

// cased writes contents of buffers that know one case only in that case, and refuses those of http.host that can never match.
func (p *place) cased() error {
	if p.desc == nil || len(p.transforms) > 0 {
		return nil
	}
	for _, s := range p.steps {
		c, ok := s.(*content.Content)
		if !ok || c.NoCase {
			continue
		}
		switch p.desc.ID {
		case wire.TLSCertPrint, wire.JA3Hash, wire.JA3SHash:
			copy(c.Bytes, bytes.ToLower(c.Bytes))
		case wire.TLSCertSerial:
			copy(c.Bytes, bytes.ToUpper(c.Bytes))
		case wire.HTTPHost:
			if !c.Negated && bytes.ContainsAny(c.Bytes, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") {
				return bad("%q never matches, for hosts are in lower case here; write it so, or look at http.host.raw", clip(string(c.Bytes)))
			}
		}
	}
	return nil
}
