package radius

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	_ "modernc.org/sqlite" // the driver "sqlite"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/event"
)

//go:embed module.conf
var moduleFile string

//go:embed policy.conf
var policyFile string

// schema is what Yagura and FreeRADIUS share. Times are UTC seconds; a MAC is aa:bb:cc:dd:ee:ff. An isolation is done
// when no switch has the machine otherwise any more.
const schema = `
CREATE TABLE IF NOT EXISTS isolated (
  mac TEXT NOT NULL, uid TEXT NOT NULL, vlan TEXT NOT NULL, until INTEGER NOT NULL, done INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (mac, uid)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS isolated_uid ON isolated (uid);
CREATE TABLE IF NOT EXISTS session (
  mac TEXT NOT NULL, nas TEXT NOT NULL, nas_ip TEXT NOT NULL DEFAULT '', nas_id TEXT NOT NULL DEFAULT '',
  calling TEXT NOT NULL DEFAULT '', user TEXT NOT NULL DEFAULT '', port TEXT NOT NULL DEFAULT '', port_id TEXT NOT NULL DEFAULT '',
  sid TEXT NOT NULL DEFAULT '', result TEXT NOT NULL DEFAULT '', vlan TEXT NOT NULL DEFAULT '', answered INTEGER NOT NULL DEFAULT 0,
  heard INTEGER NOT NULL DEFAULT 0, ended INTEGER NOT NULL DEFAULT 0, seq INTEGER NOT NULL DEFAULT 1, PRIMARY KEY (mac, nas)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS known (mac TEXT NOT NULL PRIMARY KEY, vlan TEXT NOT NULL DEFAULT '') WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS rule (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;`

// policy is what FreeRADIUS answers by. Safe for concurrent use.
type policy struct {
	dir string

	mu sync.Mutex
	db *sql.DB
}

// open makes the file, and the two that FreeRADIUS includes, when it is first needed.
func (p *policy) open(ctx context.Context) (*sql.DB, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.db != nil {
		return p.db, nil
	}
	if _, err := os.Stat(p.dir); err != nil {
		return nil, fmt.Errorf("dir: %w: make it for Yagura and FreeRADIUS: install -d -o yagura -g freerad -m 2770 %s", err, p.dir)
	}
	file := filepath.Join(p.dir, "policy.db")
	// The group of the folder is FreeRADIUS's, which writes here, too.
	f, err := os.OpenFile(file, os.O_RDWR|os.O_CREATE, 0o660)
	if err != nil {
		return nil, fmt.Errorf("dir: %w", err)
	}
	_ = f.Chmod(0o660) // past the umask; not ours = whoever made it decided
	if err := f.Close(); err != nil {
		return nil, err
	}
	for name, text := range map[string]string{"module": moduleFile, "policy": policyFile} {
		if err := p.include(name, strings.ReplaceAll(text, "@DIR@", p.dir)); err != nil {
			return nil, err
		}
	}
	q := url.Values{"_txlock": {"immediate"}, "_pragma": {"busy_timeout(5000)", "journal_mode(WAL)", "synchronous(FULL)"}}
	db, err := sql.Open("sqlite", (&url.URL{Scheme: "file", Path: file, RawQuery: q.Encode()}).String())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(2)
	if _, err := db.ExecContext(ctx, schema); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", file, err), db.Close())
	}
	p.db = db
	return db, nil
}

// include writes a file of FreeRADIUS's configuration when it is not there as it should be.
func (p *policy) include(name, text string) error {
	path := filepath.Join(p.dir, name)
	if have, err := os.ReadFile(path); err == nil && string(have) == text {
		return nil
	}
	return act.Replace(path, []byte(text), 0o640)
}

func (p *policy) close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.db == nil {
		return nil
	}
	err := p.db.Close()
	p.db = nil
	return err
}

// row is one machine that is answered otherwise.
type row struct {
	mac   event.MAC
	order string
	vlan  string
	until int64 // UTC seconds; 0 = being undone: without effect
}

func (r row) String() string {
	return fmt.Sprintf("policy: %s gets %s until %s", r.mac, r.vlan, time.Unix(r.until, 0).UTC().Format(time.RFC3339))
}

// put keeps a row and says whether that changed anything; it is read back.
func (p *policy) put(ctx context.Context, r row) (changed bool, err error) {
	db, err := p.open(ctx)
	if err != nil {
		return false, err
	}
	var vlan string
	var until int64
	const read = `SELECT vlan, until FROM isolated WHERE mac = ? AND uid = ?`
	err = db.QueryRowContext(ctx, read, r.mac.String(), r.order).Scan(&vlan, &until)
	if err == nil && vlan == r.vlan && until == r.until {
		return false, nil
	}
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return false, fmt.Errorf("read policy.db: %w", err)
	}
	if _, err := db.ExecContext(ctx, `INSERT INTO isolated (mac, uid, vlan, until) VALUES (?, ?, ?, ?)
		ON CONFLICT (mac, uid) DO UPDATE SET vlan = excluded.vlan, until = excluded.until`, r.mac.String(), r.order, r.vlan, r.until); err != nil {
		return false, fmt.Errorf("write policy.db: %w", err)
	}
	err = db.QueryRowContext(ctx, read, r.mac.String(), r.order).Scan(&vlan, &until)
	if err == nil && (vlan != r.vlan || until != r.until) {
		err = errors.New("something else was read back than was written")
	}
	if err != nil {
		return true, fmt.Errorf("read policy.db back: %w", err)
	}
	return true, nil
}

// done notes that no switch has the machine otherwise any more.
func (p *policy) done(ctx context.Context, r row) error {
	db, err := p.open(ctx)
	if err != nil {
		return err
	}
	if _, err := db.ExecContext(ctx, `UPDATE isolated SET done = 1 WHERE mac = ? AND uid = ? AND done = 0`, r.mac.String(), r.order); err != nil {
		return fmt.Errorf("write policy.db: %w", err)
	}
	return nil
}

// drop forgets an order's rows.
func (p *policy) drop(ctx context.Context, order string) error {
	db, err := p.open(ctx)
	if err != nil {
		return err
	}
	if _, err := db.ExecContext(ctx, `DELETE FROM isolated WHERE uid = ?`, order); err != nil {
		return fmt.Errorf("write policy.db: %w", err)
	}
	left, err := p.rows(ctx, `uid = ?`, order)
	if err == nil && len(left) > 0 {
		err = fmt.Errorf("policy.db still has %d rows of order %s", len(left), order)
	}
	return err
}

// rows are those that a condition names, by order and machine.
func (p *policy) rows(ctx context.Context, where string, args ...any) (out []row, err error) {
	db, err := p.open(ctx)
	if err != nil {
		return nil, err
	}
	list, err := db.QueryContext(ctx, `SELECT mac, uid, vlan, until FROM isolated WHERE `+where+` ORDER BY uid, mac`, args...)
	if err != nil {
		return nil, fmt.Errorf("read policy.db: %w", err)
	}
	defer list.Close()
	for list.Next() {
		var r row
		var mac string
		if err := list.Scan(&mac, &r.order, &r.vlan, &r.until); err != nil {
			return nil, err
		}
		if r.mac, err = event.ParseMAC(mac); err != nil {
			continue // written by somebody else: FreeRADIUS finds it by its text, we do not
		}
		out = append(out, r)
	}
	return out, list.Err()
}
