package smtp

import (
	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event/wire"
)

// maxFrame bounds what rules see of one frame of content, in bytes.
const maxFrame = 64 << 10

// frame is the content that is being sent, as it stands on the wire: all of DATA with its last line, or one chunk of BDAT.
type frame struct{ field int } // index of the field, plus 1; 0: none is open

// begin opens a frame that begins with b, where a rule asks for such and none is open.
func (x *frame) begin(f *dissect.Flow, t *wire.Tx, b []byte) {
	if x.field == 0 && f.Wants(wire.FrameSMTPData) {
		x.field = t.Begin(wire.FrameSMTPData, dissect.Orig) + 1
		f.MarkFrame(t, dissect.Orig, f.At(b))
	}
}

// take adds bytes.
func (x *frame) take(t *wire.Tx, b []byte) { t.Grow(x.field-1, b, maxFrame) }

// lose says that bytes are missing.
func (x *frame) lose(t *wire.Tx) { t.Lose(x.field - 1) }

// end says that the content is over; what comes next is another frame.
func (x *frame) end(t *wire.Tx) {
	t.End(x.field - 1)
	x.field = 0
}
