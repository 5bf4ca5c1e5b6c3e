package console

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/sse"
)

type streamInput struct {
	Last int `header:"Last-Event-ID" minimum:"0" doc:"the last change that the page got"`
}

func (c *Console) streamAPI(api huma.API) {
	sse.Register(api, op("stream", http.MethodGet, "/stream", Viewer, "Changes as they happen (server-sent events)"),
		map[string]any{
			"incident": IncidentChanged{}, "order": OrderChanged{}, "device": DeviceChanged{}, "stats": StatsChanged{},
			"freeze": Freeze{}, "resync": Resync{}, "heartbeat": Heartbeat{},
		}, c.stream)
}

// stream sends what was missed, then changes as they come, with a heartbeat in between.
// It ends when the page goes, the console stops or the session does.
func (c *Console) stream(ctx context.Context, in *streamInput, send sse.Sender) {
	p, missed, ok := c.hub.join(in.Last)
	if !ok {
		_ = send(sse.Message{Retry: 30_000, Data: Resync{Why: "too many pages are open"}}) // the page asks again later
		return
	}
	defer c.hub.leave(p)
	if send(sse.Message{Retry: 3000, Data: Heartbeat{Time: c.now().UTC()}}) != nil {
		return
	}
	for _, m := range missed {
		if send(sse.Message{ID: m.ID, Data: m.Data}) != nil {
			return
		}
	}
	beat := time.NewTicker(max(c.cfg.Heartbeat, time.Second))
	defer beat.Stop()
	for c.streamOne(ctx, p, beat.C, send) {
	}
}

// streamOne sends the next thing and reports whether to go on.
func (c *Console) streamOne(ctx context.Context, p *page, beat <-chan time.Time, send sse.Sender) bool {
	select {
	case <-ctx.Done():
		return false
	case m, open := <-p.ch:
		if !open || send(sse.Message{ID: m.ID, Data: m.Data}) != nil {
			return false
		}
		if instead, late := c.hub.skipMissed(p); late {
			return send(sse.Message{ID: instead.ID, Data: instead.Data}) == nil
		}
		return true
	case <-beat:
		if !c.stillWelcome(ctx) {
			return false
		}
		return send(sse.Message{Data: Heartbeat{Time: c.now().UTC()}}) == nil
	}
}

// stillWelcome looks the session up again: it may have been ended since the stream began.
func (c *Console) stillWelcome(ctx context.Context) bool {
	// A context of its own: in the stream's the session lies as it was when the stream began.
	now, stop := context.WithTimeout(context.Background(), 10*time.Second)
	defer stop()
	fresh, err := c.sessions.Load(now, c.sessions.Token(ctx))
	if err != nil {
		return false
	}
	_, known, err := c.recognise(fresh)
	return err == nil && known
}
