package store

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"testing"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/google/go-cmp/cmp"
	"github.com/yagura-project/yagura/event"
)

var _ scs.CtxStore = (*Sessions)(nil)

func TestUsersAndSettings(t *testing.T) {
	s := openTest(t, t.TempDir())
	u := User{Name: "佐藤", Hash: "$argon2id$v=19$m=65536$…", Role: "admin", MustChange: true, Created: at(0)}
	must(t, s.PutUser(t.Context(), u))
	u.MustChange, u.Changed, u.LastLogin = false, at(time.Hour), at(2*time.Hour)
	must(t, s.PutUser(t.Context(), u))
	got, err := s.Users(t.Context())
	must(t, err)
	if d := cmp.Diff([]User{u}, got); d != "" {
		t.Error(d)
	}
	if err := s.PutUser(t.Context(), User{Name: "nobody"}); err == nil {
		t.Error("a user without a hash was kept")
	}
	must(t, s.PutSetting(t.Context(), "freeze", "on"))
	must(t, s.PutSetting(t.Context(), "freeze", "off"))
	if v, err := s.Setting(t.Context(), "freeze"); v != "off" || err != nil {
		t.Error(v, err)
	}
}

func TestSessionsExpireAndKeepNoToken(t *testing.T) {
	dir := t.TempDir()
	s := openTest(t, dir)
	now := at(0)
	s.now = func() time.Time { return now }
	k := s.Sessions()
	must(t, k.Commit("secret-token-0123456789", []byte("old"), at(time.Hour)))
	must(t, k.Commit("secret-token-0123456789", []byte("data"), at(time.Hour)))
	data, found, err := k.Find("secret-token-0123456789")
	if string(data) != "data" || !found || err != nil {
		t.Error(data, found, err)
	}
	for _, f := range stateFiles(t, dir) {
		raw, err := os.ReadFile(f)
		must(t, err)
		if bytes.Contains(raw, []byte("secret-token")) {
			t.Errorf("%s holds the token itself", f)
		}
	}
	now = at(2 * time.Hour)
	if _, found, err := k.Find("secret-token-0123456789"); found || err != nil {
		t.Error("an expired session was found", err)
	}
	must(t, k.Delete("unknown"))
	must(t, s.Prune(t.Context()))
	var left int
	must(t, s.read.QueryRow("SELECT count(*) FROM sessions").Scan(&left))
	if left != 0 {
		t.Errorf("%d expired sessions stay", left)
	}
}

func TestNoticesWaitUntilSent(t *testing.T) {
	s := openTest(t, t.TempDir())
	for _, n := range []Notice{
		{UID: "n1", Channel: "mail", Due: at(time.Minute), Body: json.RawMessage(`{"to":"jouhou"}`)},
		{UID: "n2", Channel: "webhook"},
	} {
		must(t, s.PutNotice(t.Context(), n))
	}
	pending := func(d time.Duration) (uids string) {
		list, err := s.PendingNotices(t.Context(), at(d), 0)
		must(t, err)
		for _, n := range list {
			uids += n.UID + " "
		}
		return uids
	}
	if got := pending(0); got != "n2 " {
		t.Errorf("due now: %q", got)
	}
	must(t, s.MarkNotice(t.Context(), "n2", errors.New("connection refused"), at(5*time.Minute)))
	must(t, s.MarkNotice(t.Context(), "n1", nil, time.Time{}))
	if got := pending(2 * time.Minute); got != "" {
		t.Errorf("after a failure: %q", got)
	}
	if got := pending(5 * time.Minute); got != "n2 " {
		t.Errorf("when due again: %q", got)
	}
	must(t, s.MarkNotice(t.Context(), "n2", errors.New("gone"), time.Time{}))
	n, err := s.Notice(t.Context(), "n2")
	must(t, err)
	if n.State != NoticeFailed || n.Attempts != 2 || n.Error != "gone" {
		t.Errorf("%+v", n)
	}
}

func TestSensorCountersAreKeptPerMinute(t *testing.T) {
	s := openTest(t, t.TempDir())
	for i := range 5 {
		must(t, s.PutSensorStats(t.Context(), event.SensorStats{Time: at(time.Duration(i) * 30 * time.Second), Source: "eth1", Packets: uint64(i)}))
	}
	got, err := s.SensorStats(t.Context(), at(0), at(2*time.Minute))
	must(t, err)
	if len(got) != 2 || got[0].Packets != 1 || got[1].Packets != 3 {
		t.Errorf("%+v", got)
	}
}

func TestSensorDaysAddUpOverRestarts(t *testing.T) {
	s := openTest(t, t.TempDir())
	evening := time.Date(2026, 11, 21, 14, 59, 0, 0, time.UTC) // 23:59 in Japan
	for i, v := range []event.SensorStats{
		{Packets: 100, Bytes: 1000, Blind: event.Blind{TLS: 600, VLANs: map[uint16]event.VLANFlows{30: {Flows: 5, OneSided: 4}}}},
		{Packets: 150, Bytes: 1500, Blind: event.Blind{TLS: 700, VLANs: map[uint16]event.VLANFlows{30: {Flows: 6, OneSided: 5}}}}, // the next day
		{Packets: 10, Bytes: 100, GapBytes: 7}, // restarted
	} {
		v.Time, v.Source = evening.Add(time.Duration(i)*time.Minute), "eth1"
		must(t, s.PutSensorStats(t.Context(), v))
	}
	got, err := s.SensorDays(t.Context(), "2026-11-01")
	must(t, err)
	want := []event.SensorDay{
		{Day: "2026-11-21", Source: "eth1", Packets: 100, Bytes: 1000, Blind: event.Blind{TLS: 600, VLANs: map[uint16]event.VLANFlows{30: {Flows: 5, OneSided: 4}}}},
		{Day: "2026-11-22", Source: "eth1", Packets: 60, Bytes: 600, GapBytes: 7, Blind: event.Blind{TLS: 100, VLANs: map[uint16]event.VLANFlows{30: {Flows: 1, OneSided: 1}}}},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if got, err := s.SensorDays(t.Context(), "2026-11-22"); err != nil || len(got) != 1 {
		t.Errorf("since the second day: %v, %v", got, err)
	}
}
