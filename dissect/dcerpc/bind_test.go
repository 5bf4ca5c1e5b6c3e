package dcerpc

import (
	"encoding/binary"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event"
)

// syntaxOf is a UUID in little-endian with a version.
func syntaxOf(t *testing.T, uuid string, version uint32) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(uuid, "-", ""))
	if err != nil || len(b) != 16 {
		t.Fatal(uuid)
	}
	b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7] = b[3], b[2], b[1], b[0], b[5], b[4], b[7], b[6]
	return binary.LittleEndian.AppendUint32(b, version)
}

// fragment is a whole PDU in little-endian.
func fragment(typ byte, call uint32, body []byte) []byte {
	b := []byte{5, 0, typ, flagFirst | flagLast, 0x10, 0, 0, 0, 0, 0, 0, 0}
	b = append(binary.LittleEndian.AppendUint32(b, call), body...)
	binary.LittleEndian.PutUint16(b[8:], uint16(len(b)))
	return b
}

const syntaxNDR = "8a885d04-1ceb-11c9-9fe8-08002b104860"

type listener struct {
	t    *testing.T
	s    Session
	told []*event.DCERPC
}

func newListener(t *testing.T) *listener {
	l := &listener{t: t}
	l.s.Emit = func(r *event.DCERPC) { l.told = append(l.told, r) }
	return l
}

func (l *listener) hear(dir dissect.Dir, b []byte) {
	l.t.Helper()
	if err := l.s.Feed(dir, b); err != nil {
		l.t.Fatal(err)
	}
}

// offer is a bind of one context with some syntaxes.
func offer(t *testing.T, call uint32, context uint16, uuid string, syntaxes ...string) []byte {
	b := []byte{0xb8, 0x10, 0xb8, 0x10, 0, 0, 0, 0, 1, 0, 0, 0}
	b = append(binary.LittleEndian.AppendUint16(b, context), byte(len(syntaxes)), 0)
	b = append(b, syntaxOf(t, uuid, 2)...)
	for _, s := range syntaxes {
		b = append(b, syntaxOf(t, s, 1)...)
	}
	typ := byte(ptBind)
	if call > 1 {
		typ = ptAlter
	}
	return fragment(typ, call, b)
}

// chosen answers it: the context is granted with one syntax.
func chosen(t *testing.T, call uint32, syntax string) []byte {
	b := append([]byte{0xb8, 0x10, 0xb8, 0x10, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0}, syntaxOf(t, syntax, 1)...)
	typ := byte(ptBindAck)
	if call > 1 {
		typ = ptAlterResp
	}
	return fragment(typ, call, b)
}

func callOf(call uint32, context, opnum uint16, stub []byte) []byte {
	b := binary.LittleEndian.AppendUint32(nil, uint32(len(stub)))
	b = binary.LittleEndian.AppendUint16(binary.LittleEndian.AppendUint16(b, context), opnum)
	return fragment(ptRequest, call, append(b, stub...))
}

// TestChosenSyntax reads arguments in the syntax that the server chose of two (C706 §12.6.3.1, p_result_t).
func TestChosenSyntax(t *testing.T) {
	stub := append(make([]byte, 20), wide(`evil`)...) // of OpenServiceW: handle, name
	l := newListener(t)
	l.hear(dissect.Orig, offer(t, 1, 0, ByName("svcctl").UUID, syntaxNDR, syntaxNDR64))
	l.hear(dissect.Resp, chosen(t, 1, syntaxNDR))
	l.hear(dissect.Orig, callOf(2, 0, 16, append(stub, make([]byte, 40)...)))
	l.s.Close()
	last := l.told[len(l.told)-1]
	if last.Operation != "OpenServiceW" || last.Args["service"] != "evil" {
		t.Errorf("%+v", last)
	}
}

// TestManyContexts hides the one interface that counts among more contexts than are remembered.
func TestManyContexts(t *testing.T) {
	for _, first := range []bool{true, false} {
		l := newListener(t)
		call, at := uint32(1), uint16(1000)
		say := func(context uint16, uuid string) {
			l.hear(dissect.Orig, offer(t, call, context, uuid, syntaxNDR))
			l.hear(dissect.Resp, chosen(t, call, syntaxNDR))
			call++
		}
		if first {
			say(at, ByName("drsuapi").UUID)
		}
		for i := range uint16(4 * maxContexts) {
			say(i, "12345678-1234-1234-1234-123456789abc")
		}
		if !first {
			say(at, ByName("drsuapi").UUID)
		}
		l.hear(dissect.Orig, callOf(call, at, 3, make([]byte, 8)))
		l.s.Close()
		if last := l.told[len(l.told)-1]; last.Interface != "drsuapi" || last.Operation != "DRSGetNCChanges" || last.Guessed {
			t.Errorf("first %v: %+v", first, last)
		}
		if n := len(l.s.contexts.by); n > maxContexts {
			t.Errorf("%d contexts are remembered", n)
		}
	}
}
