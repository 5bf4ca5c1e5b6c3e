package console_test

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/yagura-project/yagura/console"
	"github.com/yagura-project/yagura/event"
)

// line is one open stream.
type line struct {
	t      *testing.T
	lines  *bufio.Scanner
	cancel func()
}

func (h *house) listen(last int) *line {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(h.t.Context(), 20*time.Second)
	req, err := http.NewRequestWithContext(ctx, "GET", h.url+"/api/v1/stream", nil)
	if err != nil {
		h.t.Fatal(err)
	}
	if last > 0 {
		req.Header.Set("Last-Event-ID", strconv.Itoa(last))
	}
	res, err := h.client.Do(req)
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() { cancel(); res.Body.Close() })
	if kind := res.Header.Get("Content-Type"); !strings.HasPrefix(kind, "text/event-stream") {
		h.t.Fatalf("stream: %d %s", res.StatusCode, kind)
	}
	return &line{h.t, bufio.NewScanner(res.Body), cancel}
}

// until reads on to the next event of the name and gives its identifier and data.
func (l *line) until(name string) (id int, data string) {
	l.t.Helper()
	at := ""
	for l.lines.Scan() {
		key, value, _ := strings.Cut(l.lines.Text(), ": ")
		switch key {
		case "id":
			id, _ = strconv.Atoi(value)
		case "event":
			at = value
		case "data":
			if at == name {
				return id, value
			}
		}
	}
	l.t.Fatalf("the stream ended before %s: %v", name, l.lines.Err())
	return 0, ""
}

func TestStreamTellsChangesAndResumes(t *testing.T) {
	h := open(t, demo)
	h.enter()
	l := h.listen(0)
	l.until("heartbeat")
	uid := h.town.Breach()
	id, data := l.until("incident")
	var c console.IncidentChanged
	if err := json.Unmarshal([]byte(data), &c); err != nil || c.Incident.UID != uid || !c.New {
		t.Fatalf("incident: %v %s", err, data)
	}
	l.cancel()
	h.town.Propose()
	h.c.Hub().Device(event.Device{UID: "mac:1"})
	again := h.listen(id)
	if next, _ := again.until("order"); next != id+1 {
		t.Errorf("resumed at %d, want %d", next, id+1)
	}
	again.until("device")
}

func TestStreamSaysWhenItCannotResume(t *testing.T) {
	h := open(t, demo)
	h.enter()
	l := h.listen(1)
	if _, data := l.until("resync"); !strings.Contains(data, "away") {
		t.Errorf("resync: %s", data)
	}
}

func TestStreamEndsWithTheSession(t *testing.T) {
	h := open(t, func(c *console.Config) { c.Demo = true; c.Heartbeat = time.Second })
	h.enter()
	l := h.listen(0)
	l.until("heartbeat")
	h.call("DELETE", "/api/v1/session", nil)
	for l.lines.Scan() {
	}
	if err := l.lines.Err(); err != nil {
		t.Errorf("the stream did not end by itself: %v", err)
	}
}
