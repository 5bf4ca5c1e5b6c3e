package store

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/yagura-project/yagura/event"
)

// findingsHunt asks what detectors have concluded. Unlike the others it is answered from the kept state, also by a build without DuckDB.
const findingsHunt = "findings"

// huntFindings lists findings, oldest first, with the UIDs by which they are explained and their packets fetched.
func (s *State) huntFindings(ctx context.Context, values map[string]any) (event.Table, error) {
	t := event.Table{Columns: []string{"last", "uid", "detector", "severity", "host", "src_ip", "times", "summary"}, Rows: [][]any{}}
	host, most := values["host"].(string), int(values["limit"].(int64))
	f := event.FindingFilter{Since: values["from"].(time.Time), Until: values["to"].(time.Time), Limit: 500}
	for {
		page, err := s.Findings(ctx, f)
		if err != nil {
			return event.Table{}, err
		}
		for i := range page {
			if x := &page[i]; host == "" || about(&x.Device, host) {
				t.Rows = append(t.Rows, []any{x.Time.UTC(), x.UID, x.Advisory.ID, int64(x.Severity), x.Device.Hostname, address(event.Endpoint{IP: x.Device.IP}), int64(x.Count), x.Summary.JA})
			}
		}
		if f.Offset += len(page); len(page) < f.Limit || len(t.Rows) > most {
			break
		}
	}
	if t.Truncated = len(t.Rows) > most; t.Truncated {
		t.Rows = t.Rows[:most] // the newest
	}
	slices.Reverse(t.Rows)
	return t, nil
}

// about reports whether a machine goes by a name, an address or a UID in the form of readHost.
func about(d *event.Device, host string) bool {
	if strings.ToLower(d.UID) == host || strings.ToLower(d.Hostname) == host || address(event.Endpoint{IP: d.IP}) == host {
		return true
	}
	for _, ip := range d.IPs {
		if ip.Unmap().String() == host {
			return true
		}
	}
	return false
}
