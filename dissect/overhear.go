package dissect

import (
	"github.com/yagura-project/yagura/event"
)

// overhear keeps the first bytes of one side of a flow whose protocol is not known.
func (f *flow) overhear(d Dir, b []byte) {
	if f.midstream || len(b) == 0 {
		return
	}
	if f.opening == nil {
		f.opening = &event.Opening{}
	}
	o := *f.opening
	switch {
	case d == Orig && o.Orig == "":
		o.Orig, o.OrigLen = first(b, event.MaxOpeningOrig), len(b)
	case d == Resp && o.Resp == "":
		o.Resp, o.RespLen = first(b, event.MaxOpeningResp), len(b)
	default:
		return
	}
	f.opening = &o // events that were told keep theirs
}

// wants reports that bytes of a flow nobody reads are still missing from its opening.
func (f *flow) wants(d Dir) bool {
	o := f.opening
	return o != nil && (d == Orig && o.Orig == "" || d == Resp && o.Resp == "")
}

func first(b []byte, n int) string { return string(b[:min(len(b), n)]) }
