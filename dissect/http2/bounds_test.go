package http2

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/yagura-project/yagura/dissect/flowtest"
	"github.com/yagura-project/yagura/event"
)

// TestHeaderBomb: 400 bytes that each stand for a field of 60 kB must not be written out for rules.
func TestHeaderBomb(t *testing.T) {
	w := newWriter(string(preface))
	w.enc.SetMaxDynamicTableSizeLimit(1 << 16)
	w.enc.SetMaxDynamicTableSize(1 << 16)
	w.head(endStream, 1, ":method", "GET", ":path", "/", ":authority", "a", "x", strings.Repeat("y", 60<<10))
	w.frame(headers, endStream|endHeaders, 3, "\x82\x84\x86"+strings.Repeat("\xbe", 400))
	says := []flowtest.Say{flowtest.Up(w.String())}
	shown := 0
	for _, x := range flowtest.Shown(8080, false, says, Protocol) {
		for _, f := range x.Fields {
			shown += len(f.B)
		}
	}
	if shown > 4<<20 {
		t.Errorf("%d bytes are shown of %d", shown, w.Len())
	}
	if got := flowtest.Odd(t, 8080, false, says, Protocol); !slices.Contains(got, "http2.reassembly_limit_reached") {
		t.Errorf("%q", got)
	}
}

// exchanges are those that are told of a conversation.
func exchanges(says ...flowtest.Say) (out []*event.HTTPActivity) {
	for _, e := range flowtest.Detailed(8080, false, says, Protocol) {
		if h, ok := e.(*event.HTTPActivity); ok {
			out = append(out, h)
		}
	}
	return out
}

// TestTrailers: what stands behind the content does not take the place of what stood before it.
func TestTrailers(t *testing.T) {
	got := exchanges(flowtest.Up(newWriter(string(preface)).head(0, 1, ":method", "POST", ":path", "/shell.php", ":authority", "a", "user-agent", "sqlmap").
		frame(data, 0, 1, "x").head(endStream, 1, ":path", "/index.html", "user-agent", "Mozilla", "x-sum", "1").String()),
		flowtest.Down(newWriter("").head(0, 1, ":status", "500").frame(data, 0, 1, "x").head(endStream, 1, ":status", "200").String()))
	if len(got) != 1 || got[0].URI != "/shell.php" || got[0].UserAgent != "sqlmap" || got[0].Status != 500 {
		t.Errorf("%+v", got)
	}
}

// TestPassing: windows and priorities of streams that are over open none, and push no long request out.
func TestPassing(t *testing.T) {
	up, down := newWriter(string(preface)).head(0, 1, ":method", "POST", ":path", "/long", ":authority", "a"), newWriter("")
	says := []flowtest.Say{flowtest.Up(up.String())}
	for i := range uint32(maxStreams + 10) {
		id := 2*i + 3
		up.Reset()
		down.Reset()
		up.head(endStream, id, ":method", "GET", ":path", "/", ":authority", "a")
		down.head(endStream, id, ":status", "204")
		says = append(says, flowtest.Up(up.String()), flowtest.Down(down.String()),
			flowtest.Up(newWriter("").frame(windowUpdate, 0, id, "\x00\x00\x10\x00").frame(priority, 0, id, "\x00\x00\x00\x00\x10").String()))
	}
	up.Reset()
	down.Reset()
	says = append(says, flowtest.Up(up.frame(data, endStream, 1, "content").String()), flowtest.Down(down.head(endStream, 1, ":status", "201").String()))
	for _, h := range exchanges(says...) {
		if h.URI == "/long" && (h.Status != 201 || h.RequestLen != 7) {
			t.Errorf("%d, %d bytes", h.Status, h.RequestLen)
		}
	}
}

// TestGone: what was on its way when the client gave a request up is no answer without a question, and no file; the fields in it count for those
// behind it.
func TestGone(t *testing.T) {
	down := newWriter("")
	up := newWriter(string(preface)).head(endStream, 1, ":method", "GET", ":path", "/given-up", ":authority", "a")
	says := []flowtest.Say{flowtest.Up(up.String())}
	up.Reset()
	says = append(says, flowtest.Up(up.frame(rstStream, 0, 1, "\x00\x00\x00\x08").head(endStream, 3, ":method", "GET", ":path", "/next", ":authority", "a").String()),
		flowtest.Down(down.head(0, 1, ":status", "418", "location", "/late").frame(data, 0, 1, "MZ late").frame(data, endStream, 1, "r").
			head(endStream, 3, ":status", "418", "location", "/late").frame(data, 0, 0, "to nobody").String()))
	var got []string
	for _, e := range flowtest.Detailed(8080, false, says, Protocol) {
		switch e := e.(type) {
		case *event.HTTPActivity:
			got = append(got, fmt.Sprint(e.URI, " ", e.Status, " ", e.Location))
		case *event.FileActivity:
			got = append(got, "file")
		}
	}
	if d := cmp.Diff([]string{"/given-up 0 ", "/next 418 /late"}, got); d != "" {
		t.Error(d)
	}
}
