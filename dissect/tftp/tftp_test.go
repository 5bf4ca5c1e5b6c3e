package tftp

import (
	"fmt"
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

// carried gives a conversation within one flow and tells its file in short.
func carried(t *testing.T, says ...string) string {
	t.Helper()
	var told string
	p := newParser(&dissect.Flow{Emit: func(e event.Event) {
		if f, ok := e.(*event.FileActivity); ok {
			told = fmt.Sprint(f.File.Size, " ", f.Whole)
		}
	}})
	for _, s := range says {
		dir := dissect.Resp
		if strings.HasPrefix(s, ">") {
			dir, s = dissect.Orig, s[1:]
		}
		if err := p.Datagram(dir, []byte(s)); err != nil {
			t.Fatal(err)
		}
	}
	p.Close()
	return told
}

// TestAgreed: how large blocks are, and how many are on their way, is as the server says, not as the client asks.
func TestAgreed(t *testing.T) {
	data := func(n, size int) string {
		return "\x00\x03" + string([]byte{byte(n >> 8), byte(n)}) + strings.Repeat("x", size)
	}
	acked := func(n int) string { return ">\x00\x04" + string([]byte{byte(n >> 8), byte(n)}) }
	const asks = ">\x00\x01f\x00octet\x00blksize\x001024\x00windowsize\x004\x00"
	const window = "\x00\x06windowsize\x004\x00"
	for name, c := range map[string]struct {
		says []string
		want string
	}{
		"no options known":  {[]string{asks, data(1, 512), acked(1), data(2, 512), acked(2), data(3, 7)}, "1031 true"},
		"only the window":   {[]string{asks, window, acked(0), data(1, 512), data(2, 512), data(3, 0), acked(3)}, "1024 true"},
		"answer not seen":   {[]string{asks, data(1, 1024), acked(1), data(2, 1000)}, "2024 true"},
		"sent again":        {[]string{asks, window, acked(0), data(1, 512), data(3, 512), data(4, 512), acked(1), data(2, 512), data(3, 512), data(4, 512), data(5, 1), acked(5)}, "2049 true"},
		"lost for us alone": {[]string{asks, window, acked(0), data(1, 512), data(3, 512), acked(3), data(4, 512), data(5, 1), acked(5)}, "2049 false"},
	} {
		if got := carried(t, c.says...); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

// TestWrap: files of more than 65535 blocks go on with block 0, or with block 1 of some clients and servers.
func TestWrap(t *testing.T) {
	for _, first := range []int{0, 1} {
		says := []string{">\x00\x01f\x00octet\x00blksize\x008\x00", "\x00\x06blksize\x008\x00"}
		for i := 1; i < 1<<16+3; i++ {
			n := i
			if i >= 1<<16 {
				n = i - 1<<16 + first
			}
			number := string([]byte{byte(n >> 8), byte(n)})
			says = append(says, "\x00\x03"+number+"12345678"[:8*min(1, 1<<16+2-i)], ">\x00\x04"+number)
		}
		if got := carried(t, says...); got != "524296 true" {
			t.Errorf("from %d: %s", first, got)
		}
	}
}
