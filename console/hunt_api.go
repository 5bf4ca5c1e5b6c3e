package console

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/yagura-project/yagura/event"
)

// HuntList is the questions that may be asked.
type HuntList struct {
	Items []HuntInfo `json:"items" nullable:"false"`
}

// AuditList is the ledger of what people and Yagura did, newest first.
type AuditList struct {
	Items []event.Audit `json:"items" nullable:"false"`
}

// SensorList is the health of the sensors.
type SensorList struct {
	Items []SensorHealth      `json:"items" nullable:"false"`
	Raw   []event.SensorStats `json:"raw" nullable:"false"`
}

type huntInput struct {
	Name string `path:"name" maxLength:"64"`
	Body struct {
		Params map[string]string `json:"params" maxProperties:"16"`
	}
}

type auditInput struct {
	Since time.Time `query:"since"`
	Limit int       `query:"limit" minimum:"1" maximum:"5000" default:"500"`
}

func (c *Console) huntAPI(api huma.API) {
	huma.Register(api, op("hunts", http.MethodGet, "/hunts", Viewer, "Questions that may be asked of the telemetry"),
		func(context.Context, *struct{}) (*body[HuntList], error) {
			return answer(HuntList{Items: append([]HuntInfo{}, c.deps.Hunter.Hunts()...)}, nil)
		})
	huma.Register(api, op("hunt", http.MethodPost, "/hunts/{name}", Viewer, "Ask one question; free SQL is for operators"), c.hunt)
	huma.Register(api, op("audit", http.MethodGet, "/audit", Operator, "Who did what"), c.audits)
	huma.Register(api, op("sensors", http.MethodGet, "/sensors", Viewer, "Health of the sensors"),
		func(context.Context, *struct{}) (*body[SensorList], error) {
			raw := append([]event.SensorStats{}, c.deps.Sensors()...)
			return answer(SensorList{Items: sensorHealth(raw, c.now()), Raw: raw}, nil)
		})
}

func (c *Console) hunt(ctx context.Context, in *huntInput) (*body[event.Table], error) {
	hunts := c.deps.Hunter.Hunts()
	n := slices.IndexFunc(hunts, func(h HuntInfo) bool { return h.Name == in.Name })
	if n < 0 {
		return nil, problem(http.StatusNotFound, "not_found", "hunt "+in.Name)
	}
	if slices.ContainsFunc(hunts[n].Params, func(p HuntParam) bool { return p.Kind == "sql" }) && !who(ctx).Role.Includes(Operator) {
		c.audit(ctx, event.Audit{Who: who(ctx).Name, Action: "refused", Object: "hunt " + in.Name})
		return nil, problem(http.StatusForbidden, "role_missing", "needs operator")
	}
	ctx, stop := context.WithTimeout(ctx, 60*time.Second)
	defer stop()
	t, err := c.deps.Hunter.Hunt(ctx, in.Name, in.Body.Params)
	if err != nil {
		return nil, c.failed(ctx, "hunt", err)
	}
	c.audit(ctx, event.Audit{Who: who(ctx).Name, Action: "hunt", Object: in.Name})
	return answer(wholeTable(t), nil)
}

func (c *Console) audits(ctx context.Context, in *auditInput) (*body[AuditList], error) {
	list, err := c.deps.Ledger.Audits(ctx, in.Since, in.Limit)
	if err != nil {
		return nil, c.failed(ctx, "audit", err)
	}
	list = append([]event.Audit{}, list...)
	slices.SortStableFunc(list, func(a, b event.Audit) int { return int(b.Seq - a.Seq) })
	return answer(AuditList{Items: list}, nil)
}
