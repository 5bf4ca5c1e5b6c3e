package store

import (
	"errors"
	"strings"
	"testing"

	"github.com/yagura-project/yagura/event"
)

func ledgerOf(t *testing.T, n int) *State {
	t.Helper()
	s := openTest(t, t.TempDir())
	for range n {
		must(t, s.AppendAudit(t.Context(), event.Audit{Who: "sato", Action: "isolate", Object: "PC-001", Detail: "<不審な通信>\xff"}))
	}
	return s
}

func TestLedgerIsAChain(t *testing.T) {
	s := ledgerOf(t, 3)
	must(t, s.VerifyAudit(t.Context()))
	lines, err := s.Audits(t.Context(), day.AddDate(-1, 0, 0), 2)
	must(t, err)
	if len(lines) != 2 || lines[0].Seq != 3 || lines[0].Prev != lines[1].Hash || lines[0].Detail != "<不審な通信>\uFFFD" {
		t.Errorf("%+v", lines)
	}
	seq, hash, err := s.AuditHead(t.Context())
	if seq != 3 || hash != lines[0].Hash || err != nil {
		t.Error(seq, hash, err)
	}
}

func TestLedgerRefusesChange(t *testing.T) {
	s := ledgerOf(t, 2)
	for _, q := range []string{"UPDATE audit SET who = 'x'", "DELETE FROM audit"} {
		if _, err := s.write.Exec(q); err == nil || !strings.Contains(err.Error(), "ledger is never") {
			t.Errorf("%s: %v", q, err)
		}
	}
}

func TestLedgerShowsTampering(t *testing.T) {
	for name, tamper := range map[string]string{
		"changed line": "UPDATE audit SET object = 'PC-999' WHERE seq = 2",
		"changed time": "UPDATE audit SET time = time + 1 WHERE seq = 3",
		"removed line": "DELETE FROM audit WHERE seq = 2",
		"first line":   "UPDATE audit SET who = 'x' WHERE seq = 1",
		"put in front": "DELETE FROM audit WHERE seq = 1",
	} {
		s := ledgerOf(t, 4)
		for _, q := range []string{"DROP TRIGGER audit_is_not_changed", "DROP TRIGGER audit_is_not_removed", tamper} {
			_, err := s.write.Exec(q)
			must(t, err)
		}
		if err := s.VerifyAudit(t.Context()); !errors.Is(err, ErrLedger) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
