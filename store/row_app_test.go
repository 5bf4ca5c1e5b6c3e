package store

import (
	"strings"
	"testing"

	"github.com/yagura-project/yagura/event"
)

// TestRowOfApps lays protocols without columns of their own so that hunts find them by what they have in common.
func TestRowOfApps(t *testing.T) {
	a := &event.AppActivity{Protocol: "sip", Operation: "REGISTER"}
	a.Add("status", "401")
	if r := rowOf(a); r.App != "sip" || r.Method != "REGISTER" || r.Status != "401" || r.Class != 6003 {
		t.Errorf("%+v", r)
	}
	l := &event.LDAPActivity{Operation: "search", DN: "dc=machi,dc=example", Filter: "(servicePrincipalName=*)", Answered: true, Result: 4}
	if r := rowOf(l); r.App != "ldap" || r.Method != "search" || r.Path != l.DN || r.Status != "4" || !strings.Contains(r.Detail, "servicePrincipalName") {
		t.Errorf("%+v", r)
	}
	n := &event.NFSActivity{Procedure: "WRITE", Path: "a.exe", File: &event.File{Name: "a.exe", Type: "exe"}}
	if r := rowOf(n); r.App != "nfs" || r.Method != "WRITE" || r.FileType != "exe" {
		t.Errorf("%+v", r)
	}
	if r := rowOf(&event.RDPActivity{Step: event.RDPRequest, Cookie: "sato"}); r.App != "rdp" || r.Account != "sato" {
		t.Errorf("%+v", r)
	}
	s := &event.SSHActivity{Client: event.SSHSide{Software: "PuTTY_Release_0.78", HASSH: "88189635a3ee7c7f0c02224b7a2e1292"}}
	if r := rowOf(s); r.App != "ssh" || r.UserAgent != "PuTTY_Release_0.78" || !strings.Contains(r.Detail, s.Client.HASSH) || r.Class != 4007 {
		t.Errorf("%+v", r)
	}
}
