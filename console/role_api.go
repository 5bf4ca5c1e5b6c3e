package console

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/yagura-project/yagura/event"
)

// RoleBook keeps what people say of the roles of machines.
type RoleBook interface {
	// ConfirmRole keeps that a machine has a role, or has it not; event.ErrNotFound without such a machine.
	ConfirmRole(ctx context.Context, uid, role string, yes bool) (event.Device, error)
}

// RoleAnswer is a person's word on one role of a machine.
type RoleAnswer struct {
	Confirmed bool `json:"confirmed" doc:"true: the machine has this role; false: it has it not, whatever traffic suggests"`
}

type roleInput struct {
	Named
	Role string `path:"role" maxLength:"32" pattern:"^[a-z][a-z0-9_-]*$" doc:"dc, dns, dhcp, gateway, proxy, wsus, backup, scanner, management, mail, printer …"`
	Body RoleAnswer
}

// SeparationList is the record of network separation, by day.
type SeparationList struct {
	Items []event.SeparationDay `json:"items" nullable:"false" doc:"newest first; only days of which there is a record"`
}

// separationDays is how many days are looked up.
const separationDays = 31

func (c *Console) roleAPI(api huma.API) {
	huma.Register(api, op("confirm-role", http.MethodPut, "/devices/{uid}/roles/{role}", Operator, "Confirm or deny a role of a machine"), c.confirmRole)
	huma.Register(api, op("separation", http.MethodGet, "/separation", Viewer, "What was seen between separate networks, by day"), c.separation)
}

func (c *Console) confirmRole(ctx context.Context, in *roleInput) (*body[event.Device], error) {
	if c.deps.Roles == nil {
		return nil, c.failed(ctx, "confirm the role", Refused{Text: event.Text{JA: "この画面では役割を確認できません。", EN: "Roles cannot be confirmed here."}})
	}
	d, err := c.deps.Roles.ConfirmRole(ctx, in.UID, in.Role, in.Body.Confirmed)
	if err != nil {
		return nil, c.failed(ctx, "confirm the role", err)
	}
	detail := in.Role + " と確認"
	if !in.Body.Confirmed {
		detail = in.Role + " ではないと確認"
	}
	c.audit(ctx, event.Audit{Who: who(ctx).Name, Action: "role", Object: in.UID, Detail: detail})
	return answer(d, nil)
}

func (c *Console) separation(ctx context.Context, _ *struct{}) (*body[SeparationList], error) {
	out := SeparationList{Items: []event.SeparationDay{}}
	if c.deps.Separation == nil {
		return answer(out, nil)
	}
	for i := range separationDays {
		d, err := c.deps.Separation(ctx, c.now().In(jst).AddDate(0, 0, -i).Format(time.DateOnly))
		if errors.Is(err, event.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, c.failed(ctx, "separation", err)
		}
		out.Items = append(out.Items, d)
	}
	return answer(out, nil)
}
