package detect_test

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

// An exception covers what it accepts while it holds, and says who answers for it.
func TestCovers(t *testing.T) {
	now := time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC)
	f := event.Finding{Header: event.Header{Time: now.Add(-time.Hour)}, Advisory: event.Advisory{ID: "beacon"}, Device: event.Device{IP: netip.MustParseAddr("10.1.2.30")}}
	x := detect.Exception{Detector: "beacon", Device: "10.1.2.0/24", Owner: "情報係 佐藤", Reason: "監視ソフト", Expires: now.Add(24 * time.Hour)}
	if why, ok := detect.Covers([]detect.Exception{x}, now)(&f); !ok || !strings.Contains(why.JA, "監視ソフト(情報係 佐藤、2026-11-23まで)") {
		t.Errorf("%v %q", ok, why.JA)
	}
	if _, ok := detect.Covers([]detect.Exception{x}, now.Add(48*time.Hour))(&f); ok {
		t.Error("an exception that has ended covers")
	}
	x.Device = "10.1.3.0/24"
	if _, ok := detect.Covers([]detect.Exception{x}, now)(&f); ok {
		t.Error("another machine is covered")
	}
}

// What is set while the engine runs holds from then on; a wrong list changes nothing.
func TestSetExceptions(t *testing.T) {
	e, err := detect.New(detect.DefaultConfig(), detect.Deps{}, nil, func(event.Finding) {})
	if err != nil {
		t.Fatal(err)
	}
	if err := e.SetExceptions([]detect.Exception{{Detector: "beacon"}}); err == nil || !strings.Contains(err.Error(), "exceptions[0]") {
		t.Errorf("without owner: %v", err)
	}
	if err := e.SetExceptions([]detect.Exception{{Detector: "beacon", Owner: "a", Reason: "b", Expires: time.Now().Add(time.Hour)}}); err != nil {
		t.Error(err)
	}
}
