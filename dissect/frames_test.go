package dissect_test

import (
	"testing"

	"github.com/yagura-project/yagura/dissect/all"
	"github.com/yagura-project/yagura/dissect/flowtest"
)

// TestFramesStandWhereTheySay holds the place of each frame against the stream.
func TestFramesStandWhereTheySay(t *testing.T) {
	for file, kinds := range map[string][]string{
		"http-curl":     {"http request", "http response"},
		"http-pipeline": {"http request", "http response"},
		"http2-clear":   {"http2 pdu"},
		"smtp-mail":     {"smtp command_line", "smtp data"},
		"mail-boxes":    {"imap pdu", "imap headers", "imap body"},
		"smb2-files":    {"smb nbss.pdu", "smb nbss.hdr", "smb smb2.pdu"},
		"tls-clients":   {"tls pdu"},
	} {
		t.Run(file, func(t *testing.T) {
			holds(t, flowtest.Frames(t, "../lab/captures/"+file+".pcap.gz", all.Protocols...), kinds)
		})
	}
	const call = "OPTIONS sip:a@192.0.2.2 SIP/2.0\r\nCall-ID: 1\r\nContent-Type: text/plain\r\nContent-Length: 120\r\n\r\n"
	body := make([]byte, 120)
	for name, c := range map[string]struct {
		port  uint16
		says  []flowtest.Say
		kinds []string
	}{
		"sip": {5060, []flowtest.Say{flowtest.Up(call + string(body)), flowtest.Up(call + string(body)), flowtest.Down("SIP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n")},
			[]string{"sip pdu", "sip request.line", "sip request.headers", "sip request.body", "sip response.line"}},
		"llmnr": {5355, []flowtest.Say{flowtest.Up("\x00\x13\x00\x01\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x01a\x00\x00\x01\x00\x01")},
			[]string{"llmnr pdu"}},
		"websocket": {80, []flowtest.Say{flowtest.Up("GET /ws HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\n"),
			flowtest.Down("HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\n\r\n"), flowtest.Down("\x81\x05hello"), flowtest.Up("\x81\x80abcd"),
			flowtest.Up("\x82\x7e\x01\x00" + string(make([]byte, 256)))},
			[]string{"websocket pdu", "websocket header", "websocket data"}},
	} {
		t.Run(name, func(t *testing.T) { holds(t, flowtest.FramesOf(t, c.port, c.says, all.Protocols...), c.kinds) })
	}
}

func holds(t *testing.T, seen map[string]int, kinds []string) {
	t.Helper()
	for _, kind := range kinds {
		if seen[kind] == 0 {
			t.Errorf("no %s among %v", kind, seen)
		}
	}
}
