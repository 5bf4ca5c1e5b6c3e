package dissect

import "github.com/yagura-project/yagura/event"

// Lost says that n bytes are missing here.
func (x *File) Lost(n uint64) {
	if x.told != nil {
		return
	}
	if !x.judged && len(x.head) > 0 {
		x.judge(x.head)
	}
	x.judged, x.lost, x.sums = true, true, digests{}
	x.a.File.Size += n
	if x.seen != nil {
		x.seen.Size += n
		x.seen.Truncated = true
		x.tx.Lose(x.field)
		x.grow = false // what follows does not join on
	}
	if x.body != nil {
		x.body.Lost(n)
	}
}

// Close ends the file, emits its FileActivity unless it is empty, and gives what is known of it; whole says that its end was seen. Further calls change nothing.
func (x *File) Close(whole bool) *event.File {
	if x.told != nil {
		return x.told
	}
	if !x.judged {
		x.judge(x.head, x.head)
	}
	whole = whole && !x.lost
	a := x.a
	if x.part != nil {
		a.File.Part, x.part.Whole = x.part, whole
		whole = false
	}
	a.Whole, a.File.Partial = whole, !whole
	if whole {
		a.File.MD5, a.File.SHA1, a.File.SHA256 = x.sums.text(0), x.sums.text(1), x.sums.text(2)
	}
	if x.seen != nil {
		x.end(whole)
	}
	x.flow.files.kept -= x.kept
	x.told, x.kept = &a.File, 0
	if x.body != nil {
		x.body.End(a, whole)
	}
	if a.File.Size > 0 {
		if a.Time = x.flow.Now; x.by != nil {
			a.Carrier = x.by.Said()
		}
		x.flow.Emit(a)
	}
	return x.told
}

// abandon ends the file without telling of it.
func (x *File) abandon() {
	if x.told = &x.a.File; x.body != nil {
		x.body.End(x.a, false)
	}
}

// end tells rules that the file is over.
func (x *File) end(whole bool) {
	s := x.seen
	s.Closed, s.Truncated = true, !whole
	for i, to := range []*[]byte{&s.MD5, &s.SHA1, &s.SHA256} {
		if whole && x.sums[i] != nil {
			*to = x.sums[i].Sum(nil)
		}
	}
	x.tx.End(x.field)
}
