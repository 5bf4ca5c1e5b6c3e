package store

import (
	"errors"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/yagura-project/yagura/event"
)

var sameValue = cmp.Options{cmpopts.EquateComparable(netip.Addr{}), cmpopts.EquateEmpty()}

func TestIncidentsComeBackAsTheyWereKept(t *testing.T) {
	s := openTest(t, t.TempDir())
	for n := range 6 {
		i := incident(n)
		if n == 4 {
			i.Lead = "i002"
		}
		must(t, s.PutIncident(t.Context(), i))
	}
	changed := incident(2)
	changed.State = event.IncidentResolved
	must(t, s.PutIncident(t.Context(), changed))

	got, err := s.Incident(t.Context(), "i002")
	must(t, err)
	if d := cmp.Diff(changed, got, sameValue); d != "" {
		t.Error(d)
	}
	for name, c := range map[string]struct {
		filter event.IncidentFilter
		want   string
	}{
		"all, newest first": {event.IncidentFilter{}, "i005 i004 i003 i002 i001 i000"},
		"limit and offset":  {event.IncidentFilter{Limit: 2, Offset: 1}, "i004 i003"},
		"state":             {event.IncidentFilter{States: []event.IncidentState{event.IncidentResolved, event.IncidentContained}}, "i002"},
		"device":            {event.IncidentFilter{Device: device(1).UID}, "i004 i001"},
		"severity":          {event.IncidentFilter{MinSeverity: 5}, "i005 i004"},
		"until exclusive":   {event.IncidentFilter{Since: at(2 * time.Hour), Until: at(4 * time.Hour)}, "i003 i002"},
		"none":              {event.IncidentFilter{Device: "x"}, ""},
		"number":            {event.IncidentFilter{Number: "2026-1102-03"}, "i003"},
		"whole":             {event.IncidentFilter{Whole: true, Limit: 3}, "i005 i003 i002"},
	} {
		list, err := s.Incidents(t.Context(), c.filter)
		must(t, err)
		var uids []string
		for _, i := range list {
			uids = append(uids, i.UID)
		}
		if got := strings.Join(uids, " "); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
		n, err := s.CountIncidents(t.Context(), c.filter)
		must(t, err)
		if c.filter.Limit == 0 && n != len(list) {
			t.Errorf("%s: counted %d, listed %d", name, n, len(list))
		}
	}
}

func TestFindingsAndOrders(t *testing.T) {
	s := openTest(t, t.TempDir())
	f := event.Finding{Header: event.Header{UID: "f1", Time: at(0)}, Advisory: event.Advisory{ID: "beacon"}, Device: device(1), Count: 3}
	must(t, s.PutFinding(t.Context(), f))
	o := event.Order{Header: event.Header{UID: "o1", Time: at(0)}, Incident: "i1", Target: device(1),
		State: event.OrderVerified, IPs: []netip.Addr{netip.MustParseAddr("fe80::1")}, AppliedAt: at(time.Second), SilenceMS: 740}
	must(t, s.PutOrder(t.Context(), o))

	f.Tenant, o.Tenant = "kitakata", "kitakata" // stamped when kept
	gotF, err := s.Findings(t.Context(), event.FindingFilter{Detector: "beacon", Device: device(1).UID})
	must(t, err)
	gotO, err := s.Orders(t.Context(), event.OrderFilter{States: []event.OrderState{event.OrderVerified}, Incident: "i1"})
	must(t, err)
	if d := cmp.Diff([]event.Finding{f}, gotF, sameValue) + cmp.Diff([]event.Order{o}, gotO, sameValue); d != "" {
		t.Error(d)
	}
	n, err := s.CountOrders(t.Context(), event.OrderFilter{Device: "nobody"})
	if n != 0 || err != nil {
		t.Error(n, err)
	}
	if n, err = s.CountFindings(t.Context(), event.FindingFilter{}); n != 1 || err != nil {
		t.Error(n, err)
	}
}

func TestDevicesAreFoundByWhatPeopleCallThem(t *testing.T) {
	s := openTest(t, t.TempDir())
	must(t, s.PutDevices(t.Context(), []event.Device{device(1), device(2), device(3)}))
	for name, c := range map[string]struct {
		filter event.DeviceFilter
		want   int
	}{
		"name":            {event.DeviceFilter{Text: "pc-002"}, 1},
		"department":      {event.DeviceFilter{Text: "税務課"}, 3},
		"two words":       {event.DeviceFilter{Text: "税務課 003"}, 1},
		"MAC":             {event.DeviceFilter{Text: "02:00:00:00:00:01"}, 1},
		"address":         {event.DeviceFilter{IP: netip.MustParseAddr("10.1.0.2")}, 1},
		"mapped address":  {event.DeviceFilter{IP: netip.MustParseAddr("::ffff:10.1.0.2")}, 1},
		"part of address": {event.DeviceFilter{IP: netip.MustParseAddr("10.1.0.22")}, 0},
		"wildcard":        {event.DeviceFilter{Text: "%"}, 0},
		"zone":            {event.DeviceFilter{Zone: "lgwan"}, 3},
	} {
		n, err := s.CountDevices(t.Context(), c.filter)
		must(t, err)
		if n != c.want {
			t.Errorf("%s: %d, want %d", name, n, c.want)
		}
	}
	list, err := s.Devices(t.Context(), event.DeviceFilter{Limit: 1})
	must(t, err)
	if list[0].Hostname != "PC-003" {
		t.Errorf("latest seen is not first: %s", list[0].Hostname)
	}
}

func TestAbsenceIsNotFound(t *testing.T) {
	s := openTest(t, t.TempDir())
	_, e1 := s.Incident(t.Context(), "x")
	_, e2 := s.Finding(t.Context(), "x")
	_, e3 := s.Order(t.Context(), "x")
	_, e4 := s.Device(t.Context(), "x")
	_, e5 := s.Setting(t.Context(), "x")
	_, e6 := s.User(t.Context(), "x")
	_, e7 := s.Notice(t.Context(), "x")
	for i, err := range []error{e1, e2, e3, e4, e5, e6, e7} {
		if !errors.Is(err, event.ErrNotFound) {
			t.Errorf("%d: %v", i+1, err)
		}
	}
}

func TestTenantsAreApart(t *testing.T) {
	dir := t.TempDir()
	s := openTest(t, dir)
	must(t, s.PutIncident(t.Context(), incident(1)))
	other := incident(1)
	other.Tenant = "yonezawa"
	if err := s.PutIncident(t.Context(), other); !errors.Is(err, ErrForeign) {
		t.Errorf("another tenant's case was kept: %v", err)
	}
	if err := s.AppendAudit(t.Context(), event.Audit{Tenant: "yonezawa"}); !errors.Is(err, ErrForeign) {
		t.Errorf("another tenant's line was kept: %v", err)
	}
	cfg := testConfig(dir)
	cfg.Tenant = "yonezawa"
	o, err := Open(t.Context(), cfg)
	must(t, err)
	defer o.Close()
	if n, err := o.CountIncidents(t.Context(), event.IncidentFilter{}); n != 0 || err != nil {
		t.Errorf("the neighbour sees %d cases, %v", n, err)
	}
}

func TestReaderReadsAndNeverWrites(t *testing.T) {
	dir := t.TempDir()
	if _, err := OpenReader(t.Context(), testConfig(dir)); !errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("nothing kept yet: %v", err)
	}
	s := openTest(t, dir)
	other := testConfig(dir)
	other.Tenant = "yonezawa"
	if _, err := OpenReader(t.Context(), other); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "there is kitakata") {
		t.Errorf("%v", err)
	}
	must(t, s.PutIncident(t.Context(), incident(1)))
	r, err := OpenReader(t.Context(), testConfig(dir))
	must(t, err)
	defer r.Close()
	if n, err := r.CountIncidents(t.Context(), event.IncidentFilter{}); n != 1 || err != nil {
		t.Errorf("reads %d, %v", n, err)
	}
	if err := r.PutIncident(t.Context(), incident(2)); !errors.Is(err, ErrReadOnly) {
		t.Errorf("a reader wrote: %v", err)
	}
	if _, err := r.read.Exec("DELETE FROM incidents"); err == nil {
		t.Error("the engine let a reader write")
	}
}

func TestAnotherLayoutIsRefused(t *testing.T) {
	dir := t.TempDir()
	s, err := Open(t.Context(), testConfig(dir))
	must(t, err)
	_, err = s.write.Exec("INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, 1)")
	must(t, err)
	must(t, s.Close())
	for name, open := range map[string]func() (*State, error){
		"Open":       func() (*State, error) { return Open(t.Context(), testConfig(dir)) },
		"OpenReader": func() (*State, error) { return OpenReader(t.Context(), testConfig(dir)) },
	} {
		if _, err := open(); err == nil || !strings.Contains(err.Error(), "layout 99999") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestGarbageIsNamed(t *testing.T) {
	dir := t.TempDir()
	must(t, os.MkdirAll(filepath.Join(dir, "state"), 0o700))
	file := filepath.Join(dir, "state", "kitakata.db")
	must(t, os.WriteFile(file, []byte(strings.Repeat("not a database ", 1000)), 0o600))
	if _, err := Open(t.Context(), testConfig(dir)); err == nil || !strings.Contains(err.Error(), file) {
		t.Errorf("%v", err)
	}
}

func TestConfigNamesEverySettingOutOfRange(t *testing.T) {
	must(t, DefaultConfig().Validate())
	bad := Config{Tenant: "../etc", MaxGiB: -1}
	err := bad.Validate()
	for _, key := range []string{"dir", "tenant", "keep_days", "max_gib", "seal_every", "seal_rows", "queue", "hunt_memory_mib", "hunt_timeout", "hunt_rows", "hunt_workers"} {
		if err == nil || !strings.Contains(err.Error(), "store."+key+" ") {
			t.Errorf("%s is not named: %v", key, err)
		}
	}
}
