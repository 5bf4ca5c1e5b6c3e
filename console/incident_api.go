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

// IncidentRow is a case in a list.
type IncidentRow struct {
	UID          string              `json:"uid"`
	Number       string              `json:"number" doc:"short, for the telephone"`
	Time         time.Time           `json:"time"`
	First        time.Time           `json:"first,omitzero"`
	Last         time.Time           `json:"last,omitzero"`
	Title        event.Text          `json:"title"`
	HostSeverity int                 `json:"host_severity" minimum:"0" maximum:"10"`
	State        event.IncidentState `json:"state" enum:"new,in_progress,contained,resolved,false_positive"`
	Device       DeviceBrief         `json:"device"`
	Phases       []event.Phase       `json:"phases" nullable:"false"`
	Findings     int                 `json:"findings"`
	Machines     int                 `json:"machines" doc:"that have a part in it, those that were only reached included"`
	Assignee     string              `json:"assignee,omitempty"`
}

// DeviceBrief is a machine in one line.
type DeviceBrief struct {
	UID        string `json:"uid"`
	Name       string `json:"name"`
	IP         string `json:"ip,omitempty"`
	MAC        string `json:"mac,omitempty"`
	User       string `json:"user,omitempty"`
	Department string `json:"department,omitempty"`
	Place      string `json:"place,omitempty"`
	Zone       string `json:"zone,omitempty"`
}

func brief(d event.Device) DeviceBrief {
	b := DeviceBrief{UID: d.UID, Name: d.Name(), MAC: d.MAC.String(), User: d.User, Department: d.Department, Place: d.Place, Zone: d.Zone}
	if d.IP.IsValid() {
		b.IP = d.IP.String()
	}
	return b
}

func incidentRow(i event.Incident) IncidentRow {
	return IncidentRow{UID: i.UID, Number: i.Number, Time: i.Time, First: i.First, Last: i.Last, Title: i.Title, HostSeverity: i.HostSeverity,
		State: i.State, Device: brief(i.Device), Phases: append([]event.Phase{}, i.Phases...), Findings: len(i.Findings), Machines: max(1, len(i.Hosts)+i.MoreHosts), Assignee: i.Assignee}
}

// IncidentList is one page of cases.
type IncidentList struct {
	Items []IncidentRow `json:"items" nullable:"false"`
	Total int           `json:"total"`
}

// IncidentDetail is a case with the isolations that belong to its machine.
type IncidentDetail struct {
	Incident event.Incident `json:"incident"`
	Orders   []event.Order  `json:"orders" nullable:"false" doc:"newest first"`
	Do       []event.Text   `json:"do" nullable:"false" doc:"what to do now, at most three"`
	Packets  bool           `json:"packets" doc:"packets are kept and may be downloaded by operators"`
}

type incidentsInput struct {
	State       string    `query:"state" maxLength:"100" doc:"comma-separated: new,in_progress,contained,resolved,false_positive; open stands for the first three"`
	Device      string    `query:"device" maxLength:"128"`
	MinSeverity int       `query:"min_severity" minimum:"0" maximum:"10"`
	Since       time.Time `query:"since"`
	Until       time.Time `query:"until"`
	Limit       int       `query:"limit" minimum:"0" maximum:"1000"`
	Offset      int       `query:"offset" minimum:"0" maximum:"1000000"`
}

// Named is an operation on one thing, by its UID in the path.
type Named struct {
	UID string `path:"uid" maxLength:"128"`
}

type stateInput struct {
	Named
	Body struct {
		State event.IncidentState `json:"state" enum:"new,in_progress,contained,resolved,false_positive"`
		Note  string              `json:"note,omitempty" maxLength:"4000"`
	}
}

type noteInput struct {
	Named
	Body struct {
		Text string `json:"text" minLength:"1" maxLength:"4000"`
	}
}

var openStates = []event.IncidentState{event.IncidentNew, event.IncidentInProgress, event.IncidentContained}

func (c *Console) incidentAPI(api huma.API) {
	huma.Register(api, op("incidents", http.MethodGet, "/incidents", Viewer, "Cases, newest first"), c.incidents)
	huma.Register(api, op("incident", http.MethodGet, "/incidents/{uid}", Viewer, "One case with everything"),
		func(ctx context.Context, in *Named) (*body[IncidentDetail], error) { return c.incident(ctx, in.UID) })
	huma.Register(api, op("set-incident-state", http.MethodPut, "/incidents/{uid}/state", Operator, "Change the state of a case"), c.setState)
	huma.Register(api, op("note-incident", http.MethodPost, "/incidents/{uid}/notes", Operator, "Write a note into a case"), c.note)
}

func (in *incidentsInput) filter() event.IncidentFilter {
	f := event.IncidentFilter{Whole: in.Device == "", Device: in.Device, MinSeverity: in.MinSeverity, Since: in.Since, Until: in.Until, Limit: in.Limit, Offset: in.Offset}
	for s := range strings.SplitSeq(in.State, ",") {
		switch s = strings.TrimSpace(s); s {
		case "":
		case "open":
			f.States = append(f.States, openStates...)
		default:
			f.States = append(f.States, event.IncidentState(s))
		}
	}
	return f
}

func (c *Console) incidents(ctx context.Context, in *incidentsInput) (*body[IncidentList], error) {
	f := in.filter()
	list, err := c.deps.Ledger.Incidents(ctx, f)
	if err != nil {
		return nil, c.failed(ctx, "incidents", err)
	}
	total, err := c.deps.Ledger.CountIncidents(ctx, f)
	if err != nil {
		return nil, c.failed(ctx, "count incidents", err)
	}
	out := IncidentList{Items: make([]IncidentRow, 0, len(list)), Total: total}
	for _, i := range list {
		out.Items = append(out.Items, incidentRow(i))
	}
	return answer(out, nil)
}

func (c *Console) incident(ctx context.Context, uid string) (*body[IncidentDetail], error) {
	i, err := c.whole(ctx, uid)
	if err != nil {
		return nil, c.failed(ctx, "incident", err)
	}
	orders, err := c.ordersOf(ctx, &i)
	if err != nil {
		return nil, c.failed(ctx, "orders of the incident", err)
	}
	return answer(IncidentDetail{Incident: i, Orders: orders, Do: doNow(&i), Packets: c.deps.Packets != nil}, nil)
}

// doNow picks at most three things to do, those of the gravest finding first, none twice.
func doNow(i *event.Incident) []event.Text {
	if len(i.Do) > 0 {
		return i.Do
	}
	sorted := slices.Clone(i.Findings)
	slices.SortStableFunc(sorted, func(a, b event.Finding) int { return int(b.Severity) - int(a.Severity) })
	out := []event.Text{}
	for _, f := range sorted {
		for _, t := range f.Advisory.Do {
			if len(out) < 3 && !slices.Contains(out, t) {
				out = append(out, t)
			}
		}
	}
	return out
}

func (c *Console) setState(ctx context.Context, in *stateInput) (*body[IncidentDetail], error) {
	name := who(ctx).Name
	if err := c.deps.Cases.SetState(ctx, in.UID, in.Body.State, name); err != nil {
		return nil, c.failed(ctx, "set the state", err)
	}
	if in.Body.Note != "" {
		if err := c.deps.Cases.Note(ctx, in.UID, name, in.Body.Note); err != nil {
			return nil, c.failed(ctx, "write the note", err)
		}
	}
	c.audit(ctx, event.Audit{Who: name, Action: "incident", Object: in.UID, Detail: "状態を " + string(in.Body.State) + " に"})
	return c.incident(ctx, in.UID)
}

func (c *Console) note(ctx context.Context, in *noteInput) (*body[IncidentDetail], error) {
	if err := c.deps.Cases.Note(ctx, in.UID, who(ctx).Name, in.Body.Text); err != nil {
		return nil, c.failed(ctx, "write the note", err)
	}
	c.audit(ctx, event.Audit{Who: who(ctx).Name, Action: "incident", Object: in.UID, Detail: "メモ"})
	return c.incident(ctx, in.UID)
}
