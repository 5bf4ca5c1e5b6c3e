package nfs

import (
	"encoding/binary"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event"
)

// words are 32-bit numbers and counted texts in XDR.
func words(v ...any) (b []byte) {
	for _, x := range v {
		switch x := x.(type) {
		case int:
			b = binary.BigEndian.AppendUint32(b, uint32(x))
		case string:
			b = binary.BigEndian.AppendUint32(b, uint32(len(x)))
			b = append(b, x...)
			b = append(b, make([]byte, -len(x)&3)...)
		}
	}
	return b
}

func TestPortmap(t *testing.T) {
	long := strings.Repeat("1.", 200)
	for name, x := range map[string]struct {
		b    []byte
		want string
	}{
		"dump":         {words(7, 0, 2, progPortmap, 2, 4, 0, 0, 0, 0), "DUMP"},
		"set":          {words(7, 0, 2, progPortmap, 2, 1, 0, 0, 0, 0, 100003, 3, 6, 2049), "SET"},
		"one port":     {words(7, 0, 2, progPortmap, 2, 3, 0, 0, 0, 0, 100003, 3, 6, 0), ""},
		"one address":  {words(7, 0, 2, progPortmap, 4, 3, 0, 0, 0, 0, 100003, 3, "tcp", "10.1.0.20.0.111", ""), ""},
		"long address": {words(7, 0, 2, progPortmap, 4, 3, 0, 0, 0, 0, 100003, 3, "tcp", long, ""), "GETADDR"},
	} {
		got := ""
		p := Protocol.Datagrams(&dissect.Flow{Emit: func(e event.Event) {
			if a, ok := e.(*event.AppActivity); ok {
				got = a.Operation
			}
		}})
		if err := p.Datagram(dissect.Orig, x.b); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if d := cmp.Diff(x.want, got); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}
