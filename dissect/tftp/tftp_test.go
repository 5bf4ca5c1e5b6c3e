package tftp

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/flowtest"
	"github.com/yagura-project/yagura/event"
)

// TestTransfer sends a file in blocks within one flow: one block twice, an acknowledgement between.
func TestTransfer(t *testing.T) {
	var got []event.Event
	p := newParser(&dissect.Flow{Emit: func(e event.Event) { got = append(got, e) }})
	block := "MZ" + strings.Repeat("x", 510)
	for _, s := range []struct {
		dir dissect.Dir
		b   string
	}{
		{0, "\x00\x01dir/券.exe\x00octet\x00"}, {1, "\x00\x03\x00\x01" + block}, {0, "\x00\x04\x00\x01"}, {1, "\x00\x03\x00\x01" + block},
		{1, "\x00\x03\x00\x02" + block}, {1, "\x00\x03\x00\x03end"},
	} {
		if err := p.Datagram(s.dir, []byte(s.b)); err != nil {
			t.Fatal(err)
		}
	}
	p.Close()
	if len(got) != 2 {
		t.Fatalf("%d events", len(got))
	}
	a, f := got[1].(*event.FTPActivity), got[0].(*event.FileActivity)
	if a.Command != "RRQ" || a.Mode != "octet" || a.Argument != "dir/券.exe" {
		t.Errorf("%+v", a)
	}
	want := event.File{Name: "券.exe", Type: "exe", Size: 1027, SHA1: f.File.SHA1, SHA256: f.File.SHA256}
	if d := cmp.Diff(want, f.File); d != "" || !f.Whole || f.Activity != event.FileRead || f.File.SHA256 == "" {
		t.Error(d)
	}
}

func TestGolden(t *testing.T) {
	flowtest.GoldenFields(t, flowtest.Captures+"tftp-files.pcap.gz", Protocol)
	flowtest.Conform(t, flowtest.Captures+"tftp-files.pcap.gz", Protocol)
}

func TestFaults(t *testing.T) {
	p := newParser(&dissect.Flow{Emit: func(event.Event) {}})
	for b, want := range map[string]error{"\x00\x01a": errShort, "\x00\x09ab": errOp, "\x00\x01ab": errName, "\x00\x03\x00\x01": nil, "\x00\x05\x00\x01no\x00": nil} {
		if err := p.Datagram(dissect.Orig, []byte(b)); err != want {
			t.Errorf("%q: %v", b, err)
		}
	}
}

func FuzzTFTP(f *testing.F) {
	flowtest.Fuzz(f, Protocol, append(flowtest.Talks(f, Protocol, flowtest.Captures+"tftp-files.pcap.gz"),
		flowtest.Turns(">\x00\x02a\x00octet\x00blksize\x008\x00", "\x00\x06blksize\x008\x00", ">\x00\x03\x00\x01abc"))...)
}
