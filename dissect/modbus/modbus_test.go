package modbus

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/flowtest"
	"github.com/yagura-project/yagura/event"
)

// says is a conversation by the words of the specification.
var says = []flowtest.Say{
	flowtest.Up("\x00\x01\x00\x00\x00\x06\x11\x03\x00\x6b\x00\x03\x00\x02\x00\x00\x00\x06\x11\x05\x00\xac\xff\x00"),
	flowtest.Down("\x00\x01\x00\x00\x00\x09\x11\x03\x06\x02\x2b\x00\x00\x00\x64"),
}

// TestTalk holds what is seen of it against testdata.
func TestTalk(t *testing.T) { flowtest.Talk(t, "modbus", 502, false, says, Protocol) }

// TestGap: behind a hole the next whole message is read, and its answer accuses nobody.
func TestGap(t *testing.T) {
	var told []string
	p := Protocol.Stream(&dissect.Flow{Emit: func(e event.Event) {
		if a, ok := e.(*event.AppActivity); ok {
			told = append(told, a.Operation)
		}
	}})
	const write = "\x00\x09\x00\x00\x00\x06\x11\x05\x00\xac\xff\x00"
	if n, err := p.Data(dissect.Orig, []byte(ask)); err != nil || n != len(ask) {
		t.Fatal(n, err)
	}
	for _, b := range []string{ask[5:], write + write, write[:7]} {
		if err := p.Gap(dissect.Orig, 12); err != nil {
			t.Fatal(err)
		}
		if n, err := p.Data(dissect.Orig, []byte(b)); err != nil || n != len(b) {
			t.Fatalf("%q: %d, %v", b, n, err)
		}
	}
	if d := cmp.Diff([]string{"read_holding_registers", "write_single_coil"}, told); d != "" {
		t.Error(d)
	}
}

func Fuzz(f *testing.F) { flowtest.Fuzz(f, Protocol, says) }
