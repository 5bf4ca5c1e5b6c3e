//go:build !slim && cgo

package store

import (
	"fmt"
	"reflect"
	"strings"
	"time"
)

// eventsView lays the view "events" over the question's files, within its time.
func eventsView(q question) string {
	within := fmt.Sprintf("ts >= TIMESTAMP '%s' AND ts < TIMESTAMP '%s'", stamp(q.From), stamp(q.To))
	if len(q.Files) == 0 {
		return "CREATE TABLE events (" + eventColumns() + ")"
	}
	var files strings.Builder
	for i, f := range q.Files {
		if i > 0 {
			files.WriteByte(',')
		}
		files.WriteString(quote(f))
	}
	return "CREATE VIEW events AS SELECT * FROM read_parquet([" + files.String() + "], union_by_name = true) WHERE " + within
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05.000000") }

// eventColumns is the layout of Row in the engine's words.
func eventColumns() string {
	var out []string
	for _, f := range reflect.VisibleFields(reflect.TypeFor[Row]()) {
		name, _, _ := strings.Cut(f.Tag.Get("parquet"), ",")
		kind := map[reflect.Kind]string{reflect.Int32: "INTEGER", reflect.Int64: "BIGINT", reflect.Uint64: "UBIGINT",
			reflect.Bool: "BOOLEAN", reflect.String: "VARCHAR"}[f.Type.Kind()]
		if name == "ts" {
			kind = "TIMESTAMP"
		}
		out = append(out, name+" "+kind)
	}
	return strings.Join(out, ", ")
}

// flowsView has one row for each conversation that has ended, with all its bytes.
const flowsView = `CREATE VIEW flows AS
SELECT sensor, flow_id, src_ip, src_port, dst_ip, dst_port, proto, device, host, user_name, zone, dst_device, dst_host,
  outside, app, domain, conn_state, orig_bytes AS sent, resp_bytes AS received,
  CASE WHEN start_us > 0 THEN make_timestamp(start_us) ELSE ts END AS first, ts AS last
FROM events
WHERE class = 4001 AND activity BETWEEN 2 AND 5`
