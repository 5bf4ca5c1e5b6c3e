package act

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/yagura-project/yagura/event"
)

// maxHeard bounds one line of the ledger; what is longer is cut, and its hash stands in its place.
const maxHeard = 32 << 10

// heard writes into the hash-chained ledger every command that was sent to a
// device, and what it answered. A call that sent nothing and did not fail
// leaves no line, nor does the same failure again. A ledger that cannot be
// written does not keep an isolation from being carried out: it is logged, and
// the receipt in the order keeps the same words.
func (m *Manager) heard(ctx context.Context, o event.Order, r event.Receipt) {
	if len(r.Commands) == 0 && (r.OK || saidBefore(o, r)) {
		return
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s: %s", r.Enforcer, r.Op, map[bool]string{true: "OK", false: "NG " + r.Detail}[r.OK])
	for _, c := range r.Commands {
		b.WriteString("\n> " + c)
	}
	for _, a := range r.Answers {
		b.WriteString("\n< " + a)
	}
	detail := b.String()
	if len(detail) > maxHeard {
		sum := sha256.Sum256([]byte(detail))
		detail = fmt.Sprintf("%s\n… %d commands, %d answers, %d bytes in all, SHA-256 %s", detail[:maxHeard], len(r.Commands), len(r.Answers), len(detail), hex.EncodeToString(sum[:]))
	}
	err := m.Ledger.AppendAudit(ctx, event.Audit{Time: m.Now().UTC(), Who: "act", Action: "command", Object: o.UID, Detail: detail})
	if err != nil {
		m.Log.Error("what was sent to a device could not be written into the ledger; the order's receipts have it", "order", o.UID, "error", err)
	}
}

// saidBefore reports whether the enforcer's last receipt failed with the same words.
func saidBefore(o event.Order, r event.Receipt) bool {
	last, said := lastOf(o, r.Enforcer)
	return said && !r.OK && !last.OK && last.Detail == r.Detail
}

// lastOf is the newest receipt of an enforcer.
func lastOf(o event.Order, enforcer string) (event.Receipt, bool) {
	for _, r := range slices.Backward(o.Receipts) {
		if r.Enforcer == enforcer && r.Op != "plan" {
			return r, true
		}
	}
	return event.Receipt{}, false
}
