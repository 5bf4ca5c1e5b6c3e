// Package report tells people on schedule what happened, what was done about it and what to do next.
//
// A report is a folder beside this file that exports one value Report. It reads what is kept through Source
// and nothing else, and writes one HTML page and one PDF.
package report

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"time"

	"github.com/yagura-project/yagura/event"
)

// Source is what is kept, of one tenant. Lists are newest first; absence is event.ErrNotFound.
type Source interface {
	Tenant() string
	Setting(ctx context.Context, key string) (string, error)
	Incidents(ctx context.Context, f event.IncidentFilter) ([]event.Incident, error)
	CountIncidents(ctx context.Context, f event.IncidentFilter) (int, error)
	Orders(ctx context.Context, f event.OrderFilter) ([]event.Order, error)
	SensorStats(ctx context.Context, from, until time.Time) ([]event.SensorStats, error)
	AuditHead(ctx context.Context) (seq int64, hash string, err error)
	Hunt(ctx context.Context, name string, params map[string]string) (event.Table, error)
}

// SettingTown is the key of the setting with the body's name as it stands at the head of a report: 喜多方市.
// Without it the tenant's short name stands there.
const SettingTown = "report.town"

// Town is what stands at the head of a report: the town's name, else the tenant's.
func Town(ctx context.Context, src Source) (string, error) {
	name, err := src.Setting(ctx, SettingTown)
	switch {
	case err != nil && !errors.Is(err, event.ErrNotFound):
		return "", fmt.Errorf("read setting: %w", err)
	case name != "" && err == nil:
		return name, nil
	}
	return src.Tenant(), nil
}

// Report is one kind of report.
type Report struct {
	Name  string     // the folder's name: what `yagura report --kind` takes
	Title event.Text // at its head
	About event.Text // for whom, and what it answers

	// Render writes the report of a period in lang ("ja" or "en") as one self-contained HTML page and one
	// PDF on A4. It answers an error only when the source cannot be read; what is missing is said in the report.
	Render func(ctx context.Context, src Source, p Period, lang string) (html, pdf []byte, err error)
}

// Rendering is a Report's Render of two steps: gather the facts of the period as they are now, then draw them.
func Rendering[F any](gather func(context.Context, Source, Period, time.Time) (F, error),
	draw func(f F, lang string, now time.Time) (html, pdf []byte, err error)) func(context.Context, Source, Period, string) (html, pdf []byte, err error) {
	return func(ctx context.Context, src Source, p Period, lang string) (html, pdf []byte, err error) {
		return Render(ctx, src, p, lang, time.Now(), gather, draw)
	}
}

// Render is Rendering at a given time; a language that is not "en" is "ja".
func Render[F any](ctx context.Context, src Source, p Period, lang string, now time.Time, gather func(context.Context, Source, Period, time.Time) (F, error),
	draw func(f F, lang string, now time.Time) (html, pdf []byte, err error)) (html, pdf []byte, err error) {
	if err := p.Validate(); err != nil {
		return nil, nil, err
	}
	if lang != "en" {
		lang = "ja"
	}
	f, err := gather(ctx, src, p, now)
	if err != nil {
		return nil, nil, err
	}
	return draw(f, lang, now)
}

var reportName = regexp.MustCompile(`^[a-z][a-z0-9]{1,30}$`)

// Validate says what a report lacks.
func (r Report) Validate() error {
	var errs []error
	if !reportName.MatchString(r.Name) {
		errs = append(errs, errors.New("the name must be the folder's: lower-case letters and digits"))
	}
	for what, t := range map[string]event.Text{"title": r.Title, "about": r.About} {
		if t.JA == "" || t.EN == "" {
			errs = append(errs, errors.New("the "+what+" must be there in Japanese and English"))
		}
	}
	if r.Render == nil {
		errs = append(errs, errors.New("it cannot render"))
	}
	return errors.Join(errs...)
}
