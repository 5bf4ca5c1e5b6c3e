package console

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"regexp"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/yagura-project/yagura/event"
)

var userName = regexp.MustCompile(`^[A-Za-z0-9._-]{2,32}$`)

type newUserInput struct {
	Body struct {
		Name string `json:"name" maxLength:"64"`
		Role Role   `json:"role" enum:"viewer,operator,admin"`
	}
}

type changeUserInput struct {
	Name string `path:"name" maxLength:"64"`
	Body struct {
		Role     Role `json:"role" enum:"viewer,operator,admin"`
		Disabled bool `json:"disabled"`
		Reset    bool `json:"reset" doc:"give a new first password"`
	}
}

// UserAnswer is a user, with the first password where one was just made.
type UserAnswer struct {
	User     User   `json:"user"`
	Password string `json:"password,omitempty" doc:"shown once; to be changed at the first login"`
}

// UserList is everybody who may come in.
type UserList struct {
	Items []User `json:"items" nullable:"false"`
}

func (c *Console) userAPI(api huma.API) {
	huma.Register(api, op("users", http.MethodGet, "/users", Admin, "Who may come in"),
		func(ctx context.Context, _ *struct{}) (*body[UserList], error) {
			users, err := c.deps.Users.Users(ctx)
			if err != nil {
				return nil, c.failed(ctx, "users", err)
			}
			return answer(UserList{Items: append([]User{}, users...)}, nil)
		})
	huma.Register(api, op("create-user", http.MethodPost, "/users", Admin, "Add a user"), c.createUser)
	huma.Register(api, op("change-user", http.MethodPut, "/users/{name}", Admin, "Change a user's role, disable, or reset the password"), c.changeUser)
}

func (c *Console) createUser(ctx context.Context, in *newUserInput) (*body[UserAnswer], error) {
	if !userName.MatchString(in.Body.Name) {
		return nil, problem(http.StatusUnprocessableEntity, "user_name", "")
	}
	if _, err := c.deps.Users.User(ctx, in.Body.Name); err == nil {
		return nil, problem(http.StatusConflict, "user_exists", "")
	} else if !errors.Is(err, event.ErrNotFound) {
		return nil, c.failed(ctx, "users", err)
	}
	u := User{Name: in.Body.Name, Role: in.Body.Role, Created: c.now().UTC()}
	return c.putUser(ctx, u, true, "追加（"+string(u.Role)+"）")
}

func (c *Console) changeUser(ctx context.Context, in *changeUserInput) (*body[UserAnswer], error) {
	u, err := c.deps.Users.User(ctx, in.Name)
	if err != nil {
		return nil, c.failed(ctx, "user", err)
	}
	losing := u.Role == Admin && !u.Disabled && (in.Body.Role != Admin || in.Body.Disabled)
	if losing {
		last, err := c.lastAdmin(ctx, u.Name)
		if err != nil {
			return nil, c.failed(ctx, "users", err)
		}
		if last {
			return nil, problem(http.StatusConflict, "last_admin", "")
		}
	}
	u.Role, u.Disabled = in.Body.Role, in.Body.Disabled
	what := "役割 " + string(u.Role)
	if u.Disabled {
		what += "、停止"
	}
	return c.putUser(ctx, u, in.Body.Reset, what)
}

func (c *Console) lastAdmin(ctx context.Context, but string) (bool, error) {
	users, err := c.deps.Users.Users(ctx)
	for _, u := range users {
		if u.Name != but && u.Role == Admin && !u.Disabled {
			return false, nil
		}
	}
	return true, err
}

// putUser keeps a user; with fresh set it also makes a first password and answers it, once.
func (c *Console) putUser(ctx context.Context, u User, fresh bool, what string) (*body[UserAnswer], error) {
	var password string
	if fresh {
		password = rand.Text()[:16]
		hash, err := c.cfg.Cost.hash(ctx, password)
		if err != nil {
			return nil, c.failed(ctx, "hash the password", err)
		}
		u.Hash, u.MustChange, u.Changed = hash, true, c.now().UTC().Truncate(time.Millisecond)
		what += "、最初のパスワードを発行"
	}
	if err := c.deps.Users.PutUser(ctx, u); err != nil {
		return nil, c.failed(ctx, "keep the user", err)
	}
	c.audit(ctx, event.Audit{Who: who(ctx).Name, Action: "user", Object: u.Name, Detail: what})
	return answer(UserAnswer{User: u, Password: password}, nil)
}
