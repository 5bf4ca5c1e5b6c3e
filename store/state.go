package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"github.com/pressly/goose/v3"
	_ "modernc.org/sqlite" // the driver "sqlite"
)

//go:embed migrations/*.sql
var migrations embed.FS

// ErrReadOnly is what a State opened for reading answers to everything that would write.
var ErrReadOnly = errors.New("opened for reading only: Yagura itself is the one that writes here")

// ErrForeign is what a State answers to a value that belongs to another tenant.
var ErrForeign = errors.New("the value belongs to another tenant")

// State keeps one tenant's incidents, findings, orders, devices, users, settings, ledger and counters.
// What a Put or AppendAudit has acknowledged is on the disk. All methods may be called at the same time.
type State struct {
	cfg    Config
	held   *os.File // the lock; nil when reading
	write  *sql.DB  // one connection: SQLite has one writer; nil when reading
	read   *sql.DB
	now    func() time.Time
	hunts  chan struct{} // how many hunts run at the same time
	recall recall
	fresh  atomic.Pointer[func(context.Context)] // seals what is open before a hunt; nil without a writer
}

// Open takes the directory for this process, makes or upgrades what is in it and checks the end of the ledger.
// It answers ErrInUse, with the process number, when another Yagura runs there.
func Open(ctx context.Context, cfg Config) (*State, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	for _, dir := range []string{filepath.Dir(cfg.stateFile()), cfg.segmentDir(), cfg.tmpDir()} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, full(dir, fmt.Errorf("store.dir: %w", err))
		}
	}
	held, err := lock(cfg.lockFile())
	if err != nil {
		return nil, err
	}
	s := newState(cfg)
	s.held = held
	if err := s.open(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", cfg.stateFile(), full(cfg.stateFile(), err)), s.Close())
	}
	return s, nil
}

// OpenReader reads beside a running Yagura, or without one. It never writes, and answers fs.ErrNotExist where
// nothing has been kept yet.
func OpenReader(ctx context.Context, cfg Config) (*State, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	if _, err := os.Stat(cfg.stateFile()); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("nothing is kept for tenant %q under %s yet: %s: %w", cfg.Tenant, cfg.Dir, cfg.neighbours(), fs.ErrNotExist)
		}
		return nil, err
	}
	s := newState(cfg)
	if err := s.openReading(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("read %s: %w", cfg.stateFile(), err), s.Close())
	}
	return s, nil
}

// neighbours says which tenants a directory holds.
func (c Config) neighbours() string {
	files, err := filepath.Glob(filepath.Join(filepath.Dir(c.stateFile()), "*.db"))
	if err != nil || len(files) == 0 {
		return "start yagura run first, or check store.dir"
	}
	names := make([]string, len(files))
	for i, f := range files {
		names[i] = strings.TrimSuffix(filepath.Base(f), ".db")
	}
	return "there is " + strings.Join(names, ", ")
}

func newState(cfg Config) *State {
	return &State{cfg: cfg, now: time.Now, hunts: make(chan struct{}, cfg.HuntWorkers)}
}

func (s *State) open(ctx context.Context) error {
	var err error
	if s.write, err = connect(s.cfg.stateFile(), 1,
		"journal_mode(WAL)", "synchronous(FULL)", "journal_size_limit(67108864)", "busy_timeout(10000)", "foreign_keys(1)"); err != nil {
		return err
	}
	if err := migrate(ctx, s.write); err != nil {
		return err
	}
	if s.read, err = connect(s.cfg.stateFile(), 4, "busy_timeout(10000)", "query_only(1)"); err != nil {
		return err
	}
	return s.checkHead(ctx)
}

func (s *State) openReading(ctx context.Context) error {
	var err error
	if s.read, err = connect(s.cfg.stateFile(), 2, "busy_timeout(10000)", "query_only(1)"); err != nil {
		return err
	}
	want, err := newestMigration()
	if err != nil {
		return err
	}
	var have int64
	err = s.read.QueryRowContext(ctx, `SELECT max(version_id) FROM goose_db_version WHERE is_applied`).Scan(&have)
	if err == nil && have != want {
		err = fmt.Errorf("it was written by another version of Yagura (layout %d, this program knows %d): use the program that runs there",
			have, want)
	}
	return err
}

// Close gives the directory back. It is safe to call twice.
func (s *State) Close() error {
	var errs []error
	for _, db := range []*sql.DB{s.read, s.write} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	if s.held != nil {
		errs = append(errs, s.held.Close())
		s.held = nil
	}
	return errors.Join(errs...)
}

// Tenant is whose state this is.
func (s *State) Tenant() string { return s.cfg.Tenant }

// Config is what the state was opened with.
func (s *State) Config() Config { return s.cfg }

func connect(file string, conns int, pragmas ...string) (*sql.DB, error) {
	abs, err := filepath.Abs(file)
	if err != nil {
		return nil, err
	}
	q := url.Values{"_txlock": {"immediate"}, "_pragma": pragmas}
	db, err := sql.Open("sqlite", (&url.URL{Scheme: "file", Path: abs, RawQuery: q.Encode()}).String())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(conns)
	return db, nil
}

func migrator(db *sql.DB) (*goose.Provider, error) {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(goose.DialectSQLite3, db, files, goose.WithSlog(slog.New(slog.DiscardHandler)))
}

// migrate brings the tables to the layout that this program knows; a newer layout is refused.
func migrate(ctx context.Context, db *sql.DB) error {
	m, err := migrator(db)
	if err != nil {
		return err
	}
	have, err := m.GetDBVersion(ctx)
	if err != nil {
		return err
	}
	want, err := newestMigration()
	if err != nil {
		return err
	}
	if have > want {
		return fmt.Errorf("it was written by a newer Yagura (layout %d, this program knows %d): install that version again", have, want)
	}
	_, err = m.Up(ctx)
	return err
}

func newestMigration() (int64, error) {
	files, err := fs.ReadDir(migrations, "migrations")
	if err != nil {
		return 0, err
	}
	return goose.NumericComponent(files[len(files)-1].Name())
}
