//go:build !slim && cgo

package store

import (
	"context"
	"database/sql"
	"encoding/gob"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/duckdb/duckdb-go/v2"
)

// canHunt tells that this build has DuckDB.
const canHunt = true

// HuntMain is the hunting process: it reads one question from in, answers on out and gives the exit code. It
// ends when in ends, so that no hunt outlives its asker. cmd/yagura runs it as the hidden command hunt-worker.
func HuntMain(in io.Reader, out io.Writer) int {
	dec := json.NewDecoder(in)
	var q question
	enc := gob.NewEncoder(out)
	if err := dec.Decode(&q); err != nil {
		fmt.Fprintln(os.Stderr, "hunt-worker: is started by Yagura itself, with a question on its standard input")
		return 2
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() {
		_, _ = io.Copy(io.Discard, io.MultiReader(dec.Buffered(), in))
		cancel()
		os.Exit(3)
	}()
	if err := work(ctx, q, enc); err != nil {
		memory := strings.Contains(err.Error(), "Out of Memory")
		if err := enc.Encode(answer{Error: brief(err), Memory: memory}); err != nil {
			return 1
		}
	}
	return 0
}

func work(ctx context.Context, q question, enc *gob.Encoder) error {
	db, err := cage(ctx, q)
	if err != nil {
		return err
	}
	defer db.Close()
	if q.Free {
		if err := onlySelect(ctx, db, q.SQL); err != nil {
			return err
		}
	}
	rows, err := db.QueryContext(ctx, fmt.Sprintf("FROM (\n%s\n) LIMIT %d", q.SQL, q.Limit+1), used(q)...)
	if err != nil {
		return err
	}
	defer rows.Close()
	return tell(rows, q.Limit, enc)
}

// used gives the arguments that the hunt's SQL names: the engine refuses others.
func used(q question) (out []any) {
	for _, a := range q.Args {
		if q.Free || !strings.Contains(q.SQL, "$"+a.Name) {
			continue
		}
		switch {
		case a.Whole != nil:
			out = append(out, sql.Named(a.Name, *a.Whole))
		case a.Ratio != nil:
			out = append(out, sql.Named(a.Name, *a.Ratio))
		default:
			out = append(out, sql.Named(a.Name, a.Text))
		}
	}
	return out
}

// cage opens an engine in memory that can read the tenant's directory and nothing else, and that nobody can
// open again; then it lays the views over the question's files.
func cage(ctx context.Context, q question) (*sql.DB, error) {
	connector, err := duckdb.NewConnector("", nil)
	if err != nil {
		return nil, err
	}
	db := sql.OpenDB(connector)
	db.SetMaxOpenConns(1)
	for _, stmt := range []string{
		"SET threads = 2",
		fmt.Sprintf("SET memory_limit = '%dMiB'", q.MemoryMiB),
		"SET TimeZone = 'UTC'",
		"SET autoinstall_known_extensions = false",
		"SET autoload_known_extensions = false",
		"SET temp_directory = " + quote(q.Tmp),
		"SET allowed_directories = [" + quote(q.Dir+string(os.PathSeparator)) + "]",
		"SET enable_external_access = false",
		"SET lock_configuration = true",
		eventsView(q),
		flowsView,
	} {
		if _, err := db.ExecContext(ctx, stmt); err != nil {
			return nil, errors.Join(fmt.Errorf("prepare the engine: %w", err), db.Close())
		}
	}
	return db, nil
}

// onlySelect lets the engine's own parser say that the text is one SELECT and nothing beside it.
func onlySelect(ctx context.Context, db *sql.DB, query string) error {
	var verdict string
	if err := db.QueryRowContext(ctx, "SELECT CAST(json_serialize_sql(CAST($1 AS VARCHAR)) AS VARCHAR)", query).Scan(&verdict); err != nil {
		return err
	}
	var v struct {
		Error      bool              `json:"error"`
		Message    string            `json:"error_message"`
		Statements []json.RawMessage `json:"statements"`
	}
	if err := json.Unmarshal([]byte(verdict), &v); err != nil {
		return err
	}
	switch {
	case v.Error:
		return fmt.Errorf("the SQL must be one SELECT: %s", v.Message)
	case len(v.Statements) != 1:
		return fmt.Errorf("the SQL must be one SELECT, this is %d statements", len(v.Statements))
	}
	return nil
}

func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// brief is the engine's message without its stack of hints.
func brief(err error) string {
	text, _, _ := strings.Cut(err.Error(), "\n\nLINE")
	return shortenTo(text, 500)
}
