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
	s := &event.SSHActivity{Client: event.SSHSide{Software: "PuTTY_Release_0.78", HASSH: "88189635a3ee7c7f0c02224b7a2e1292"}}
	if r := rowOf(s); r.App != "ssh" || r.UserAgent != "PuTTY_Release_0.78" || !strings.Contains(r.Detail, s.Client.HASSH) || r.Class != 4007 {
		t.Errorf("%+v", r)
	}
}
