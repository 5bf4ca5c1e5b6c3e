package console

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/yagura-project/yagura/event"
)

// Role is what a user may do; each includes the ones before it.
type Role string

// Roles: a viewer reads, an operator acts on cases and machines, an administrator also freezes and keeps users.
const (
	Viewer   Role = "viewer"
	Operator Role = "operator"
	Admin    Role = "admin"
)

func (r Role) rank() int {
	switch r {
	case Viewer:
		return 1
	case Operator:
		return 2
	case Admin:
		return 3
	}
	return 0
}

// Includes reports whether r may do what want may.
func (r Role) Includes(want Role) bool { return r.rank() > 0 && r.rank() >= want.rank() }

// User is one person who may come in.
type User struct {
	Name       string    `json:"name"`
	Role       Role      `json:"role"`
	Hash       string    `json:"-"` // PHC string, argon2id
	MustChange bool      `json:"must_change"`
	Disabled   bool      `json:"disabled"`
	Created    time.Time `json:"created,omitzero"`
	Changed    time.Time `json:"changed,omitzero"` // password
	LastLogin  time.Time `json:"last_login,omitzero"`
}

const firstName = "admin"

// passwordFile is where the first password lies until it is changed.
func (c *Console) passwordFile() string { return filepath.Join(c.deps.Dir, "first-password.txt") }

// firstAdministrator creates "admin" with a random password when nobody is known yet.
func (c *Console) firstAdministrator(ctx context.Context) error {
	users, err := c.deps.Users.Users(ctx)
	if err != nil {
		return fmt.Errorf("read users: %w", err)
	}
	if len(users) > 0 {
		return nil
	}
	password := rand.Text()[:16]
	hash, err := c.cfg.Cost.hash(ctx, password)
	if err != nil {
		return err
	}
	file := c.passwordFile()
	if err := writeSecret(file, "user: "+firstName+"\npassword: "+password+"\n"); err != nil {
		return fmt.Errorf("keep the first password: %w", err)
	}
	now := c.now().UTC()
	u := User{Name: firstName, Role: Admin, Hash: hash, MustChange: true, Created: now, Changed: now}
	if err := c.deps.Users.PutUser(ctx, u); err != nil {
		return fmt.Errorf("create the first administrator: %w", err)
	}
	c.audit(ctx, event.Audit{Who: "yagura", Action: "user", Object: firstName, Detail: "最初の管理者を作成"})
	c.deps.Log.Info("first administrator created", "user", firstName, "password_file", file)
	if c.deps.Announce != nil {
		c.deps.Announce(First{User: firstName, Password: password, File: file})
	}
	return nil
}

// writeSecret writes a file that only its owner reads, replacing an old one.
func writeSecret(file, text string) error {
	if err := os.Remove(file); err != nil && !os.IsNotExist(err) {
		return err
	}
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	return err
}

// audit writes one line to the ledger; a failure is logged, it never stops what is done.
func (c *Console) audit(ctx context.Context, a event.Audit) {
	a.Time = c.now().UTC()
	if err := c.deps.Ledger.AppendAudit(context.WithoutCancel(ctx), a); err != nil {
		c.deps.Log.Error("audit line lost", "action", a.Action, "who", a.Who, "error", err)
	}
}
