package console_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/yagura-project/yagura/console"
)

func TestPacketsOfACaseAreForOperatorsAndAudited(t *testing.T) {
	h := open(t, demo)
	h.enter()
	uid := h.town.Breach()
	var d console.IncidentDetail
	h.want(http.StatusOK, "GET", "/api/v1/incidents/"+uid, nil, &d)
	if !d.Packets {
		t.Fatal("the case does not say that packets are kept")
	}
	for _, query := range []string{"", "?finding=" + d.Incident.Findings[0].UID} {
		resp, err := h.client.Get(h.url + "/api/v1/incidents/" + uid + "/packets" + query)
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil || resp.StatusCode != http.StatusOK || !strings.HasPrefix(string(b), "\n\r\r\n") || resp.ContentLength != int64(len(b)) {
			t.Fatalf("%d, %v, %d of %d bytes", resp.StatusCode, err, len(b), resp.ContentLength)
		}
		if name := resp.Header.Get("Content-Disposition"); !strings.Contains(name, d.Incident.Number+".pcapng") || resp.Header.Get("X-Yagura-Packets") == "0" {
			t.Errorf("%q, %s packets", name, resp.Header.Get("X-Yagura-Packets"))
		}
	}
	h.want(http.StatusNotFound, "GET", "/api/v1/incidents/"+uid+"/packets?finding=none", nil, nil)
	lines, err := h.town.Audits(t.Context(), d.Incident.First, 100)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, l := range lines {
		if l.Action == "packets" && l.Who == "admin" && l.Object == d.Incident.Number && strings.Contains(l.Detail, "packets") {
			n++
		}
	}
	if n != 2 {
		t.Errorf("%d lines of 2 in the ledger: %+v", n, lines)
	}
}

func TestBlindSpotsOverTheAPI(t *testing.T) {
	h := open(t, demo)
	h.enter()
	var v console.BlindView
	h.want(http.StatusOK, "GET", "/api/v1/blind?days=14", nil, &v)
	if len(v.Days) != 14 || v.Reasons[0].Reason != "tls" || len(v.VLANs) != 1 || v.VLANs[0].ID != 30 || v.Rules == nil || v.Rules.Refused != 3 || len(v.Sensors) != 1 {
		t.Errorf("%+v", v)
	}
	h.want(http.StatusOK, "GET", "/api/v1/blind?days=1", nil, &v)
	if len(v.Days) != 1 {
		t.Errorf("%d days, want today alone", len(v.Days))
	}
	h.want(http.StatusUnprocessableEntity, "GET", "/api/v1/blind?days=1000", nil, nil)
}
