package console

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/yagura-project/yagura/event"
)

// jst is the clock of the town: report periods and days begin at its midnight.
var jst = time.FixedZone("JST", 9*60*60)

// ReportPeriod is a period for which a report can be read.
type ReportPeriod struct {
	Period    string    `json:"period" doc:"2026-11, or 2026-11-01_2026-11-15 with both days included"`
	From      time.Time `json:"from"`
	Until     time.Time `json:"until" doc:"exclusive"`
	Running   bool      `json:"running" doc:"the period has not ended yet"`
	Incidents int       `json:"incidents"`
	Orders    int       `json:"orders"`
}

// ReportList is the months that have a report.
type ReportList struct {
	Items []ReportPeriod `json:"items" nullable:"false"`
}

type reportInput struct {
	Period string `path:"period" maxLength:"32"`
	Kind   string `query:"kind" enum:"monthly,separation" default:"monthly" doc:"separation: the certificate of network separation"`
	Lang   string `query:"lang" enum:"ja,en" default:"ja"`
}

type reportFile struct {
	Type        string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Policy      string `header:"Content-Security-Policy"`
	Frame       string `header:"X-Frame-Options"`
	Body        []byte
}

func (c *Console) reportAPI(api huma.API) {
	huma.Register(api, op("reports", http.MethodGet, "/reports", Viewer, "Months that have a report, newest first"), c.reports)
	huma.Register(api, op("report-html", http.MethodGet, "/reports/{period}/html", Viewer, "The report of a period as a page"),
		func(ctx context.Context, in *reportInput) (*reportFile, error) {
			html, _, err := c.render(ctx, in)
			return &reportFile{Type: "text/html; charset=utf-8", Policy: reportPolicy, Frame: "SAMEORIGIN", Body: html}, err
		})
	huma.Register(api, op("report-pdf", http.MethodGet, "/reports/{period}/pdf", Viewer, "The report of a period as PDF"),
		func(ctx context.Context, in *reportInput) (*reportFile, error) {
			_, pdf, err := c.render(ctx, in)
			name := fmt.Sprintf(`attachment; filename="yagura-%s-%s-%s.pdf"`, in.Kind, in.Period, in.Lang)
			return &reportFile{Type: "application/pdf", Disposition: name, Policy: apiPolicy, Frame: "DENY", Body: pdf}, err
		})
}

// parsePeriod reads a month or two days in JST; until is exclusive.
func parsePeriod(s string) (from, until time.Time, err error) {
	if from, err = time.ParseInLocation("2006-01", s, jst); err == nil {
		return from, from.AddDate(0, 1, 0), nil
	}
	a, b, _ := strings.Cut(s, "_")
	from, err = time.ParseInLocation("2006-01-02", a, jst)
	if err != nil {
		return from, until, err
	}
	until, err = time.ParseInLocation("2006-01-02", b, jst)
	if err != nil {
		return from, until, err
	}
	until = until.AddDate(0, 0, 1)
	if !from.Before(until) || until.Sub(from) > 400*24*time.Hour {
		return from, until, fmt.Errorf("period %s is empty or longer than 13 months", s)
	}
	return from, until, nil
}

func (c *Console) render(ctx context.Context, in *reportInput) (html, pdf []byte, err error) {
	from, until, err := parsePeriod(in.Period)
	if err != nil {
		return nil, nil, problem(http.StatusUnprocessableEntity, "period", err.Error())
	}
	ctx, stop := context.WithTimeout(ctx, 100*time.Second)
	defer stop()
	html, pdf, err = c.deps.Reporter.Render(ctx, in.Kind, from.UTC(), until.UTC(), in.Lang)
	if err != nil {
		return nil, nil, c.failed(ctx, "report", err)
	}
	c.audit(ctx, event.Audit{Who: who(ctx).Name, Action: "report", Object: in.Kind + " " + in.Period})
	return html, pdf, nil
}

// reports counts the last thirteen months and leaves out those in which nothing was kept, but for the running one.
func (c *Console) reports(ctx context.Context, _ *struct{}) (*body[ReportList], error) {
	now := c.now().In(jst)
	month := time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, jst)
	out := ReportList{Items: []ReportPeriod{}}
	for i := range 13 {
		from := month.AddDate(0, -i, 0)
		until := from.AddDate(0, 1, 0)
		incidents, err := c.deps.Ledger.CountIncidents(ctx, event.IncidentFilter{Whole: true, Since: from.UTC(), Until: until.UTC()})
		if err != nil {
			return nil, c.failed(ctx, "reports", err)
		}
		orders, err := c.deps.Ledger.CountOrders(ctx, event.OrderFilter{Since: from.UTC(), Until: until.UTC()})
		if err != nil {
			return nil, c.failed(ctx, "reports", err)
		}
		if i == 0 || incidents+orders > 0 {
			out.Items = append(out.Items, ReportPeriod{Period: from.Format("2006-01"), From: from.UTC(), Until: until.UTC(),
				Running: until.After(now), Incidents: incidents, Orders: orders})
		}
	}
	return answer(out, nil)
}
