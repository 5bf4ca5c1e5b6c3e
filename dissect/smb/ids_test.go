package smb

import (
	"testing"

	"github.com/yagura-project/yagura/dissect/flowtest"
	"github.com/yagura-project/yagura/event"
)

// TestNumbers: commands have the numbers of their session and share, also where these are new with the answer.
func TestNumbers(t *testing.T) {
	type key struct {
		flow, session uint64
		tree          uint32
	}
	shares, commands := map[key]string{}, 0
	for _, e := range flowtest.Show(t, flowtest.Captures+"smb2-files.pcap.gz", Protocol).Events {
		a, ok := e.(*event.SMBActivity)
		if !ok || !a.Numbered {
			continue
		}
		k := key{a.Conn.FlowID, a.SessionID, a.TreeID}
		switch {
		case a.Command == "session_setup" && a.SessionID == 0, a.Command == "tree_connect" && a.Status == 0 && (a.SessionID == 0 || a.TreeID == 0):
			t.Errorf("no number: %+v", a)
		case a.Command == "tree_connect" && a.Status == 0:
			shares[k] = a.Share
		case a.Command == "create" || a.Command == "write":
			if commands++; shares[k] == "" || shares[k] != a.Share {
				t.Errorf("%s of %q, and the numbers are those of %q", a.Command, a.Share, shares[k])
			}
		}
	}
	if len(shares) < 2 || commands == 0 {
		t.Errorf("%d shares, %d commands", len(shares), commands)
	}
}
