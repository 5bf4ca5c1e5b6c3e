package nfs

import (
	"encoding/binary"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event"
)

func word(n ...uint32) (s string) {
	for _, v := range n {
		s += string(binary.BigEndian.AppendUint32(nil, v))
	}
	return s
}

func opaque(s string) string { return word(uint32(len(s))) + s + strings.Repeat("\x00", -len(s)&3) }

// called is a call as a record (RFC 5531 §9, §11), answered its answer.
func called(xid, vers, proc uint32, args string) string {
	b := word(xid, 0, 2, progNFS, vers, proc, 0, 0, 0, 0) + args
	return word(1<<31|uint32(len(b))) + b
}

func answered(xid uint32, results string) string {
	b := word(xid, 1, 0, 0, 0, 0) + results
	return word(1<<31|uint32(len(b))) + b
}

// uploads gives records to a parser, each a second after the one before, and tells the files.
func uploads(t *testing.T, records ...string) (out []string) {
	t.Helper()
	f := &dissect.Flow{Now: time.Unix(1000, 0), Emit: func(e event.Event) {
		if a, ok := e.(*event.FileActivity); ok {
			out = append(out, fmt.Sprint(a.File.Name, " ", a.File.Size, " ", a.Whole))
		}
	}}
	p := Protocol.Stream(f)
	for _, r := range records {
		dir := dissect.Orig
		if strings.HasPrefix(r, "<") {
			dir, r = dissect.Resp, r[1:]
		}
		f.Now = f.Now.Add(time.Second)
		if n, err := p.Data(dir, []byte(r)); n != len(r) || err != nil {
			t.Fatalf("%d of %d: %v", n, len(r), err)
		}
	}
	p.Close()
	return out
}

// TestCommits: clients have the server keep a large file piece by piece while they write it; it is one file all the same.
func TestCommits(t *testing.T) {
	const half = 1 << 20
	write := func(at uint32) string {
		return called(at+1, 3, 7, opaque("handle")+word(0, at, half, 0)+opaque(strings.Repeat("x", half)))
	}
	commit := func(xid uint32) string { return called(xid, 3, 21, opaque("handle")+word(0, 0, 0)) }
	null := func(xid uint32) string { return called(xid, 3, 0, "") }
	named := []string{called(1, 3, 3, opaque("folder")+opaque("big.exe")), "<" + answered(1, word(0)+opaque("handle"))}
	for name, c := range map[string]struct{ records, want []string }{
		"twice":        {[]string{write(0), commit(5), write(half), commit(6)}, []string{"big.exe 2097152 true"}},
		"rests":        {[]string{write(0), commit(5), null(6), null(7), null(8), null(9), null(10), write(half)}, []string{"big.exe 1048576 true", "big.exe 0 false"}},
		"uncommitted":  {[]string{write(0), commit(5), write(half)}, []string{"big.exe 2097152 false"}},
		"written anew": {[]string{write(0), commit(5), write(0), commit(6)}, []string{"big.exe 1048576 true", "big.exe 1048576 true"}},
	} {
		got := uploads(t, append(named[:2:2], c.records...)...)
		if name == "rests" { // what follows is a file without its beginning
			got, c.want = got[:1], c.want[:1]
		}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}

// TestDelegation: the name of a file that the server delegates is known, as its handle stands behind the delegation (RFC 7530 §16.16).
func TestDelegation(t *testing.T) {
	open := func(name string) string {
		args := opaque("") + word(0, 3) + word(opPutFH) + opaque("folder") +
			word(opOpen, 0, 1, 0, 0, 0) + opaque("owner") + word(0, 0) + opaque(name) + word(opGetFH)
		return called(1, 4, 1, args)
	}
	entry := word(0, 0, 0x1f01ff) + opaque("EVERYONE@")
	for name, delegation := range map[string]string{
		"none.exe": word(0), "read.exe": word(1) + strings.Repeat("s", stateID) + word(0) + entry,
		"write.exe": word(2) + strings.Repeat("s", stateID) + word(0) + word(1, 0, 4096) + entry, "why.exe": word(3, 1, 0),
	} {
		opened := "<" + answered(1, word(0)+opaque("")+word(3)+word(opPutFH, 0)+
			word(opOpen, 0)+strings.Repeat("s", stateID)+strings.Repeat("c", changeInfo)+word(0, 0)+delegation+word(opGetFH, 0)+opaque("handle"))
		read := called(2, 4, 1, opaque("")+word(0, 2)+word(opPutFH)+opaque("handle")+word(opRead)+strings.Repeat("s", stateID)+word(0, 0, 100))
		data := "<" + answered(2, word(0)+opaque("")+word(2)+word(opPutFH, 0)+word(opRead, 0, 1)+opaque("MZ12"))
		if d := cmp.Diff([]string{name + " 4 true"}, uploads(t, open(name), opened, read, data)); d != "" {
			t.Error(d)
		}
	}
}
