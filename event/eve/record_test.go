package eve_test

import (
	"bytes"
	"net/netip"
	"strings"
	"testing"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/eve"
	"github.com/yagura-project/yagura/event/tree"
)

func TestRecordIsWrittenInItsShape(t *testing.T) {
	r := &event.Record{Protocol: "dnp3", Back: true, Body: tree.Of("dnp3", tree.Str("type", `re"sponse`), tree.Num("src", -4), tree.Of("application", tree.Bool("complete", true),
		tree.All("objects", tree.Of("", tree.Num("group", 30)), tree.Of("", tree.Num("group", 1)))), tree.All("none"))}
	r.Proto = event.ProtoTCP
	r.Src, r.Dst = event.Endpoint{IP: netip.MustParseAddr("10.0.0.1"), Port: 40000}, event.Endpoint{IP: netip.MustParseAddr("10.0.0.2"), Port: 20000}
	var out bytes.Buffer
	if err := eve.NewEncoder(eve.Options{Types: eve.Everything | 1<<eve.Packet}).Writer(&out).Event(r); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"event_type":"dnp3"`, `"src_ip":"10.0.0.2","src_port":20000`,
		`"dnp3":{"type":"re\"sponse","src":-4,"application":{"complete":true,"objects":[{"group":30},{"group":1}]},"none":[]}`} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%s\nwithout %s", out.String(), want)
		}
	}
	out.Reset()
	if r.Protocol = "nothing of EVE"; eve.NewEncoder(eve.Options{Types: eve.Everything | 1<<eve.Packet}).Writer(&out).Event(r) != nil || out.Len() > 0 {
		t.Errorf("%s", out.String())
	}
}

func TestTaggedPacketIsWritten(t *testing.T) {
	p := &event.TaggedPacket{Link: 101, Frame: []byte("abc")}
	var out bytes.Buffer
	if err := eve.NewEncoder(eve.Options{Types: eve.Everything | 1<<eve.Packet}).Writer(&out).Event(p); err != nil {
		t.Fatal(err)
	}
	if want := `"packet":"YWJj","packet_info":{"linktype":101}`; !strings.Contains(out.String(), want) {
		t.Errorf("%s\nwithout %s", out.String(), want)
	}
	if line := eve.NewEncoder(eve.Options{}).Event(nil, p); len(line) > 0 {
		t.Errorf("told without being asked for: %s", line)
	}
}
