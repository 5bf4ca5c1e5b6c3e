package blocklist

import "time"

// status is /status.json: what stands since when, and who fetched when.
type status struct {
	Time      time.Time        `json:"time"`
	Entries   []statusEntry    `json:"entries"`
	Consumers []statusConsumer `json:"consumers"`
	Error     string           `json:"error,omitempty"`
}

type statusEntry struct {
	Order   string    `json:"order"`
	Nets    []string  `json:"nets"`
	Since   time.Time `json:"since"`
	Age     int64     `json:"age_s"`
	Until   time.Time `json:"until"`
	Leaving bool      `json:"leaving,omitempty"`
	Waiting []string  `json:"waiting_for,omitempty"` // consumers that have not fetched it (or still have it)
}

type statusConsumer struct {
	Name  string    `json:"name"`
	Lists []string  `json:"lists"`
	Every int64     `json:"every_s"`
	Last  time.Time `json:"last_fetch,omitzero"`
	Age   int64     `json:"age_s,omitempty"`
	Stale bool      `json:"stale"`
}

func (h *hand) status(now time.Time) status {
	s := status{Time: now.UTC(), Entries: []statusEntry{}, Consumers: []statusConsumer{}}
	all, err := h.book.All()
	if err != nil {
		s.Error = err.Error()
	}
	standing, _ := h.standing(all, now)
	stands := contents(standing)
	for _, e := range all {
		x := statusEntry{Order: e.Order, Since: e.Since, Age: int64(now.Sub(e.Since).Seconds()), Until: e.Until, Leaving: e.Leaving}
		for _, p := range e.Nets {
			x.Nets = append(x.Nets, p.String())
		}
		for _, c := range h.consumers {
			if e.Leaving && c.any(e, stands) || !e.Leaving && !c.has(e) {
				x.Waiting = append(x.Waiting, c.Name)
			}
		}
		s.Entries = append(s.Entries, x)
	}
	for _, c := range h.consumers {
		x := statusConsumer{Name: c.Name, Lists: c.Lists, Every: int64(c.Every.Seconds()), Last: c.last(), Stale: c.stale(now)}
		if !x.Last.IsZero() {
			x.Age = int64(now.Sub(x.Last).Seconds())
		}
		s.Consumers = append(s.Consumers, x)
	}
	return s
}
