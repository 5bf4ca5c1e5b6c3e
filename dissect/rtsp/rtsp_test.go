package rtsp

import (
	"testing"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/flowtest"
	"github.com/yagura-project/yagura/dissect/http"
)

// says is a conversation by the words of the specification.
var says = []flowtest.Say{
	flowtest.Up("DESCRIBE rtsp://192.0.2.2/stream RTSP/1.0\r\nCSeq: 1\r\n\r\n"),
	flowtest.Down("RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n"),
}

// TestTalk holds what is seen of it against testdata.
func TestTalk(t *testing.T) { flowtest.Talk(t, "rtsp", 8000, false, says, Protocol) }

// TestOthers lets others be.
func TestOthers(t *testing.T) {
	for _, b := range []string{"OPTIONS * HTTP/1.1\r\n", "GET / HTTP/1.1\r\n", ""} {
		if got := Protocol.Probe(dissect.Orig, []byte(b), false, 8000); b != "" && got != dissect.No || got == dissect.Yes {
			t.Errorf("%q: %v", b, got)
		}
	}
}

// TestBesideHTTP: the first request is OPTIONS, as a rule, which HTTP has, too.
func TestBesideHTTP(t *testing.T) {
	for line, want := range map[string]string{"OPTIONS rtsp://cam/1 RTSP/1.0\r\nCSeq: 1\r\n\r\n": "rtsp", "OPTIONS * HTTP/1.1\r\nHost: cam\r\n\r\n": "http"} {
		for _, says := range [][]flowtest.Say{{flowtest.Up(line)}, {flowtest.Up(line[:9]), flowtest.Up(line[9:])}} {
			if got := flowtest.App(10554, false, says, http.Protocol, Protocol); got != want {
				t.Errorf("%v: %q, want %q", says, got, want)
			}
		}
	}
}

func Fuzz(f *testing.F) { flowtest.Fuzz(f, Protocol, says) }
