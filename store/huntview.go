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

// flowsView has one row a conversation: the counters of its flow events run on, so the largest is the total;
// the name comes from its TLS or HTTP facts.
const flowsView = `CREATE VIEW flows AS
SELECT sensor, flow_id, src_ip, src_port, dst_ip, dst_port, proto,
  any_value(device) AS device, any_value(host) AS host, any_value(user_name) AS user_name, any_value(zone) AS zone,
  any_value(dst_device) AS dst_device, any_value(dst_host) AS dst_host, bool_or(outside) AS outside,
  max(app) AS app, max(domain) AS domain, max(ja4) AS ja4,
  coalesce(max(orig_bytes) FILTER (class = 4001), 0) AS sent,
  coalesce(max(resp_bytes) FILTER (class = 4001), 0) AS received,
  coalesce(make_timestamp(nullif(min(start_us) FILTER (start_us > 0), 0)), min(ts)) AS first, max(ts) AS last
FROM events
WHERE class IN (4001, 4002) AND proto <> 'arp'
GROUP BY ALL`
