package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/yagura-project/yagura/event"
)

// User is a person who may use the console.
type User struct {
	Name       string
	Hash       string // PHC string of argon2id; never the password
	Role       string
	MustChange bool // the password must be changed at the next login
	Disabled   bool
	Created    time.Time
	Changed    time.Time // password
	LastLogin  time.Time // zero = never
}

// PutUser keeps a user, replacing what was kept under the name.
func (s *State) PutUser(ctx context.Context, u User) error {
	if u.Name == "" || u.Hash == "" {
		return errors.New("keep user: name and hash are needed")
	}
	return s.change(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO users
			(tenant, name, hash, role, must_change, disabled, created, changed, last_login) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (tenant, name) DO UPDATE SET hash = excluded.hash, role = excluded.role,
			must_change = excluded.must_change, disabled = excluded.disabled, created = excluded.created,
			changed = excluded.changed, last_login = excluded.last_login`,
			s.cfg.Tenant, u.Name, u.Hash, u.Role, u.MustChange, u.Disabled, micros(u.Created), micros(u.Changed), micros(u.LastLogin))
		return err
	})
}

// User gives one user, or event.ErrNotFound.
func (s *State) User(ctx context.Context, name string) (User, error) {
	users, err := s.users(ctx, ` AND name = ?`, name)
	switch {
	case err != nil:
		return User{}, err
	case len(users) == 0:
		return User{}, fmt.Errorf("user %q: %w", name, event.ErrNotFound)
	}
	return users[0], nil
}

// Users gives all users by name.
func (s *State) Users(ctx context.Context) ([]User, error) { return s.users(ctx, "") }

func (s *State) users(ctx context.Context, cond string, args ...any) ([]User, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT name, hash, role, must_change, disabled, created, changed, last_login
		FROM users WHERE tenant = ?`+cond+` ORDER BY name`, append([]any{s.cfg.Tenant}, args...)...)
	if err != nil {
		return nil, fmt.Errorf("read users: %w", err)
	}
	defer rows.Close()
	var out []User
	for rows.Next() {
		var u User
		var created, changed, login int64
		if err := rows.Scan(&u.Name, &u.Hash, &u.Role, &u.MustChange, &u.Disabled, &created, &changed, &login); err != nil {
			return nil, fmt.Errorf("read users: %w", err)
		}
		u.Created, u.Changed, u.LastLogin = moment(created), moment(changed), moment(login)
		out = append(out, u)
	}
	return out, rows.Err()
}
