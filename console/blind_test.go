package console

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/yagura-project/yagura/event"
)

func TestSharesOfWhatIsNotSeen(t *testing.T) {
	v := blindView([]event.SensorDay{
		{Day: "2026-11-20", Source: "a", Packets: 10, Bytes: 900, KernelDrops: 1, GapBytes: 10, Blind: event.Blind{TLS: 500}},
		{Day: "2026-11-20", Source: "b", Packets: 1, Bytes: 100, Blind: event.Blind{Unparsed: 50}},
		{Day: "2026-11-21", Source: "a", Packets: 1, Bytes: 900, Blind: event.Blind{SMB: 90}},
	}, nil, time.Now())
	if v.Bytes != 2000 || v.Seen != 0.63 {
		t.Errorf("%d bytes, %v seen", v.Bytes, v.Seen)
	}
	var got []string
	for _, r := range v.Reasons {
		got = append(got, r.Reason)
		if r.Title.JA == "" || r.Means.JA == "" || r.Do.JA == "" || r.Title.EN == "" || r.Means.EN == "" || r.Do.EN == "" {
			t.Errorf("%s is without words", r.Reason)
		}
	}
	if d := cmp.Diff([]string{"tls", "lost", "smb", "unparsed"}, got); d != "" {
		t.Error(d)
	}
	want := []BlindDay{
		{Day: "2026-11-20", Bytes: 1100, Seen: 1 - 650.0/1100, Parts: []BlindPart{{"tls", 500, 500.0 / 1100}, {"unparsed", 50, 50.0 / 1100}, {"lost", 100, 100.0 / 1100}}},
		{Day: "2026-11-21", Bytes: 900, Seen: 0.9, Parts: []BlindPart{{"smb", 90, 0.1}}},
	}
	if d := cmp.Diff(want, v.Days, cmpopts.EquateApprox(0, 1e-9)); d != "" {
		t.Error(d)
	}
}

func TestAVLANThatShowsOneDirectionIsNamed(t *testing.T) {
	day := func(n uint64) event.SensorDay {
		return event.SensorDay{Day: "2026-11-21", Packets: 1, Bytes: 1, Blind: event.Blind{VLANs: map[uint16]event.VLANFlows{
			0: {Flows: 100, OneSided: 5}, 20: {Flows: 5, OneSided: 5}, 30: {Flows: n, OneSided: n}}}}
	}
	v := blindView([]event.SensorDay{day(11), day(12)}, nil, time.Now())
	if len(v.VLANs) != 1 || v.VLANs[0].ID != 30 || v.VLANs[0].Flows != 23 {
		t.Errorf("%+v", v.VLANs)
	}
}

func TestNothingSeenYetIsNoAlarm(t *testing.T) {
	v := blindView(nil, nil, time.Now())
	if v.Seen != 1 || v.Text.JA == "" || v.Reasons == nil || v.Days == nil || v.VLANs == nil {
		t.Errorf("%+v", v)
	}
}

// TestWhatDoesNotArriveIsNotSeen wants no page to say that all is well while an interface is gone.
func TestWhatDoesNotArriveIsNotSeen(t *testing.T) {
	days := []event.SensorDay{{Day: "2026-11-21", Packets: 1, Bytes: 1}}
	sensors := func(gone ...string) []SensorHealth {
		now := time.Now()
		return sensorHealth([]event.SensorStats{{Source: "m0+m1", Time: now, Packets: 1, Bytes: 1, Gone: gone}}, now)
	}
	if v := blindView(days, sensors(), time.Now()); !strings.Contains(v.Text.JA, "直すところはありません") {
		t.Errorf("all is well: %s", v.Text.JA)
	}
	if v := blindView(days, sensors("m1"), time.Now()); strings.Contains(v.Text.JA, "直すところはありません") || !strings.Contains(v.Text.JA, "見張りの状態") {
		t.Errorf("m1 is gone: %s", v.Text.JA)
	}
}
