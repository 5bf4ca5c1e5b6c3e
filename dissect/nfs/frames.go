package nfs

import (
	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event/wire"
)

// cut is where the parts of a message begin that rules know as frames; 0: it has none.
type cut struct {
	creds, verifier int    // of a call: who calls, and what follows that
	body            int    // arguments, or results
	vers            uint32 // of NFS; 0: of another program
}

// cuts notes where the arguments or results of a call to NFS begin.
func (t *talk) cuts(c *call, at int) {
	if c.prog == progNFS {
		t.cut.body, t.cut.vers = at, c.vers
	}
}

// frames has rules see a message as it was sent, and its parts; the mark of its record has so many bytes.
func (t *talk) frames(d dissect.Dir, b []byte, mark int) {
	var list []dissect.Frame
	add := func(id wire.Buffer, from, to int) {
		if from = min(from, len(b)); from < min(to, len(b)) {
			list = append(list, dissect.Frame{ID: id, B: b[from:min(to, len(b))]})
		}
	}
	c, whole := t.cut, len(b)
	add(wire.NFSFramePDU, 0, whole)
	if c.creds > 0 {
		add(wire.NFSFrameCreds, mark+c.creds, mark+c.verifier)
	} else {
		const head = 8 // id and type (RFC 5531 §9)
		add(wire.NFSFrameHdr, 0, mark+head)
		add(wire.NFSFrameData, mark+head, whole)
	}
	if c.body == 0 || c.vers == 0 {
		t.f.ShowFrames(d, list...)
		return
	}
	body := mark + c.body
	if c.vers == 4 {
		add(wire.NFSFrameNFS4, body, whole)
		add(wire.NFSFrameHdr4, body, body+8)
		add(wire.NFSFrameOps4, body+8, whole)
	} else {
		add(wire.NFSFrameNFS, body, whole)
	}
	if c.creds == 0 && c.vers == 4 {
		add(wire.NFSFrameStatus4, body, body+4)
	} else if c.creds == 0 {
		add(wire.NFSFrameStatus, body, body+4)
	}
	t.f.ShowFrames(d, list...)
}

// framed reports whether a rule looks at any of them.
func framed(f *dissect.Flow) bool {
	for id := wire.NFSFramePDU; id <= wire.NFSFrameStatus4; id++ {
		if f.Wants(id) {
			return true
		}
	}
	return false
}
