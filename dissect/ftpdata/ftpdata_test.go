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

// TestGolden holds the files of a recording that its control connection announced; ftp's test has both.
func TestGolden(t *testing.T) {
	flowtest.GoldenFields(t, flowtest.Captures+"ftp-files.pcap.gz", dissect.Protocol{Name: "ftp-data", Spec: Protocol.Spec, TCP: []uint16{20},
		Anywhere: true, Probe: func(dir dissect.Dir, _ []byte, _ bool, port uint16) dissect.Match {
			if dir == dissect.Resp && port >= 40000 {
				return dissect.Yes
			}
			return dissect.No
		}, Stream: Protocol.Stream})
}

func FuzzData(f *testing.F) {
	flowtest.Fuzz(f, Protocol, flowtest.Turns("x"), flowtest.Turns(">MZ", ">\x90"))
}
