package console

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"net/http"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"github.com/yagura-project/yagura/event"
)

// newSessions keeps sessions in the given store under hashed tokens.
func newSessions(cfg Config, store scs.Store) *scs.SessionManager {
	m := scs.New() // it starts a cleaner for a store of its own, which then idles: one goroutine for the life of the process
	m.Store = store
	m.HashTokenInStore = true
	m.Lifetime = time.Duration(cfg.SessionHours) * time.Hour
	m.IdleTimeout = time.Duration(cfg.IdleMinutes) * time.Minute
	m.Cookie.Name = "yagura_session"
	m.Cookie.HttpOnly = true
	m.Cookie.SameSite = http.SameSiteStrictMode
	m.Cookie.Secure = cfg.TLS.enabled()
	m.Cookie.Persist = false
	return m
}

// Keys of a session.
const (
	keyUser    = "user"
	keyStamp   = "stamp" // when the password was last changed, as known at login
	keyCSRF    = "csrf"
	keySkipped = "skipped" // the first password is kept, in the demo only
)

type identityKey struct{}

// identity is who asks.
type identity struct {
	User
	address string
	csrf    string
	skipped bool
}

func who(ctx context.Context) identity {
	id, _ := ctx.Value(identityKey{}).(identity)
	return id
}

// open makes a new session for the user; the token is new, so that a fixed one is of no use.
func (c *Console) open(ctx context.Context, u User) error {
	if err := c.sessions.RenewToken(ctx); err != nil {
		return err
	}
	c.sessions.Put(ctx, keyUser, u.Name)
	c.sessions.Put(ctx, keyStamp, u.Changed.UnixNano())
	c.sessions.Put(ctx, keyCSRF, rand.Text())
	return nil
}

// recognise finds the user of the session; false where there is none, or the user was disabled or has a new password.
func (c *Console) recognise(ctx context.Context) (identity, bool, error) {
	name := c.sessions.GetString(ctx, keyUser)
	if name == "" {
		return identity{}, false, nil
	}
	u, err := c.deps.Users.User(ctx, name)
	switch {
	case errors.Is(err, event.ErrNotFound):
		return identity{}, false, nil
	case err != nil:
		return identity{}, false, err
	}
	if u.Disabled || u.Changed.UnixNano() != c.sessions.GetInt64(ctx, keyStamp) {
		return identity{}, false, nil
	}
	return identity{User: u, csrf: c.sessions.GetString(ctx, keyCSRF), skipped: c.sessions.GetBool(ctx, keySkipped)}, true, nil
}

// Metadata of operations.
const (
	metaRole   = "role"   // Role needed; absent = open to all
	metaUnripe = "unripe" // usable before the first password change
)

// authorise lets an operation through to who may call it: session, role, first password, CSRF token.
func (c *Console) authorise(ctx huma.Context, next func(huma.Context)) {
	role, closed := ctx.Operation().Metadata[metaRole].(Role)
	if !closed {
		next(ctx)
		return
	}
	id, known, err := c.recognise(ctx.Context())
	id.address = clientAddr(ctx.RemoteAddr()).String()
	if p := c.objection(ctx, id, known, err, role); p != nil {
		_, w := humago.Unwrap(ctx)
		writeProblem(w, p)
		return
	}
	next(huma.WithValue(ctx, identityKey{}, id))
}

func (c *Console) objection(ctx huma.Context, id identity, known bool, err error, role Role) *Problem {
	op := ctx.Operation()
	switch {
	case err != nil:
		c.deps.Log.Error("session not read", "error", err)
		return problem(http.StatusInternalServerError, "internal", "session")
	case !known:
		return problem(http.StatusUnauthorized, "login_needed", "")
	case changes(op.Method) && subtle.ConstantTimeCompare([]byte(ctx.Header("X-CSRF-Token")), []byte(id.csrf)) != 1:
		return problem(http.StatusForbidden, "csrf", "send the csrf value of GET /api/v1/session as X-CSRF-Token")
	case !id.Role.Includes(role):
		return c.lacks(ctx.Context(), id, role, op.OperationID)
	case id.MustChange && !id.skipped && op.Metadata[metaUnripe] == nil:
		return problem(http.StatusForbidden, "must_change", "")
	}
	return nil
}

// lacks refuses, and writes down, what a person without the role asks for; nil where they have it.
func (c *Console) lacks(ctx context.Context, id identity, role Role, what string) *Problem {
	if id.Role.Includes(role) {
		return nil
	}
	c.audit(ctx, event.Audit{Who: id.Name, Action: "refused", Object: what,
		Detail: "権限が足りない（必要 " + string(role) + "、本人 " + string(id.Role) + "、" + id.address + " から）"})
	return problem(http.StatusForbidden, "role_missing", "needs "+string(role))
}

func changes(method string) bool { return method != http.MethodGet && method != http.MethodHead }
