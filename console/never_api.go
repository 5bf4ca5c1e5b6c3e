package console

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/yagura-project/yagura/event"
)

// Nevers keeps what may never be cut off. An entry that cannot be read or taken away is a Refused error.
type Nevers interface {
	NeverList(ctx context.Context) (NeverList, error)
	// AddNever protects at once, and lifts what stands against it.
	AddNever(ctx context.Context, who string, e NeverEntry) ([]event.Order, error)
	DropNever(ctx context.Context, who string, e NeverEntry) error
}

// NeverEntry names what may never be cut off.
type NeverEntry struct {
	Kind    string    `json:"kind" enum:"ip,cidr,mac,host,role"`
	What    string    `json:"what" minLength:"1" maxLength:"128" doc:"10.1.0.53, 10.9.0.0/24, 00:11:22:33:44:55, MADOGUCHI-*, a role of the asset list"`
	Reason  string    `json:"reason,omitempty" maxLength:"1000" doc:"said to whoever is refused"`
	Owner   string    `json:"owner,omitempty" maxLength:"128" doc:"who answers for it"`
	Expires time.Time `json:"expires,omitzero" doc:"it protects until then; none = always"`
	By      string    `json:"by,omitempty" readOnly:"true" doc:"who added it here; empty = it stands in the configuration"`
	Added   time.Time `json:"added,omitzero" readOnly:"true"`
	Over    bool      `json:"over,omitempty" readOnly:"true" doc:"its end has passed: it protects nothing any more"`
}

// NeverRole is a role whose machines are never cut off, whatever the configuration says.
type NeverRole struct {
	Role   string     `json:"role"`
	Reason event.Text `json:"reason"`
}

// NeverList is everything that may never be cut off.
type NeverList struct {
	Roles      []NeverRole  `json:"roles" nullable:"false"`
	Configured []NeverEntry `json:"configured" nullable:"false"`
	Added      []NeverEntry `json:"added" nullable:"false"`
}

// NeverAdded is the list with what a new entry ended.
type NeverAdded struct {
	NeverList
	Lifted []event.Order `json:"lifted" nullable:"false" doc:"isolations that the new entry ended"`
}

type neverInput struct{ Body NeverEntry }

func (c *Console) neverAPI(api huma.API) {
	huma.Register(api, op("never", http.MethodGet, "/never", Viewer, "What may never be cut off"),
		func(ctx context.Context, _ *struct{}) (*body[NeverList], error) {
			n, err := c.nevers(ctx)
			if err != nil {
				return nil, err
			}
			list, err := n.NeverList(ctx)
			if err != nil {
				return nil, c.failed(ctx, "never", err)
			}
			return answer(list.filled(), nil)
		})
	huma.Register(api, op("add-never", http.MethodPost, "/never", Operator, "Protect something from now on; an isolation that stands against it is lifted"), c.addNever)
	huma.Register(api, op("drop-never", http.MethodPost, "/never/drop", Admin, "Take an entry away that was added here"), c.dropNever)
}

func (c *Console) addNever(ctx context.Context, in *neverInput) (*body[NeverAdded], error) {
	n, err := c.nevers(ctx)
	if err != nil {
		return nil, err
	}
	lifted, err := n.AddNever(ctx, who(ctx).Name, in.Body)
	if err != nil {
		return nil, c.failed(ctx, "never", err)
	}
	list, err := n.NeverList(ctx)
	if err != nil {
		return nil, c.failed(ctx, "never", err)
	}
	return answer(NeverAdded{list.filled(), append([]event.Order{}, lifted...)}, nil)
}

func (c *Console) dropNever(ctx context.Context, in *neverInput) (*body[NeverList], error) {
	n, err := c.nevers(ctx)
	if err != nil {
		return nil, err
	}
	if err := n.DropNever(ctx, who(ctx).Name, in.Body); err != nil {
		return nil, c.failed(ctx, "never", err)
	}
	list, err := n.NeverList(ctx)
	if err != nil {
		return nil, c.failed(ctx, "never", err)
	}
	return answer(list.filled(), nil)
}

func (c *Console) nevers(ctx context.Context) (Nevers, error) {
	if c.deps.Nevers == nil {
		return nil, c.failed(ctx, "never", Refused{Text: event.Text{JA: "この画面では一覧を扱えません。", EN: "The list cannot be handled here."}})
	}
	return c.deps.Nevers, nil
}

// filled has no nil list.
func (l NeverList) filled() NeverList {
	l.Roles, l.Configured, l.Added = append([]NeverRole{}, l.Roles...), append([]NeverEntry{}, l.Configured...), append([]NeverEntry{}, l.Added...)
	return l
}
