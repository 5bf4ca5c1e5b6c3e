package webhook

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"text/template"
	"time"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/event"
)

type hand struct {
	cfg    Config
	deps   act.Deps
	body   *template.Template // nil: the call as JSON
	token  string
	secret string
	client *http.Client

	mu     sync.Mutex // one order at a time: what is read belongs to what was sent
	memory act.Memory // rule numbers of an OpenC2 actuator
}

func (h *hand) Name() string {
	if h.cfg.Name != "" {
		return "webhook-" + h.cfg.Name
	}
	return "webhook"
}

func (h *hand) Capabilities() act.Capabilities {
	has := func(what string) bool { return slices.Contains(h.cfg.Cuts, what) }
	return act.Capabilities{IPv4: has("ipv4"), IPv6: has("ipv6"), MAC: has("mac"), Ranges: h.cfg.Ranges, Forgets: h.cfg.Forgets,
		SameSegment: h.cfg.SameSegment, OneWay: h.cfg.ReadURL == ""}
}

// Plan gives the bodies that would be sent.
func (h *hand) Plan(t act.Target) ([]string, error) {
	if err := act.Check(h.Name(), t, h.Capabilities(), h.deps.Protects); err != nil {
		return nil, err
	}
	requests, err := h.requests("apply", t, nil)
	if err != nil {
		return nil, err
	}
	return wordsOf(requests), nil
}

// maxWords bounds the requests that one receipt names.
const maxWords = 64

func wordsOf(requests []request) []string {
	var out []string
	for i, q := range requests {
		if i == maxWords {
			return append(out, fmt.Sprintf("# … and %d more", len(requests)-maxWords))
		}
		out = append(out, q.method+" "+hostOf(q.url)+" "+printable(q.body))
	}
	return out
}

// requests are what an operation sends: one for all, or of OpenC2 one for each address.
func (h *hand) requests(op string, t act.Target, rules map[string]string) ([]request, error) {
	c := h.callOf(op, t)
	if h.cfg.Body == "openc2" {
		return h.commands(c, rules)
	}
	body, err := h.render(c)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", h.Name(), err)
	}
	return []request{{http.MethodPost, h.cfg.URL, "application/json; charset=utf-8", t.Order + "." + op, body}}, nil
}

// Apply asks for the target unless the other side has it already, and reads back.
func (h *hand) Apply(ctx context.Context, t act.Target) (event.Receipt, error) {
	began := time.Now()
	r := event.Receipt{Op: "apply"}
	if err := act.Check(h.Name(), t, h.Capabilities(), h.deps.Protects); err != nil {
		return r, err
	}
	if !h.deps.Now().Before(t.Until) {
		return r, fmt.Errorf("%s: order %s is over since %s", h.Name(), t.Order, t.Until.UTC().Format(time.RFC3339))
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	defer func() { r.Took = time.Since(began).Microseconds() }()
	if h.cfg.ReadURL == "" {
		r.Detail = textOneWay.In("ja")
		return r, h.send(ctx, "apply", t, &r)
	}
	if ok, err := h.has(ctx, t); err != nil || ok {
		return r, err
	}
	if err := h.send(ctx, "apply", t, &r); err != nil {
		return r, err
	}
	if ok, err := h.has(ctx, t); err != nil || !ok {
		return r, errors.Join(err, fmt.Errorf("%s: it accepted order %s, but does not list all of it", h.Name(), t.Order))
	}
	return r, nil
}

// slack is how far the remaining time may be off before the order is sent anew.
const slack = 2 * time.Second

// has reports whether the other side lists all of a target, until the right time.
func (h *hand) has(ctx context.Context, t act.Target) (bool, error) {
	began := time.Now()
	list, err := h.List(ctx)
	if err != nil {
		return false, err
	}
	for _, x := range list {
		if x.Order != t.Order {
			continue
		}
		off := x.Left - t.Until.Sub(h.deps.Now())
		may := slack + time.Since(began) // it may have said so when it began to answer
		return x.Covers(t, h.Capabilities()) && (!h.cfg.Forgets || off.Abs() < may), nil
	}
	return false, nil
}

// send makes the requests of one operation and notes what was answered.
func (h *hand) send(ctx context.Context, op string, t act.Target, r *event.Receipt) error {
	rules, err := h.rules()
	if err != nil {
		return err
	}
	requests, err := h.requests(op, t, rules)
	if err != nil {
		return err
	}
	var sent []request
	defer func() { r.Commands = wordsOf(sent) }()
	for _, q := range requests {
		answer, err := h.do(ctx, q)
		if err == nil && h.cfg.Body == "openc2" {
			err = h.judge(op, q, answer, rules)
		}
		if err != nil {
			return err
		}
		sent = append(sent, q)
		if text := printable(answer); text != "" && len(r.Answers) < maxWords {
			r.Answers = append(r.Answers, text)
		}
	}
	return nil
}

// Undo asks for the release, and reads back.
func (h *hand) Undo(ctx context.Context, t act.Target) (event.Receipt, error) {
	began := time.Now()
	r := event.Receipt{Op: "undo"}
	h.mu.Lock()
	defer h.mu.Unlock()
	defer func() { r.Took = time.Since(began).Microseconds() }()
	if h.cfg.ReadURL == "" {
		r.Detail = textOneWay.In("ja")
		return r, h.send(ctx, "undo", t, &r)
	}
	there := func() (bool, error) {
		list, err := h.List(ctx)
		return slices.ContainsFunc(list, func(x act.Held) bool { return x.Order == t.Order }), err
	}
	if held, err := there(); err != nil || !held {
		return r, err
	}
	if err := h.send(ctx, "undo", t, &r); err != nil {
		return r, err
	}
	if held, err := there(); err != nil || held {
		return r, errors.Join(err, fmt.Errorf("%s: it accepted the release of order %s, but still lists it", h.Name(), t.Order))
	}
	return r, nil
}

// List asks read_url; without it the other side cannot be asked.
func (h *hand) List(ctx context.Context) ([]act.Held, error) {
	if h.cfg.ReadURL == "" {
		return nil, nil
	}
	text, err := h.do(ctx, request{method: http.MethodGet, url: h.cfg.ReadURL})
	if err != nil {
		return nil, err
	}
	list, err := heldOf(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", h.Name(), err)
	}
	return list, nil
}

// rules are the rule numbers of an OpenC2 actuator by order and address.
func (h *hand) rules() (map[string]string, error) {
	out := map[string]string{}
	if h.cfg.Body != "openc2" {
		return out, nil
	}
	return out, h.memory.Load(&out)
}

func (h *hand) Close() error {
	h.client.CloseIdleConnections()
	return nil
}
