package console

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/yagura-project/yagura/event"
)

// affectedFor is how far back a machine's cases count in the list of machines.
const affectedFor = 30 * 24 * time.Hour

// DeviceRow is one affected or known machine, with the columns of the affected hosts view.
type DeviceRow struct {
	DeviceBrief
	Roles        []string            `json:"roles,omitempty"`
	HostSeverity int                 `json:"host_severity" doc:"highest of its cases of the last 30 days, 0 = none"`
	Threat       event.Text          `json:"threat,omitzero" doc:"title of that case"`
	Latest       time.Time           `json:"latest,omitzero" doc:"last activity of its newest case"`
	Targeted     int                 `json:"targeted" doc:"cases of host severity 9 or 10"`
	Open         int                 `json:"open" doc:"cases that are not closed"`
	Phases       map[event.Phase]int `json:"phases" doc:"findings by attack phase"`
	Isolation    event.OrderState    `json:"isolation,omitempty" doc:"state of the standing isolation"`
	LastSeen     time.Time           `json:"last_seen,omitzero"`
}

// DeviceList is the machines that matched.
type DeviceList struct {
	Items []DeviceRow `json:"items" nullable:"false"`
	Total int         `json:"total"`
}

// DeviceDetail is one machine with its cases and isolations.
type DeviceDetail struct {
	Device    event.Device  `json:"device"`
	Row       DeviceRow     `json:"row"`
	Incidents []IncidentRow `json:"incidents" nullable:"false"`
	Orders    []event.Order `json:"orders" nullable:"false"`
}

type devicesInput struct {
	Text   string `query:"text" maxLength:"100" doc:"name, user, address, MAC, department or place"`
	Zone   string `query:"zone" maxLength:"64"`
	Limit  int    `query:"limit" minimum:"0" maximum:"10000"`
	Offset int    `query:"offset" minimum:"0" maximum:"1000000"`
}

type deviceHuntInput struct {
	Named
	Hours int `query:"hours" minimum:"1" maximum:"4320" default:"24"`
}

func (c *Console) deviceAPI(api huma.API) {
	huma.Register(api, op("devices", http.MethodGet, "/devices", Viewer, "Machines with what happened on them"), c.devices)
	huma.Register(api, op("device", http.MethodGet, "/devices/{uid}", Viewer, "One machine: who, where, since when, from which source"), c.device)
	for name, summary := range map[string]string{
		"timeline": "What the machine did and what was done to it, in order", "destinations": "To whom the machine talked most",
	} {
		huma.Register(api, op("device-"+name, http.MethodGet, "/devices/{uid}/"+name, Viewer, summary),
			func(ctx context.Context, in *deviceHuntInput) (*body[event.Table], error) {
				return c.deviceHunt(ctx, name, in)
			})
	}
}

// recent is what happened lately, by machine.
type recent struct {
	incidents map[string][]event.Incident
	orders    map[string]event.Order // standing, newest
}

func (c *Console) recent(ctx context.Context, device string) (recent, error) {
	r := recent{map[string][]event.Incident{}, map[string]event.Order{}}
	since := c.now().Add(-affectedFor).UTC()
	incidents, err := c.deps.Ledger.Incidents(ctx, event.IncidentFilter{Device: device, Since: since, Limit: 10_000})
	if err != nil {
		return r, err
	}
	for _, i := range incidents {
		r.incidents[i.Device.UID] = append(r.incidents[i.Device.UID], i)
	}
	orders, err := c.deps.Ledger.Orders(ctx, event.OrderFilter{Device: device, States: event.OpenStates(), Limit: 10_000})
	for _, o := range orders {
		if _, newer := r.orders[o.Target.UID]; !newer {
			r.orders[o.Target.UID] = o
		}
	}
	return r, err
}

func deviceRow(d event.Device, r recent) DeviceRow {
	row := DeviceRow{DeviceBrief: brief(d), Roles: d.Roles, Phases: map[event.Phase]int{}, LastSeen: d.LastSeen}
	for _, i := range r.incidents[d.UID] {
		if i.State == event.IncidentFalsePositive {
			continue
		}
		if i.HostSeverity > row.HostSeverity {
			row.HostSeverity, row.Threat = i.HostSeverity, i.Title
		}
		if i.HostSeverity >= 9 {
			row.Targeted++
		}
		if i.State.Open() {
			row.Open++
		}
		if i.Last.After(row.Latest) {
			row.Latest = i.Last
		}
		for _, f := range i.Findings {
			if f.Advisory.Phase != "" {
				row.Phases[f.Advisory.Phase]++
			}
		}
	}
	if o, ok := r.orders[d.UID]; ok {
		row.Isolation = o.State
	}
	return row
}

func (c *Console) devices(ctx context.Context, in *devicesInput) (*body[DeviceList], error) {
	f := event.DeviceFilter{Text: in.Text, Zone: in.Zone, Limit: in.Limit, Offset: in.Offset}
	if f.Limit == 0 {
		f.Limit = 5000
	}
	list, err := c.deps.Ledger.Devices(ctx, f)
	if err != nil {
		return nil, c.failed(ctx, "devices", err)
	}
	total, err := c.deps.Ledger.CountDevices(ctx, f)
	if err != nil {
		return nil, c.failed(ctx, "count devices", err)
	}
	r, err := c.recent(ctx, "")
	if err != nil {
		return nil, c.failed(ctx, "what happened on the devices", err)
	}
	out := DeviceList{Items: make([]DeviceRow, 0, len(list)), Total: total}
	for _, d := range list {
		out.Items = append(out.Items, deviceRow(d, r))
	}
	return answer(out, nil)
}

func (c *Console) device(ctx context.Context, in *Named) (*body[DeviceDetail], error) {
	d, err := c.deps.Ledger.Device(ctx, in.UID)
	if err != nil {
		return nil, c.failed(ctx, "device", err)
	}
	r, err := c.recent(ctx, d.UID)
	if err != nil {
		return nil, c.failed(ctx, "what happened on the device", err)
	}
	orders, err := c.deps.Ledger.Orders(ctx, event.OrderFilter{Device: d.UID, Limit: 50})
	if err != nil {
		return nil, c.failed(ctx, "orders of the device", err)
	}
	out := DeviceDetail{Device: d, Row: deviceRow(d, r), Incidents: []IncidentRow{}, Orders: append([]event.Order{}, orders...)}
	for _, i := range r.incidents[d.UID] {
		out.Incidents = append(out.Incidents, incidentRow(i))
	}
	return answer(out, nil)
}

// deviceHunt asks the telemetry about one machine.
func (c *Console) deviceHunt(ctx context.Context, name string, in *deviceHuntInput) (*body[event.Table], error) {
	d, err := c.deps.Ledger.Device(ctx, in.UID)
	if err != nil {
		return nil, c.failed(ctx, "device", err)
	}
	params := map[string]string{"host": d.UID, "from": c.now().Add(-time.Duration(in.Hours) * time.Hour).UTC().Format(time.RFC3339)}
	if name == "destinations" {
		params["outside"] = "no"
	}
	t, err := c.deps.Hunter.Hunt(ctx, name, params)
	if err != nil {
		return nil, c.failed(ctx, fmt.Sprintf("hunt %s", name), err)
	}
	return answer(wholeTable(t), nil)
}

// wholeTable gives an empty answer its empty lists.
func wholeTable(t event.Table) event.Table {
	if t.Columns == nil {
		t.Columns = []string{}
	}
	if t.Rows == nil {
		t.Rows = [][]any{}
	}
	return t
}
