package console_test

import (
	"net/http"
	"testing"

	"github.com/yagura-project/yagura/console"
)

func TestWhatIsNeverCutOffIsAddedByOperatorsAndRemovedByAdministrators(t *testing.T) {
	h := open(t, demo)
	h.enter()
	var list console.NeverList
	h.want(http.StatusOK, "GET", "/api/v1/never", nil, &list)
	if len(list.Roles) == 0 || len(list.Configured) == 0 || list.Added == nil {
		t.Fatalf("%+v", list)
	}
	h.second("suzuki", "operator")
	entry := map[string]any{"kind": "ip", "what": "10.1.0.256", "reason": "窓口", "owner": "住民課"}
	if res, b := h.call("POST", "/api/v1/never", entry); res.StatusCode != http.StatusConflict || problemOf(t, b) != "refused" {
		t.Errorf("no address: %d %s", res.StatusCode, b)
	}
	entry["what"] = "10.1.0.53"
	var added console.NeverAdded
	h.want(http.StatusOK, "POST", "/api/v1/never", entry, &added)
	if len(added.Added) != 1 || added.Added[0].By != "suzuki" || added.Added[0].Owner != "住民課" || added.Lifted == nil {
		t.Errorf("%+v", added)
	}
	if res, b := h.call("POST", "/api/v1/never/drop", entry); res.StatusCode != http.StatusForbidden || problemOf(t, b) != "role_missing" {
		t.Errorf("an operator removed it: %d %s", res.StatusCode, b)
	}
	h.client = browser(t)
	h.login(h.first.User, h.first.Password)
	h.want(http.StatusOK, "POST", "/api/v1/session/skip", nil, nil)
	h.want(http.StatusOK, "POST", "/api/v1/never/drop", entry, &list)
	if len(list.Added) != 0 {
		t.Errorf("%+v", list.Added)
	}
}
