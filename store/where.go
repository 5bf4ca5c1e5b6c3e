package store

import (
	"strings"
	"time"
)

// where gathers conditions; the first is always the tenant.
type where struct {
	conds []string
	args  []any
}

func (s *State) where() *where {
	return &where{conds: []string{"tenant = ?"}, args: []any{s.cfg.Tenant}}
}

func (w *where) add(cond string, args ...any) {
	w.conds = append(w.conds, cond)
	w.args = append(w.args, args...)
}

func (w *where) equal(column, v string) {
	if v != "" {
		w.add(column+" = ?", v)
	}
}

func (w *where) between(since, until time.Time) {
	if !since.IsZero() {
		w.add("time >= ?", micros(since))
	}
	if !until.IsZero() {
		w.add("time < ?", micros(until))
	}
}

func (w *where) sql() string { return " WHERE " + strings.Join(w.conds, " AND ") }

// oneOf restricts a column to some values; none does not restrict.
func oneOf[S ~string](w *where, column string, values []S) {
	if len(values) == 0 {
		return
	}
	args := make([]any, len(values))
	for i, v := range values {
		args[i] = string(v)
	}
	w.add(column+" IN (?"+strings.Repeat(", ?", len(values)-1)+")", args...)
}
