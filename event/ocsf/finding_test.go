package ocsf_test

import (
	"bytes"
	"encoding/json"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/ocsf"
)

// The contract that other tools read (docs: replay --json).
func TestFindingLineFollowsTheContract(t *testing.T) {
	at := time.UnixMilli(1_600_000_000_123).UTC()
	src := event.Endpoint{IP: netip.MustParseAddr("192.0.2.7"), Port: 50123}
	dst := event.Endpoint{IP: netip.MustParseAddr("2001:db8::5"), Port: 443}
	f := &event.Finding{
		Header:    event.Header{UID: "F1", Time: at, Sensor: "a/b.pcap"},
		Advisory:  event.Advisory{ID: "beacon", Title: event.Text{JA: "定期的な通信", EN: "Beacon"}, Techniques: []event.Technique{{UID: "T1071.001"}}},
		Behaviour: "c2.http", Severity: event.High, Confidence: 85, Count: 3,
		Device:   event.Device{IP: src.IP},
		Evidence: []event.Evidence{{Time: at, Src: src, Dst: dst}},
	}
	var buf bytes.Buffer
	if err := ocsf.NewWriter(&buf, "ja").Write(f); err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(buf.Bytes(), &got); err != nil {
		t.Fatalf("not one JSON object a line: %v", err)
	}
	for path, want := range map[string]any{
		"time": 1_600_000_000_123.0, "class_uid": 2004.0, "severity_id": 4.0, "confidence_id": 3.0, "count": 3.0,
		"finding_info.uid": "F1", "finding_info.title": "定期的な通信", "finding_info.analytic.uid": "beacon",
		"finding_info.analytic.name": "Beacon", "finding_info.analytic.type": "Behavioral",
		"device.ip": "192.0.2.7", "metadata.log_name": "a/b.pcap", "unmapped.behaviour": "c2.http",
		"attacks.0.technique.uid": "T1071.001", "evidences.0.src_endpoint.ip": "192.0.2.7",
		"evidences.0.src_endpoint.port": 50123.0, "evidences.0.dst_endpoint.ip": "2001:db8::5", "evidences.0.dst_endpoint.port": 443.0,
	} {
		if v := lookUp(got, path); v != want {
			t.Errorf("%s = %v, want %v", path, v, want)
		}
	}
	if bytes.Count(buf.Bytes(), []byte("\n")) != 1 {
		t.Error("a finding is exactly one line")
	}
}

func lookUp(v any, path string) any {
	for part := range strings.SplitSeq(path, ".") {
		switch x := v.(type) {
		case map[string]any:
			v = x[part]
		case []any:
			if part != "0" || len(x) == 0 {
				return nil
			}
			v = x[0]
		default:
			return nil
		}
	}
	return v
}
