package console

import (
	"context"
	"errors"
	"math"
	"net/http"
	"os"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/yagura-project/yagura/event"
)

// SessionInfo is who is logged in and what the pages need to know first.
type SessionInfo struct {
	User       string    `json:"user"`
	Role       Role      `json:"role" enum:"viewer,operator,admin"`
	MustChange bool      `json:"must_change" doc:"a new password must be chosen before anything else"`
	MaySkip    bool      `json:"may_skip" doc:"in the demo the first password may be kept"`
	CSRF       string    `json:"csrf" doc:"send as X-CSRF-Token with every call that changes something"`
	Expires    time.Time `json:"expires"`
	Demo       bool      `json:"demo"`
	Contact    Contact   `json:"contact"`
}

type loginInput struct {
	address string
	Body    struct {
		User     string `json:"user" maxLength:"64"`
		Password string `json:"password" maxLength:"256"`
	}
}

// Resolve notes where the try comes from.
func (l *loginInput) Resolve(ctx huma.Context) []error {
	l.address = clientAddr(ctx.RemoteAddr()).String()
	return nil
}

type passwordInput struct {
	Body struct {
		Current string `json:"current" maxLength:"256"`
		New     string `json:"new" maxLength:"256"`
	}
}

func (c *Console) sessionAPI(api huma.API) {
	login := op("login", http.MethodPost, "/session", Viewer, "Log in")
	login.Metadata = nil
	huma.Register(api, login, c.login)
	whoami := op("session", http.MethodGet, "/session", Viewer, "Who is logged in")
	whoami.Metadata[metaUnripe] = true
	huma.Register(api, whoami, func(ctx context.Context, _ *struct{}) (*body[SessionInfo], error) {
		return answer(c.sessionInfo(ctx, who(ctx)), nil)
	})
	logout := op("logout", http.MethodDelete, "/session", Viewer, "Log out")
	logout.Metadata[metaUnripe] = true
	huma.Register(api, logout, c.logout)
	change := op("change-password", http.MethodPut, "/session/password", Viewer, "Change the own password")
	change.Metadata[metaUnripe] = true
	huma.Register(api, change, c.changePassword)
	skip := op("skip-password", http.MethodPost, "/session/skip", Viewer, "Keep the first password (demo only)")
	skip.Metadata[metaUnripe] = true
	huma.Register(api, skip, c.skipPassword)
}

func (c *Console) sessionInfo(ctx context.Context, id identity) SessionInfo {
	return SessionInfo{User: id.Name, Role: id.Role, MustChange: id.MustChange && !id.skipped, MaySkip: c.cfg.Demo, CSRF: id.csrf,
		Expires: c.sessions.Deadline(ctx), Demo: c.cfg.Demo, Contact: c.cfg.Contact}
}

func (c *Console) login(ctx context.Context, in *loginInput) (*body[SessionInfo], error) {
	if wait := c.gate.wait(c.now(), in.Body.User, in.address); wait > 0 {
		c.audit(ctx, event.Audit{Who: in.Body.User, Action: "login", Detail: in.address + " から。失敗が続いたため受け付けず"})
		p := problem(http.StatusTooManyRequests, "login_wait", "")
		seconds := strconv.Itoa(int(math.Ceil(wait.Seconds())))
		return nil, huma.ErrorWithHeaders(p, http.Header{"Retry-After": {seconds}})
	}
	u, ok, err := c.checkUser(ctx, in.Body.User, in.Body.Password)
	if err != nil {
		return nil, c.failed(ctx, "login", err)
	}
	if !ok {
		c.audit(ctx, event.Audit{Who: in.Body.User, Action: "login", Detail: in.address + " から。利用者名かパスワードが違う"})
		return nil, problem(http.StatusUnauthorized, "login_wrong", "")
	}
	c.gate.welcome(u.Name)
	u.LastLogin = c.now().UTC().Truncate(time.Millisecond)
	if err := c.deps.Users.PutUser(ctx, u); err != nil {
		return nil, c.failed(ctx, "note the login", err)
	}
	if err := c.open(ctx, u); err != nil {
		return nil, c.failed(ctx, "open a session", err)
	}
	c.audit(ctx, event.Audit{Who: u.Name, Action: "login", Detail: in.address + " から"})
	return answer(c.sessionInfo(ctx, identity{User: u, csrf: c.sessions.GetString(ctx, keyCSRF)}), nil)
}

// checkUser takes as long for an unknown user as for a wrong password.
func (c *Console) checkUser(ctx context.Context, name, password string) (User, bool, error) {
	u, err := c.deps.Users.User(ctx, name)
	known := err == nil
	if err != nil && !errors.Is(err, event.ErrNotFound) {
		return User{}, false, err
	}
	hash := u.Hash
	if !known {
		hash = c.cfg.Cost.decoy()
	}
	ok, err := checkPassword(ctx, hash, password)
	return u, ok && known && !u.Disabled, err
}

func (c *Console) logout(ctx context.Context, _ *struct{}) (*struct{}, error) {
	c.audit(ctx, event.Audit{Who: who(ctx).Name, Action: "logout"})
	if err := c.sessions.Destroy(ctx); err != nil {
		return nil, c.failed(ctx, "logout", err)
	}
	return nil, nil
}

func (c *Console) changePassword(ctx context.Context, in *passwordInput) (*body[SessionInfo], error) {
	id := who(ctx)
	if wait := c.gate.wait(c.now(), id.Name, id.address); wait > 0 {
		return nil, problem(http.StatusTooManyRequests, "login_wait", "")
	}
	ok, err := checkPassword(ctx, id.Hash, in.Body.Current)
	switch code := weakPassword(id.Name, in.Body.New); {
	case err != nil:
		return nil, c.failed(ctx, "check the password", err)
	case !ok:
		return nil, problem(http.StatusUnprocessableEntity, "password_wrong", "")
	case code != "":
		return nil, problem(http.StatusUnprocessableEntity, code, "")
	case in.Body.New == in.Body.Current:
		return nil, problem(http.StatusUnprocessableEntity, "password_same", "")
	}
	c.gate.welcome(id.Name)
	u := id.User
	if u.Hash, err = c.cfg.Cost.hash(ctx, in.Body.New); err != nil {
		return nil, c.failed(ctx, "hash the password", err)
	}
	u.MustChange, u.Changed = false, c.now().UTC().Truncate(time.Millisecond)
	if err := c.deps.Users.PutUser(ctx, u); err != nil {
		return nil, c.failed(ctx, "keep the password", err)
	}
	if err := os.Remove(c.passwordFile()); err == nil {
		c.deps.Log.Info("first password changed, its file removed", "file", c.passwordFile())
	}
	c.audit(ctx, event.Audit{Who: u.Name, Action: "password", Object: u.Name, Detail: id.address + " から変更"})
	if err := c.open(ctx, u); err != nil { // every other session of the user ends here
		return nil, c.failed(ctx, "open a session", err)
	}
	return answer(c.sessionInfo(ctx, identity{User: u, csrf: c.sessions.GetString(ctx, keyCSRF)}), nil)
}

func (c *Console) skipPassword(ctx context.Context, _ *struct{}) (*body[SessionInfo], error) {
	if !c.cfg.Demo {
		return nil, problem(http.StatusForbidden, "must_change", "")
	}
	c.sessions.Put(ctx, keySkipped, true)
	id := who(ctx)
	id.skipped = true
	return answer(c.sessionInfo(ctx, id), nil)
}
