package consoletest

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/signintech/gopdf"
	"github.com/yagura-project/yagura/console"
	"github.com/yagura-project/yagura/event"
)

// Hunts are the questions that this town can answer.
func (t *Town) Hunts() []console.HuntInfo {
	return []console.HuntInfo{
		{Name: "timeline", Title: event.Text{JA: "端末の動き", EN: "What a machine did"}, Params: []string{"ip", "since"}},
		{Name: "destinations", Title: event.Text{JA: "主な通信先", EN: "Top destinations"}, Params: []string{"ip", "since"}},
		{Name: "peers", Title: event.Text{JA: "同じ相手と話した端末", EN: "Who else talked to it"}, Params: []string{"ip", "since"}},
	}
}

// Hunt answers one of them with the columns of the real ones.
func (t *Town) Hunt(_ context.Context, name string, params map[string]string) (event.Table, error) {
	now := t.now().UTC()
	switch name {
	case "timeline":
		out := event.Table{Columns: []string{"time", "kind", "peer", "port", "what", "bytes"}}
		for n := range 24 {
			out.Rows = append(out.Rows, []any{now.Add(-time.Duration(n) * time.Minute), []string{"http", "dns", "smb", "tls"}[n%4],
				[]string{"203.0.113.77", "10.20.0.2", "10.20.0.10", "198.51.100.20"}[n%4], []int64{80, 53, 445, 443}[n%4],
				[]string{"/api/v2/ping", "k5uw4zjan5.t.example.net", `\\FILE-01\ADMIN$`, "www.example.lg.jp"}[n%4], int64(400 + n*37)})
		}
		return out, nil
	case "destinations":
		return event.Table{Columns: []string{"peer", "name", "flows", "bytes_out", "bytes_in", "first", "last"}, Rows: [][]any{
			{"198.51.100.20", "www.example.lg.jp", int64(412), int64(1_200_331), int64(48_220_100), now.Add(-8 * time.Hour), now.Add(-2 * time.Minute)},
			{"10.20.0.10", "FILE-01", int64(88), int64(9_812_000), int64(22_000_120), now.Add(-8 * time.Hour), now.Add(-4 * time.Minute)},
			{"203.0.113.77", nil, int64(31), int64(42_100), int64(9_700), now.Add(-45 * time.Minute), now.Add(-1 * time.Minute)},
		}}, nil
	case "peers":
		return event.Table{Columns: []string{"peer", "host", "device", "flows", "last"}, Rows: [][]any{
			{"203.0.113.77", nil, nil, int64(0), nil},
			{"198.51.100.20", "10.20.2.101", "PC-101", int64(311), now.Add(-6 * time.Minute)},
		}}, nil
	}
	return event.Table{}, fmt.Errorf("hunt %s: %w", name, event.ErrNotFound)
}

// Render writes a short report.
func (t *Town) Render(ctx context.Context, from, until time.Time, lang string) (html, pdf []byte, err error) {
	n, err := t.CountIncidents(ctx, event.IncidentFilter{Since: from, Until: until})
	if err != nil {
		return nil, nil, err
	}
	title := fmt.Sprintf("%s – %s: %d", from.Format(time.DateOnly), until.Format(time.DateOnly), n)
	html = fmt.Appendf(nil, `<!doctype html><html lang=%q><meta charset="utf-8"><title>report</title>
<style>body{font-family:"BIZ UDPGothic",sans-serif;margin:2rem}</style><h1>月次報告書</h1><p>%s</p></html>`, lang, title)
	doc := gopdf.GoPdf{}
	doc.Start(gopdf.Config{PageSize: *gopdf.PageSizeA4})
	doc.AddPage()
	doc.Line(40, 40, 500, 40)
	var b bytes.Buffer
	if _, err := doc.WriteTo(&b); err != nil {
		return nil, nil, err
	}
	return html, b.Bytes(), nil
}

// Deps gives the town to a console that keeps its files in dir.
func (t *Town) Deps(dir string, log *slog.Logger) console.Deps {
	return console.Deps{Log: log, Dir: dir, Ledger: t, Users: t, Sessions: t.Sessions(), Cases: t, Decider: t, Hunter: t, Reporter: t,
		Sensors: t.Sensors, Now: t.now}
}
