package dcerpc

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"github.com/yagura-project/yagura/capture"
	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/flowtest"
	"github.com/yagura-project/yagura/event"
)

// TestPromise loses the bind of a replication flow: what the end point mapper answered before names it.
func TestPromise(t *testing.T) {
	f, err := capture.Open(flowtest.Captures+"dcerpc-dcsync.pcap.gz", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	drsuapi := []byte("\x35\x42\x51\xe3\x06\x4b\xd1\x11\xab\x04\x00\xc0\x4f\xc2\xdc\xd2\x04\x00") // its UUID and version
	var got *event.DCERPC
	a := dissect.New(dissect.DefaultConfig(), []dissect.Protocol{Protocol}, func(e event.Event) {
		if s, ok := e.(*event.SMBActivity); ok && s.RPC.Interface == "drsuapi" && s.RPC.Opnum == 3 && s.RPC.Kind == "call" {
			got = s.RPC
		}
	})
	lost := 0
	var p capture.Packet
	for err == nil {
		if err = f.Next(&p); err == nil {
			if bytes.Contains(p.Data, drsuapi) && bytes.Contains(p.Data, []byte{5, 0, ptBind, 3, 0x10}) {
				lost++
				continue
			}
			a.Packet(&p)
		}
	}
	if !errors.Is(err, io.EOF) {
		t.Fatal(err)
	}
	a.Close()
	if lost == 0 {
		t.Fatal("the capture has no bind of drsuapi to lose")
	}
	if got == nil || !got.Guessed || got.Operation != "DRSGetNCChanges" {
		t.Errorf("replication without its bind: %+v", got)
	}
}
