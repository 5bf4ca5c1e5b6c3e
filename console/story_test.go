package console_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/yagura-project/yagura/console"
	"github.com/yagura-project/yagura/event"
)

func TestQuietTownAndWhatNeedsMe(t *testing.T) {
	h := open(t, demo)
	h.enter()
	var o console.Overview
	h.want(http.StatusOK, "GET", "/api/v1/overview", nil, &o)
	if o.Level != "quiet" || o.Sentence.JA != "いま、庁内は平穏です" || len(o.Needs) != 0 || len(o.Trend) != 14 {
		t.Errorf("quiet town: %+v", o)
	}
	uid := h.town.Breach()
	h.want(http.StatusOK, "GET", "/api/v1/overview", nil, &o)
	if o.Level != "urgent" || !strings.HasPrefix(o.Sentence.JA, "至急：") || !strings.Contains(o.Sentence.JA, "PC-103") || o.Needs[0].Ref != uid {
		t.Errorf("after the breach: %+v", o)
	}
	order := h.town.Propose()
	h.want(http.StatusOK, "GET", "/api/v1/overview", nil, &o)
	if o.Needs[0].Kind != "approval" || o.Needs[0].Ref != order || o.Counts.New != 1 {
		t.Errorf("an approval comes first: %+v", o.Needs)
	}
}

func TestCaseIsReadContainedAndReleased(t *testing.T) {
	h := open(t, demo)
	h.enter()
	uid := h.town.Breach()
	var d console.IncidentDetail
	h.want(http.StatusOK, "GET", "/api/v1/incidents/"+uid, nil, &d)
	if len(d.Do) != 3 || d.Incident.Story.JA == "" || d.Incident.HostSeverity != 9 {
		t.Fatalf("case: %+v", d)
	}
	wish := map[string]any{"device": d.Incident.Device.UID, "incident": uid, "reason": "封じ込め", "minutes": 120}
	var p console.Preview
	h.want(http.StatusOK, "POST", "/api/v1/orders/preview", wish, &p)
	if !p.Allowed || p.Minutes != 120 || len(p.Steps) == 0 || len(p.Guards) == 0 || len(p.IPs) != 2 {
		t.Errorf("preview: %+v", p)
	}
	var o event.Order
	h.want(http.StatusOK, "POST", "/api/v1/orders", wish, &o)
	h.town.Wait()
	h.want(http.StatusOK, "GET", "/api/v1/orders/"+o.UID, nil, &o)
	if o.State != event.OrderVerified || o.Requested != "admin" {
		t.Fatalf("order: %+v", o)
	}
	h.want(http.StatusOK, "POST", "/api/v1/orders/"+o.UID+"/release", map[string]string{"reason": "点検済み"}, nil)
	h.town.Wait()
	h.want(http.StatusOK, "GET", "/api/v1/orders/"+o.UID, nil, &o)
	if o.State != event.OrderReleased {
		t.Errorf("after release: %s", o.State)
	}
	res, b := h.call("POST", "/api/v1/orders/"+o.UID+"/release", map[string]string{"reason": "もう一度"})
	if res.StatusCode != http.StatusConflict || problemOf(t, b) != "refused" {
		t.Errorf("second release: %d %s", res.StatusCode, b)
	}
}

func TestNeverTouchIsRefusedInWords(t *testing.T) {
	h := open(t, demo)
	h.enter()
	var list console.DeviceList
	h.want(http.StatusOK, "GET", "/api/v1/devices?text=DC-01", nil, &list)
	if len(list.Items) != 1 {
		t.Fatalf("DC-01: %+v", list)
	}
	res, b := h.call("POST", "/api/v1/orders", map[string]any{"device": list.Items[0].UID, "reason": "x"})
	if res.StatusCode != http.StatusConflict || !strings.Contains(string(b), "止めてはいけない") {
		t.Errorf("%d %s", res.StatusCode, b)
	}
}

func TestStateAndNotes(t *testing.T) {
	h := open(t, demo)
	h.enter()
	uid := h.town.Breach()
	var d console.IncidentDetail
	h.want(http.StatusOK, "PUT", "/api/v1/incidents/"+uid+"/state", map[string]string{"state": "in_progress", "note": "電話で確認"}, &d)
	if d.Incident.State != event.IncidentInProgress || d.Incident.Timeline[len(d.Incident.Timeline)-1].Text.JA != "電話で確認" {
		t.Errorf("case: %+v", d.Incident)
	}
	h.want(http.StatusUnprocessableEntity, "PUT", "/api/v1/incidents/"+uid+"/state", map[string]string{"state": "gone"}, nil)
	h.want(http.StatusUnprocessableEntity, "POST", "/api/v1/incidents/"+uid+"/notes", map[string]string{"text": ""}, nil)
	h.want(http.StatusNotFound, "GET", "/api/v1/incidents/none", nil, nil)
}

func TestAffectedMachines(t *testing.T) {
	h := open(t, demo)
	h.enter()
	h.town.Breach()
	var list console.DeviceList
	h.want(http.StatusOK, "GET", "/api/v1/devices", nil, &list)
	if list.Total != 67 || len(list.Items) != 67 {
		t.Fatalf("%d of %d machines", len(list.Items), list.Total)
	}
	for _, r := range list.Items {
		if r.Name == "PC-103" {
			if r.HostSeverity != 9 || r.Targeted != 1 || r.Open != 1 || r.Phases[event.PhaseLateral] != 1 || r.Threat.JA == "" {
				t.Errorf("PC-103: %+v", r)
			}
		}
	}
	var d console.DeviceDetail
	uid := h.town.Machine(3).UID
	h.want(http.StatusOK, "GET", "/api/v1/devices/"+uid, nil, &d)
	if len(d.Incidents) != 1 || len(d.Device.Bindings) == 0 {
		t.Errorf("machine: %+v", d)
	}
	var table event.Table
	h.want(http.StatusOK, "GET", "/api/v1/devices/"+uid+"/timeline?hours=24", nil, &table)
	if len(table.Rows) == 0 {
		t.Error("empty timeline")
	}
	res, b := h.call("POST", "/api/v1/hunts/whoelse", map[string]any{"params": map[string]string{}})
	if res.StatusCode != http.StatusConflict || problemOf(t, b) != "refused" {
		t.Errorf("a hunt asked wrongly: %d %s", res.StatusCode, b)
	}
}

func TestReports(t *testing.T) {
	h := open(t, demo)
	h.enter()
	var list console.ReportList
	h.want(http.StatusOK, "GET", "/api/v1/reports", nil, &list)
	if len(list.Items) == 0 || !list.Items[0].Running {
		t.Fatalf("reports: %+v", list)
	}
	res, b := h.call("GET", "/api/v1/reports/"+list.Items[0].Period+"/pdf", nil)
	if res.StatusCode != http.StatusOK || !strings.HasPrefix(string(b), "%PDF-") || !strings.Contains(res.Header.Get("Content-Disposition"), "attachment") {
		t.Errorf("pdf: %d %v", res.StatusCode, res.Header)
	}
	res, _ = h.call("GET", "/api/v1/reports/2026-11-01_2026-11-15/html", nil)
	if res.StatusCode != http.StatusOK || !strings.Contains(res.Header.Get("Content-Security-Policy"), "sandbox") {
		t.Errorf("html: %d %v", res.StatusCode, res.Header)
	}
	for _, bad := range []string{"2026-13", "x", "2026-11-15_2026-11-01", "2020-01-01_2026-01-01"} {
		h.want(http.StatusUnprocessableEntity, "GET", "/api/v1/reports/"+bad+"/pdf", nil, nil)
	}
}

func TestBlindSensorNeedsSomebody(t *testing.T) {
	h := open(t, demo)
	h.enter()
	var s console.SensorList
	h.want(http.StatusOK, "GET", "/api/v1/sensors", nil, &s)
	if len(s.Items) != 1 || !s.Items[0].OK || s.Items[0].OpaqueRatio < 0.5 {
		t.Errorf("sensors: %+v", s.Items)
	}
	health := console.SensorHealthOf([]event.SensorStats{
		{Source: "old", Time: time.Now().Add(-time.Hour), Packets: 1}, {Source: "lossy", Time: time.Now(), Packets: 900, KernelDrops: 100}, {Source: "empty", Time: time.Now()},
		{Source: "cut off", Time: time.Now(), Packets: 9, Heard: time.Now().Add(-time.Hour)},
		{Source: "pulled out", Time: time.Now(), Packets: 9, Heard: time.Now(), Gone: []string{"eth1"}},
	}, time.Now())
	for _, h := range health {
		if h.OK || h.Text.JA == "" {
			t.Errorf("%s counts as well: %+v", h.Source, h)
		}
	}
}
