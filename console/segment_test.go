package console_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/yagura-project/yagura/console"
	"github.com/yagura-project/yagura/event"
)

// second logs another person in, with the role.
func (h *house) second(name, role string) {
	var made struct {
		Password string `json:"password"`
	}
	h.want(http.StatusOK, "POST", "/api/v1/users", map[string]string{"name": name, "role": role}, &made)
	h.client = browser(h.t)
	h.login(name, made.Password)
	h.want(http.StatusOK, "POST", "/api/v1/session/skip", nil, nil)
}

func TestASegmentIsChosenPreviewedAndTakesTwoPeople(t *testing.T) {
	h := open(t, demo)
	h.enter()
	var list console.SegmentList
	h.want(http.StatusOK, "GET", "/api/v1/segments", nil, &list)
	if len(list.Items) < 5 || list.Items[0].Kind != "floor" || list.Items[0].Machines == 0 {
		t.Fatalf("%+v", list)
	}
	ask := map[string]any{"kind": "floor", "name": list.Items[0].Name}
	var p console.SegmentPreview
	h.want(http.StatusOK, "POST", "/api/v1/segments/preview", ask, &p)
	if !p.Allowed || p.Machines == 0 || len(p.Services) == 0 || len(p.Offices) == 0 {
		t.Fatalf("%+v", p)
	}
	if orders, _ := h.town.Orders(t.Context(), event.OrderFilter{States: []event.OrderState{event.OrderAwaitingApproval}}); len(orders) != 0 {
		t.Fatal("looking at it made an order")
	}
	ask["reason"] = "広がっています"
	var o event.Order
	h.want(http.StatusOK, "POST", "/api/v1/segments", ask, &o)
	if o.State != event.OrderAwaitingApproval || !o.TwoPeople || len(o.Approvals) != 1 {
		t.Fatalf("%s %+v", o.State, o.Approvals)
	}
	if res, b := h.call("POST", "/api/v1/orders/"+o.UID+"/approve", map[string]string{"reason": ""}); res.StatusCode != http.StatusConflict {
		t.Errorf("one person approved alone: %d %s", res.StatusCode, b)
	}
	h.second("suzuki", "operator")
	h.want(http.StatusOK, "POST", "/api/v1/orders/"+o.UID+"/approve", map[string]string{"reason": "電話で確認"}, &o)
	if o.State != event.OrderApproved {
		t.Errorf("after the second: %s", o.State)
	}
}

func TestOnlyAdministratorsLetAutoActAndResume(t *testing.T) {
	h := open(t, demo)
	h.enter()
	h.second("suzuki", "operator")
	accept := map[string]any{"days": 30, "reason": "係内で確認"}
	if res, b := h.call("POST", "/api/v1/policy/rehearsal", accept); res.StatusCode != http.StatusForbidden || problemOf(t, b) != "role_missing" {
		t.Errorf("an operator accepted: %d %s", res.StatusCode, b)
	}
	h.want(http.StatusOK, "PUT", "/api/v1/freeze", map[string]any{"on": true, "reason": "おかしい"}, nil)
	if res, b := h.call("PUT", "/api/v1/freeze", map[string]any{"on": false}); res.StatusCode != http.StatusForbidden || problemOf(t, b) != "role_missing" {
		t.Errorf("an operator resumed: %d %s", res.StatusCode, b)
	}
	refused := 0
	audits, err := h.town.Audits(t.Context(), time.Time{}, 100)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range audits {
		if a.Who == "suzuki" && a.Action == "refused" {
			refused++
		}
	}
	if refused != 2 {
		t.Errorf("%d refusals in the ledger, want 2", refused)
	}
	h.client = browser(t)
	h.login(h.first.User, h.first.Password)
	h.want(http.StatusOK, "POST", "/api/v1/session/skip", nil, nil)
	h.want(http.StatusOK, "PUT", "/api/v1/freeze", map[string]any{"on": false}, nil)
	var r console.Rehearsal
	h.want(http.StatusOK, "POST", "/api/v1/policy/rehearsal", accept, &r)
	if r.Accepted != h.first.User || !r.Auto || len(r.Policy) == 0 {
		t.Errorf("%+v", r)
	}
}
