package radius

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/yagura-project/yagura/event"
)

// maxKnown bounds the ledger of machines.
const maxKnown = 200_000

// ledger is the file of machines that are let in by their hardware address. It is read again when it changes.
type ledger struct {
	path string

	mu   sync.Mutex
	read time.Time // the file's time when it was read last
	size int64
	said string // the last problem, so that it is told once
}

// learn brings FreeRADIUS's table of known machines into line with the file. A file that cannot be read, or is empty,
// changes nothing: better an old ledger than a town without network.
func (h *hand) learn(ctx context.Context) error {
	err := h.readLedger(ctx)
	if err == nil || h.deps.Log == nil || ctx.Err() != nil {
		return err
	}
	h.ledger.mu.Lock()
	defer h.ledger.mu.Unlock()
	if h.ledger.said != err.Error() {
		h.ledger.said = err.Error()
		h.deps.Log.Error("radius: known_file: admission goes on with the ledger of before", "error", err)
	}
	return nil
}

func (h *hand) readLedger(ctx context.Context) error {
	l := &h.ledger
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.path == "" {
		return h.forgetLedger(ctx)
	}
	info, err := os.Stat(l.path)
	if err != nil {
		return err
	}
	if info.ModTime().Equal(l.read) && info.Size() == l.size {
		return nil
	}
	f, err := os.Open(l.path)
	if err != nil {
		return err
	}
	defer f.Close()
	known, err := parseLedger(f)
	if err != nil {
		return fmt.Errorf("%s: %w", l.path, err)
	}
	if err := h.replaceLedger(ctx, known); err != nil {
		return err
	}
	l.read, l.size = info.ModTime(), info.Size()
	return nil
}

// parseLedger reads "MAC[,VLAN]" lines; # begins a remark.
func parseLedger(r io.Reader) (map[event.MAC]string, error) {
	known := map[event.MAC]string{}
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		line, _, _ := strings.Cut(lines.Text(), "#")
		mac, vlan, _ := strings.Cut(line, ",")
		mac, vlan = strings.TrimSpace(strings.TrimPrefix(mac, "\ufeff")), strings.TrimSpace(vlan)
		if mac == "" {
			continue
		}
		m, err := event.ParseMAC(mac)
		if err != nil {
			return nil, fmt.Errorf("line %d: %q is no hardware address", n, clean(mac))
		}
		if vlan != "" && (!validVLAN(vlan) || vlan == reject) {
			return nil, fmt.Errorf("line %d: %q is no VLAN (1–4094)", n, clean(vlan))
		}
		if known[m] = vlan; len(known) > maxKnown {
			return nil, fmt.Errorf("more than %d machines", maxKnown)
		}
	}
	if lines.Err() == nil && len(known) == 0 {
		return nil, errors.New("it names no machine: every machine without 802.1X would be a guest")
	}
	return known, lines.Err()
}

func (h *hand) replaceLedger(ctx context.Context, known map[event.MAC]string) error {
	db, err := h.policy.open(ctx)
	if err != nil {
		return err
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("write policy.db: %w", err)
	}
	defer func() { _ = tx.Rollback() }()
	if _, err := tx.ExecContext(ctx, `DELETE FROM known`); err != nil {
		return fmt.Errorf("write policy.db: %w", err)
	}
	put, err := tx.PrepareContext(ctx, `INSERT INTO known (mac, vlan) VALUES (?, ?)`)
	if err != nil {
		return err
	}
	defer put.Close()
	for m, vlan := range known {
		if _, err := put.ExecContext(ctx, m.String(), vlan); err != nil {
			return fmt.Errorf("write policy.db: %w", err)
		}
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO rule (name, value) VALUES ('guest', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
		h.cfg.Guest); err != nil {
		return fmt.Errorf("write policy.db: %w", err)
	}
	return tx.Commit()
}

// forgetLedger ends admission control when the settings no longer have it.
func (h *hand) forgetLedger(ctx context.Context) error {
	db, err := h.policy.open(ctx)
	if err != nil {
		return err
	}
	var n int
	if err := db.QueryRowContext(ctx, `SELECT count(*) FROM rule WHERE name = 'guest'`).Scan(&n); err != nil || n == 0 {
		return err
	}
	return h.clearLedger(ctx)
}

func (h *hand) clearLedger(ctx context.Context) error {
	db, err := h.policy.open(ctx)
	if err != nil {
		return err
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	for _, q := range []string{`DELETE FROM rule WHERE name = 'guest'`, `DELETE FROM known`} {
		if _, err := tx.ExecContext(ctx, q); err != nil {
			return fmt.Errorf("write policy.db: %w", err)
		}
	}
	return tx.Commit()
}
