package http2

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/http2/hpack"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/flowtest"
	"github.com/yagura-project/yagura/event"
)

// writer makes frames of one direction.
type writer struct {
	bytes.Buffer
	enc *hpack.Encoder
	hb  bytes.Buffer
}

func newWriter(begin string) *writer {
	w := &writer{}
	w.WriteString(begin)
	w.enc = hpack.NewEncoder(&w.hb)
	return w
}

func (w *writer) frame(kind, flags byte, id uint32, b string) *writer {
	var h [9]byte
	h[0], h[1], h[2], h[3], h[4] = byte(len(b)>>16), byte(len(b)>>8), byte(len(b)), kind, flags
	binary.BigEndian.PutUint32(h[5:], id)
	w.Write(h[:])
	w.WriteString(b)
	return w
}

func (w *writer) head(flags byte, id uint32, fields ...string) *writer {
	w.hb.Reset()
	for i := 0; i < len(fields); i += 2 {
		_ = w.enc.WriteField(hpack.HeaderField{Name: fields[i], Value: fields[i+1]})
	}
	half := w.hb.Len() / 2
	b := w.hb.String()
	return w.frame(headers, flags, id, b[:half]).frame(continuation, endHeaders, id, b[half:])
}

// give feeds both directions, in pieces, and tells the exchanges in short.
func give(t *testing.T, piece int, up, down []byte) (out []string) {
	t.Helper()
	p := newParser(&dissect.Flow{Emit: func(e event.Event) {
		switch e := e.(type) {
		case *event.HTTPActivity:
			out = append(out, fmt.Sprint(e.Method, " ", e.URI, " ", e.Status, " ", e.RequestLen, " ", e.ResponseLen))
		case *event.FileActivity:
			out = append(out, fmt.Sprint("file ", e.File.Name, " ", e.File.Type, " ", e.File.Size, " ", e.Whole))
		case *event.DNSActivity:
			out = append(out, fmt.Sprint("dns ", e.Query, " ", e.Type))
		}
	}})
	for d, b := range [][]byte{up, down} {
		var held []byte
		for len(b) > 0 {
			n := min(piece, len(b))
			held = append(held, b[:n]...)
			b = b[n:]
			used, err := p.Data(dissect.Dir(d), held)
			if err != nil {
				out = append(out, err.Error())
				break
			}
			held = held[used:]
		}
	}
	p.Close()
	return out
}

const question = "\x00\x00\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x07example\x02jp\x00\x00\x01\x00\x01"

func TestExchanges(t *testing.T) {
	up := newWriter(string(preface)).frame(settings, 0, 0, "\x00\x03\x00\x00\x00\x64").
		head(endStream, 1, ":method", "GET", ":path", "/a/tool.exe?x=1", ":authority", "Evil.example:80", "cookie", "a=1", "cookie", "b=2").
		head(0, 3, ":method", "POST", ":path", "/dns-query", ":authority", "dns.example", "content-type", "application/dns-message").
		frame(data, padded|endStream, 3, "\x03"+question+"\x00\x00\x00").
		head(endStream, 5, ":method", "GET", ":path", "/dns-query?dns=AAABAAABAAAAAAAAB2V4YW1wbGUCanAAAAEAAQ", ":authority", "dns.example").
		head(endStream, 7, ":method", "GET", ":path", "/reset", ":authority", "x").frame(rstStream, 0, 7, "\x00\x00\x00\x08").
		frame(ping, 0, 0, "12345678").frame(goAway, 0, 0, "\x00\x00\x00\x00\x00\x00\x00\x00")
	down := newWriter("").frame(settings, 0, 0, "\x00\x03\x00\x00\x00\x64").frame(windowUpdate, 0, 0, "\x00\x00\x10\x00").
		head(0, 1, ":status", "103").head(0, 1, ":status", "200", "content-type", "application/octet-stream").
		frame(data, 0, 1, "MZ"+strings.Repeat("x", 5000)).frame(data, 0, 1, "yy").head(endStream, 1, "x-sum", "1").
		frame(pushPromise, endHeaders, 3, "\x00\x00\x00\x02\x82\x84").head(endStream, 3, ":status", "204").
		head(endStream, 5, ":status", "404")
	want := []string{"dns example.jp A", "dns example.jp A", "GET /reset 0 0 0", "file tool.exe exe 5004 true", "GET /a/tool.exe?x=1 200 0 5004",
		"file dns-query", "POST /dns-query 204 28 0", "GET /dns-query?dns=AAABAAABAAAAAAAAB2V4YW1wbGUCanAAAAEAAQ 404 0 0", "GET / 0 0 0"}
	for _, piece := range []int{1 << 20, 1, 7} {
		got := give(t, piece, up.Bytes(), down.Bytes())
		if len(got) != len(want) {
			t.Errorf("pieces of %d: %s", piece, cmp.Diff(want, got))
		}
		for _, w := range want {
			if !strings.Contains(strings.Join(got, "\n"), w) {
				t.Errorf("pieces of %d: no %q in\n%s", piece, w, strings.Join(got, "\n"))
			}
		}
	}
}

func TestLeads(t *testing.T) {
	var got []string
	p := newParser(&dissect.Flow{Emit: func(e event.Event) {
		if h, ok := e.(*event.HTTPActivity); ok {
			got = append(got, h.Location+" "+h.Range)
		}
	}})
	up := newWriter(string(preface)).head(endStream, 1, ":method", "GET", ":path", "/a", "location", "/mine", "content-range", "bytes 7-8/9")
	down := newWriter("").head(endStream, 1, ":status", "301", "location", "/b", "content-range", "bytes 0-1/9")
	for d, b := range [][]byte{up.Bytes(), down.Bytes()} {
		if _, err := p.Data(dissect.Dir(d), b); err != nil {
			t.Fatal(err)
		}
	}
	p.Close()
	if d := cmp.Diff([]string{"/b bytes 0-1/9"}, got); d != "" {
		t.Error(d)
	}
}

func TestBounds(t *testing.T) {
	for name, c := range map[string]struct {
		up   *writer
		want string
	}{
		"frame": {newWriter(string(preface)).frame(headers, endHeaders, 1, strings.Repeat("x", maxFrame+1)), errFrame.Error()},
		"block": {newWriter(string(preface)).frame(headers, 0, 1, strings.Repeat("\x00", maxFrame)).frame(continuation, 0, 1, "more"), errBlock.Error()},
	} {
		if got := give(t, 1<<20, c.up.Bytes(), nil); len(got) != 1 || got[0] != c.want {
			t.Errorf("%s: %q", name, got)
		}
	}
	many := newWriter(string(preface))
	for i := range uint32(3 * maxStreams) {
		many.head(endStream, 2*i+1, ":method", "GET", ":path", "/")
	}
	if got := give(t, 1<<20, many.Bytes(), nil); len(got) != 3*maxStreams {
		t.Errorf("%d exchanges", len(got))
	}
}

// TestGolden holds what rules see of curl and nghttp.
func TestGolden(t *testing.T) {
	flowtest.GoldenFields(t, flowtest.Captures+"http2-clear.pcap.gz", Protocol)
	flowtest.Golden(t, flowtest.Captures+"http2-clear.pcap.gz", Protocol)
	flowtest.Conform(t, flowtest.Captures+"http2-clear.pcap.gz", Protocol)
}

func FuzzHTTP2(f *testing.F) {
	flowtest.Fuzz(f, Protocol, flowtest.Talks(f, Protocol, flowtest.Captures+"http2-clear.pcap.gz")...)
}

// TestRangesCapture: an answer of several parts and one of a single part bring a program.
func TestRangesCapture(t *testing.T) {
	const file, sum = flowtest.Captures + "http-ranges.pcap.gz", "880f66f75b6e8bf528fb7ac78046e359c882be7146a81e28024b893a5637ff77"
	flowtest.Golden(t, file, Protocol)
	flowtest.Conform(t, file, Protocol)
	seen := false
	for _, e := range flowtest.Show(t, file, Protocol).Events {
		a, ok := e.(*event.HTTPActivity)
		seen = seen || ok && a.WholeFile != nil && a.WholeFile.SHA256 == sum
	}
	if !seen {
		t.Error("no whole file")
	}
}
