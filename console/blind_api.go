package console

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
)

type blindInput struct {
	Days int `query:"days" minimum:"1" maximum:"90" default:"14" doc:"how many days, today included"`
}

func (c *Console) blindAPI(api huma.API) {
	huma.Register(api, op("blind", http.MethodGet, "/blind", Viewer, "What share of the traffic is not looked into, why, and what to do about it"),
		func(ctx context.Context, in *blindInput) (*body[BlindView], error) {
			v, err := c.blind(ctx, in.Days)
			if err != nil {
				return nil, c.failed(ctx, "blind", err)
			}
			return answer(v, nil)
		})
}

func (c *Console) blind(ctx context.Context, days int) (BlindView, error) {
	now := c.now()
	since := now.In(jst).AddDate(0, 0, 1-days).Format(time.DateOnly)
	kept, err := c.deps.Ledger.SensorDays(ctx, since)
	if err != nil {
		return BlindView{}, err
	}
	v := blindView(kept, sensorHealth(c.deps.Sensors(), now), now)
	if c.deps.Rules != nil {
		if count, any := c.deps.Rules(); any {
			v.Rules = count.health()
		}
	}
	if c.deps.Alerts != nil {
		if i, any := c.deps.Alerts(); any {
			v.Others = intakeHealth(i)
		}
	}
	return v, nil
}
