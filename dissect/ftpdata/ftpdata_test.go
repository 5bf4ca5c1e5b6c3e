package ftpdata

import (
	"testing"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/flowtest"
	"github.com/yagura-project/yagura/event"
)

// TestFile reads what is sent without knowing what it is about: the control connection was not seen.
func TestFile(t *testing.T) {
	var got *event.FileActivity
	p := newParser(&dissect.Flow{Emit: func(e event.Event) { got = e.(*event.FileActivity) }})
	for _, b := range []string{"%PDF", "-1.7"} {
		if n, err := p.Data(dissect.Resp, []byte(b)); n != 4 || err != nil {
			t.Fatal(n, err)
		}
	}
	if err := p.Gap(dissect.Resp, 5); err != nil {
		t.Fatal(err)
	}
	if p.Close(); got == nil || got.File.Size != 13 || got.File.Type != "pdf" || got.Whole || got.File.SHA256 != "" {
		t.Errorf("%+v", got)
	}
}

func FuzzData(f *testing.F) {
	f.Add([]byte("x"))
	f.Fuzz(func(t *testing.T, b []byte) { flowtest.Stress(t, Protocol, b) })
}
