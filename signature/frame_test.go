package signature_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/yagura-project/yagura/event/tree"
	"github.com/yagura-project/yagura/event/wire"
)

func TestAlertsTellTheirFrame(t *testing.T) {
	r := newRig(t, lines(`
		alert sip any any -> any any (frame:request.headers; content:"Via"; startswith; content:"0"; endswith; sid:1;)
		alert smb any any -> any any (frame:smb2.data; content:"MZ"; sid:2;)
		alert http1 any any => any any (http.uri; content:"/a"; frame:response; content:"200"; sid:3;)
		alert http any any -> any any (http.uri; content:"/a"; sid:4;)`)...)
	x := &wire.Tx{}
	frame := func(app string, d wire.Dir, sids ...uint32) (out []tree.Node) {
		t.Helper()
		r.show(r.tcp(80, app), d, x)
		for _, a := range r.alerts {
			for _, n := range a.Facts {
				if n.Name == "frame" {
					out = append(out, n)
				}
			}
		}
		r.want(sids...)
		x = &wire.Tx{}
		return out
	}
	told := func(kind, way string, length int, complete bool) []tree.Node {
		n := tree.Of("frame", tree.Str("type", kind), tree.Str("direction", way))
		if length > 0 {
			n.Add(tree.Num("length", length))
		}
		n.Add(tree.Bool("complete", complete))
		return []tree.Node{n}
	}
	r.shared.Payload = true
	x.PutString(wire.SIPFrameRequestHeaders, wire.Orig, "Via: 0")
	x.Mark(7, 33)
	where := tree.Of("frame", tree.Str("type", "request.headers"), tree.Num("id", 7), tree.Str("direction", "toserver"), tree.Num("stream_offset", 33),
		tree.Num("length", 6), tree.Bool("complete", true), tree.Str("payload", "VmlhOiAw"), tree.Str("payload_printable", "Via: 0"))
	if d := cmp.Diff([]tree.Node{where}, frame("sip", wire.Orig, 1)); d != "" {
		t.Error("with its place and content:", d)
	}
	r.shared.Payload = false
	x.PutString(wire.SIPFrameRequestHeaders, wire.Orig, "From: a")
	x.PutString(wire.SIPFrameRequestHeaders, wire.Orig, "Via: 0")
	if d := cmp.Diff(told("request.headers", "toserver", 6, true), frame("sip", wire.Orig, 1)); d != "" {
		t.Error("the second of two:", d)
	}
	x.PutPart(wire.SMBFrame2Data, wire.Resp, []byte("..MZ"), 9000)
	if d := cmp.Diff(told("smb2.data", "toclient", 9000, false), frame("smb", wire.Resp, 2)); d != "" {
		t.Error("the beginning alone:", d)
	}
	x.PutString(wire.HTTPURI, wire.Orig, "/a")
	if d := cmp.Diff([]tree.Node(nil), frame("http", wire.Orig, 4)); d != "" {
		t.Error("without a frame:", d)
	}
	x.Grow(x.Begin(wire.FrameHTTPResponse, wire.Resp), []byte("HTTP/1.1 200 OK\r\n"), 10)
	if got := x.Frame(0, false); !cmp.Equal(told("response", "toclient", 0, false)[0], got) {
		t.Errorf("an open one: %v", got)
	}
	x.End(0)
	if got := x.Frame(0, false); !cmp.Equal(told("response", "toclient", 17, false)[0], got) {
		t.Errorf("more than is kept: %v", got)
	}
}
