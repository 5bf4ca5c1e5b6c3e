package console

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/yagura-project/yagura/event"
)

func (c *Console) overviewAPI(api huma.API) {
	huma.Register(api, op("overview", http.MethodGet, "/overview", Viewer, "Is the town quiet, and what needs me?"),
		func(ctx context.Context, _ *struct{}) (*body[Overview], error) {
			o, err := c.overview(ctx)
			if err != nil {
				return nil, c.failed(ctx, "overview", err)
			}
			return answer(o, nil)
		})
}

func (c *Console) overview(ctx context.Context) (Overview, error) {
	now := c.now()
	o := Overview{Time: now.UTC(), Sensors: sensorHealth(c.deps.Sensors(), now)}
	open, err := c.deps.Ledger.Incidents(ctx, event.IncidentFilter{States: openStates, Whole: true, Limit: 1000})
	if err != nil {
		return o, err
	}
	orders, err := c.deps.Ledger.Orders(ctx, event.OrderFilter{States: event.OpenStates(), Limit: 1000})
	if err != nil {
		return o, err
	}
	if o.Trend, o.Counts, err = c.counts(ctx, now); err != nil {
		return o, err
	}
	if o.Freeze, err = c.deps.Decider.Frozen(ctx); err != nil {
		return o, err
	}
	o.Needs = needs(open, orders, o.Sensors, now)
	o.Counts.Open = len(open)
	for _, i := range open {
		if i.State == event.IncidentNew {
			o.Counts.New++
		}
	}
	cut := map[string]bool{}
	for _, order := range orders {
		if order.State.Standing() {
			cut[order.Target.UID] = true
		}
	}
	o.Counts.Isolated = len(cut)
	o.judge()
	return o, nil
}

func (c *Console) counts(ctx context.Context, now time.Time) ([]TrendDay, Counts, error) {
	var n Counts
	month, err := c.deps.Ledger.Incidents(ctx, event.IncidentFilter{Since: now.Add(-affectedFor).UTC(), Whole: true, Limit: 10_000})
	if err != nil {
		return nil, n, err
	}
	n.LastMonth = len(month)
	days := trend(month, now)
	today := days[len(days)-1]
	n.Today = today.High + today.Middle + today.Low
	n.Devices, err = c.deps.Ledger.CountDevices(ctx, event.DeviceFilter{})
	return days, n, err
}
