package console

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/yagura-project/yagura/event"
)

// OrderList is one page of the isolation ledger.
type OrderList struct {
	Items []event.Order `json:"items" nullable:"false"`
	Total int           `json:"total"`
}

// DriftList is where enforcers differed from the ledger since the start.
type DriftList struct {
	Items []Drift `json:"items" nullable:"false" doc:"newest first"`
}

type ordersInput struct {
	State    string `query:"state" maxLength:"200" doc:"comma-separated states; live stands for all that are not finished"`
	Device   string `query:"device" maxLength:"128"`
	Incident string `query:"incident" maxLength:"128"`
	Limit    int    `query:"limit" minimum:"0" maximum:"1000"`
	Offset   int    `query:"offset" minimum:"0" maximum:"1000000"`
}

// Wish is what a person asks: isolate this machine, for this reason, for so long.
type Wish struct {
	Device   string `json:"device" minLength:"1" maxLength:"128" doc:"device UID"`
	Incident string `json:"incident,omitempty" maxLength:"128" doc:"UID of the case behind it"`
	Reason   string `json:"reason,omitempty" maxLength:"1000"`
	Minutes  int    `json:"minutes,omitempty" minimum:"0" maximum:"43200" doc:"0 = as the policy says"`
}

type wishInput struct{ Body Wish }

type orderStepInput struct {
	Named
	Body struct {
		Reason string `json:"reason,omitempty" maxLength:"1000"`
	}
}

type freezeInput struct {
	Body struct {
		On     bool   `json:"on"`
		Reason string `json:"reason,omitempty" maxLength:"1000"`
	}
}

func (c *Console) orderAPI(api huma.API) {
	huma.Register(api, op("orders", http.MethodGet, "/orders", Viewer, "The isolation ledger, newest first"), c.orders)
	huma.Register(api, op("order", http.MethodGet, "/orders/{uid}", Viewer, "One isolation with its history and receipts"),
		func(ctx context.Context, in *Named) (*body[event.Order], error) {
			o, err := c.deps.Ledger.Order(ctx, in.UID)
			return c.orderAnswer(ctx, o, err)
		})
	huma.Register(api, op("drifts", http.MethodGet, "/drifts", Viewer, "Where enforcers did not have what the ledger says, and whether it was mended"),
		func(context.Context, *struct{}) (*body[DriftList], error) {
			list := DriftList{Items: []Drift{}}
			if c.deps.Drifts != nil {
				list.Items = append(list.Items, c.deps.Drifts()...)
				slices.Reverse(list.Items)
			}
			return answer(list, nil)
		})
	huma.Register(api, op("preview", http.MethodPost, "/orders/preview", Viewer, "What an isolation would do, without doing it"), c.preview)
	huma.Register(api, op("isolate", http.MethodPost, "/orders", Operator, "Isolate a machine"), c.isolate)
	for name, do := range map[string]func(context.Context, string, string, string) (event.Order, error){
		"approve": func(ctx context.Context, o, who, why string) (event.Order, error) {
			return c.deps.Decider.Approve(ctx, o, who, why)
		},
		"deny": func(ctx context.Context, o, who, why string) (event.Order, error) {
			return c.deps.Decider.Deny(ctx, o, who, why)
		},
		"release": func(ctx context.Context, o, who, why string) (event.Order, error) {
			return c.deps.Decider.Release(ctx, o, who, why)
		},
	} {
		huma.Register(api, op(name, http.MethodPost, "/orders/{uid}/"+name, Operator, name+" an isolation"),
			func(ctx context.Context, in *orderStepInput) (*body[event.Order], error) {
				o, err := do(ctx, in.UID, who(ctx).Name, in.Body.Reason)
				return c.orderAnswer(ctx, o, err)
			})
	}
	huma.Register(api, op("frozen", http.MethodGet, "/freeze", Viewer, "Whether automatic action is stopped"),
		func(ctx context.Context, _ *struct{}) (*body[Freeze], error) { return c.frozen(ctx) })
	huma.Register(api, op("freeze", http.MethodPut, "/freeze", Operator, "Stop all automatic action, or (administrators) resume it"), c.freeze)
}

func (c *Console) orderAnswer(ctx context.Context, o event.Order, err error) (*body[event.Order], error) {
	if err != nil {
		return nil, c.failed(ctx, "order", err)
	}
	return answer(o, nil)
}

func (c *Console) orders(ctx context.Context, in *ordersInput) (*body[OrderList], error) {
	f := event.OrderFilter{Device: in.Device, Incident: in.Incident, Limit: in.Limit, Offset: in.Offset}
	for s := range strings.SplitSeq(in.State, ",") {
		switch s = strings.TrimSpace(s); s {
		case "":
		case "live":
			f.States = append(f.States, event.OpenStates()...)
		default:
			f.States = append(f.States, event.OrderState(s))
		}
	}
	list, err := c.deps.Ledger.Orders(ctx, f)
	if err != nil {
		return nil, c.failed(ctx, "orders", err)
	}
	total, err := c.deps.Ledger.CountOrders(ctx, f)
	if err != nil {
		return nil, c.failed(ctx, "count orders", err)
	}
	return answer(OrderList{Items: append([]event.Order{}, list...), Total: total}, nil)
}

// ask completes a wish with what is known of the machine.
func (c *Console) ask(ctx context.Context, w Wish) (Ask, error) {
	d, err := c.deps.Ledger.Device(ctx, w.Device)
	if err != nil {
		return Ask{}, c.failed(ctx, "device", err)
	}
	a := Ask{Device: d, Incident: w.Incident, Who: who(ctx).Name, Why: w.Reason, For: time.Duration(w.Minutes) * time.Minute}
	if w.Incident != "" {
		i, err := c.deps.Ledger.Incident(ctx, w.Incident)
		if err != nil {
			return Ask{}, c.failed(ctx, "incident", err)
		}
		a.Severity = i.HostSeverity
	}
	return a, nil
}

func (c *Console) preview(ctx context.Context, in *wishInput) (*body[Preview], error) {
	a, err := c.ask(ctx, in.Body)
	if err != nil {
		return nil, err
	}
	p, err := c.deps.Decider.Preview(ctx, a)
	if err != nil {
		return nil, c.failed(ctx, "preview", err)
	}
	p.IPs, p.Spared, p.Steps = append([]string{}, p.IPs...), append([]string{}, p.Spared...), append([]event.Text{}, p.Steps...)
	p.Guards, p.Commands = append([]GuardResult{}, p.Guards...), append([]EnforcerPlan{}, p.Commands...)
	return answer(p, nil)
}

func (c *Console) isolate(ctx context.Context, in *wishInput) (*body[event.Order], error) {
	a, err := c.ask(ctx, in.Body)
	if err != nil {
		return nil, err
	}
	o, err := c.deps.Decider.Isolate(ctx, a)
	return c.orderAnswer(ctx, o, err)
}

func (c *Console) frozen(ctx context.Context) (*body[Freeze], error) {
	f, err := c.deps.Decider.Frozen(ctx)
	if err != nil {
		return nil, c.failed(ctx, "freeze", err)
	}
	return answer(f, nil)
}

// freeze turns the switch: whoever acts on cases may stop everything at once, only administrators set it going again.
func (c *Console) freeze(ctx context.Context, in *freezeInput) (*body[Freeze], error) {
	if !in.Body.On {
		if p := c.lacks(ctx, who(ctx), Admin, "unfreeze"); p != nil {
			return nil, p
		}
	}
	if err := c.deps.Decider.Freeze(ctx, in.Body.On, who(ctx).Name, in.Body.Reason); err != nil {
		return nil, c.failed(ctx, "freeze", err)
	}
	out, err := c.frozen(ctx)
	if err == nil {
		c.hub.Freeze(out.Body)
	}
	return out, err
}
