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
	host := console.HuntParam{Name: "host", Kind: "host", Title: event.Text{JA: "端末", EN: "machine"}}
	from := console.HuntParam{Name: "from", Kind: "time", Title: event.Text{JA: "いつから", EN: "from"}, Default: "-24h"}
	what := console.HuntParam{Name: "what", Kind: "thing", Title: event.Text{JA: "IP・ドメイン・SHA-256", EN: "IP, domain or SHA-256"}}
	query := console.HuntParam{Name: "query", Kind: "sql", Title: event.Text{JA: "SELECT文", EN: "SELECT"}}
	return []console.HuntInfo{
		{Name: "timeline", Title: event.Text{JA: "端末の動き", EN: "What a machine did"}, Params: []console.HuntParam{host, from}},
		{Name: "destinations", Title: event.Text{JA: "通信先の上位", EN: "Top destinations"}, Params: []console.HuntParam{host, from}},
		{Name: "whoelse", Title: event.Text{JA: "ほかに通信した端末", EN: "Who else talked to it"}, Params: []console.HuntParam{what, from}},
		{Name: "sql", Title: event.Text{JA: "自分のSQL", EN: "Your own SQL"}, Params: []console.HuntParam{query, from}},
	}
}

// Hunt answers one of them with the columns of the real ones.
func (t *Town) Hunt(_ context.Context, name string, params map[string]string) (event.Table, error) {
	now := t.now().UTC()
	switch name {
	case "timeline":
		return t.timeline(now), nil
	case "destinations":
		return event.Table{Columns: []string{"destination", "flows", "machines", "sent", "received", "first", "last"}, Rows: [][]any{
			{"www.example.lg.jp", int64(412), int64(1), int64(1_200_331), int64(48_220_100), now.Add(-8 * time.Hour), now.Add(-2 * time.Minute)},
			{"FILE-01", int64(88), int64(1), int64(9_812_000), int64(22_000_120), now.Add(-8 * time.Hour), now.Add(-4 * time.Minute)},
			{"203.0.113.77", int64(31), int64(1), int64(42_100), int64(9_700), now.Add(-45 * time.Minute), now.Add(-1 * time.Minute)},
		}}, nil
	case "whoelse":
		if params["what"] == "" {
			return event.Table{}, console.Refused{Text: event.Text{JA: "何を調べるかを書いてください。", EN: "Say what to look for."}}
		}
		d := t.Machine(1)
		return event.Table{Columns: []string{"device", "host", "src_ip", "user_name", "first", "last", "times", "flows", "how"}, Rows: [][]any{
			{d.UID, d.Hostname, d.IP.String(), d.User, now.Add(-3 * time.Hour), now.Add(-6 * time.Minute), int64(42), int64(40), "asked talked"},
		}}, nil
	}
	return event.Table{}, fmt.Errorf("hunt %s: %w", name, event.ErrNotFound)
}

func (t *Town) timeline(now time.Time) event.Table {
	out := event.Table{Columns: []string{"ts", "kind", "app", "src_ip", "host", "dst_ip", "dst_port", "dst_host", "domain", "method", "uri", "status", "conn_state",
		"sent", "received", "account", "share", "path", "interface", "operation", "file_name", "sha256", "flow_id"}}
	d := t.Machine(3)
	for n := range 24 {
		at := now.Add(-time.Duration(24-n) * time.Minute)
		row := []any{at, "", "", d.IP.String(), d.Hostname, "", int64(0), nil, nil, nil, nil, nil, nil, int64(400 + n*37), int64(1200), nil, nil, nil, nil, nil, nil, nil, int64(n)}
		switch n % 4 {
		case 0:
			row[1], row[5], row[6], row[9], row[10], row[11] = "http", "203.0.113.77", int64(80), "GET", "/api/v2/ping", int64(200)
		case 1:
			row[1], row[5], row[6], row[8] = "dns", "10.20.0.2", int64(53), "k5uw4zjan5.t.example.net"
		case 2:
			row[1], row[5], row[6], row[7], row[16], row[17] = "smb", "10.20.0.10", int64(445), "FILE-01", `\\FILE-01\ADMIN$`, "svcupd.exe"
		default:
			row[1], row[2], row[5], row[6], row[8] = "flow", "tls", "198.51.100.20", int64(443), "www.example.lg.jp"
		}
		out.Rows = append(out.Rows, row)
	}
	return out
}

// Render writes a short report.
func (t *Town) Render(ctx context.Context, kind string, from, until time.Time, lang string) (html, pdf []byte, err error) {
	n, err := t.CountIncidents(ctx, event.IncidentFilter{Since: from, Until: until, Whole: true})
	if err != nil {
		return nil, nil, err
	}
	title := fmt.Sprintf("%s – %s: %d", from.Format(time.DateOnly), until.Format(time.DateOnly), n)
	html = fmt.Appendf(nil, `<!doctype html><html lang=%q><meta charset="utf-8"><title>report</title>
<style>body{font-family:"BIZ UDPGothic",sans-serif;margin:2rem}</style><h1>%s</h1><p>%s</p></html>`, lang, map[string]string{"monthly": "月次報告書", "separation": "ネットワーク分離の証明書"}[kind], title)
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
		Sensors: t.Sensors, Explain: t.Explain, SelfTester: t, Now: t.now, Packets: t, Roles: t, Segments: t, Nevers: t, Drifts: t.Drifts, Separation: t.Separation, Settings: t, Alerts: t.Alerts, Rules: func() (console.RuleCount, bool) {
			return console.RuleCount{Loaded: 24_877, Refused: 3, Since: t.now().UTC().Add(-8 * time.Hour)}, true
		}}
}

// Setting gives a small value.
func (t *Town) Setting(_ context.Context, key string) (string, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return get(t.settings, key)
}

// PutSetting keeps a small value.
func (t *Town) PutSetting(_ context.Context, key, value string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.settings == nil {
		t.settings = map[string]string{}
	}
	t.settings[key] = value
	return nil
}

// Alerts tells how two other products stand.
func (t *Town) Alerts() (event.AlertIntake, bool) {
	now := t.now().UTC()
	return event.AlertIntake{Received: 1243, Refused: 4, RefusedFrom: []string{"10.20.9.77"}, Malformed: 2, Sources: []event.AlertSource{
		{Name: "ddi", Title: "振る舞い検知（本庁）", Messages: 1189, Last: now.Add(-4 * time.Minute)},
		{Name: "utm", Title: "インターネット境界のUTM", Messages: 54, Malformed: 2, Last: now.Add(-2 * time.Hour), SkewSeconds: 412, Skewed: true},
	}}, true
}
