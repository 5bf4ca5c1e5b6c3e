package amfsec

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/event"
)

type hand struct {
	cfg  Config
	deps act.Deps
	tls  *tls.Config // nil: no TLS
}

func (h *hand) Name() string { return "amfsec" }

func (h *hand) Capabilities() act.Capabilities {
	return act.Capabilities{IPv4: h.cfg.Send != "mac", MAC: h.cfg.Send != "ip", SameSegment: true, OneWay: true, ByHand: true}
}

// Plan gives the lines without their times.
func (h *hand) Plan(t act.Target) ([]string, error) {
	if err := act.Check(h.Name(), t, h.Capabilities(), h.deps.Protects); err != nil {
		return nil, err
	}
	var out []string
	for n, s := range h.cfg.suspects(t) {
		out = append(out, h.cfg.line(s, t.Order, n, h.deps.Now()))
	}
	return out, nil
}

// Apply sends the alert. That it left this machine is all that can be known.
func (h *hand) Apply(ctx context.Context, t act.Target) (event.Receipt, error) {
	began := time.Now()
	r := event.Receipt{Op: "apply"}
	lines, err := h.Plan(t)
	if err != nil {
		return r, err
	}
	if err := h.send(ctx, lines); err != nil {
		return r, fmt.Errorf("amfsec %s: %w", h.cfg.Server, err)
	}
	r.Commands, r.Detail = lines, textSent.In("ja")
	r.Took = time.Since(began).Microseconds()
	return r, nil
}

// send opens a connection for these lines: alerts are rare, and an old connection would hide that AMF-SEC is gone.
func (h *hand) send(ctx context.Context, lines []string) error {
	ctx, cancel := context.WithTimeout(ctx, h.cfg.Timeout)
	defer cancel()
	c, err := h.dial(ctx)
	if err != nil {
		return err
	}
	defer c.Close()
	if end, ok := ctx.Deadline(); ok {
		_ = c.SetDeadline(end)
	}
	for _, line := range lines {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if _, err := c.Write([]byte(h.frame(h.cfg.message(line, h.deps.Now().In(time.Local))))); err != nil {
			return err
		}
	}
	return nil
}

func (h *hand) dial(ctx context.Context) (net.Conn, error) {
	var d net.Dialer
	switch h.cfg.Network {
	case "udp":
		return d.DialContext(ctx, "udp", h.cfg.Server.String())
	case "tcp":
		return d.DialContext(ctx, "tcp", h.cfg.Server.String())
	}
	return (&tls.Dialer{NetDialer: &d, Config: h.tls}).DialContext(ctx, "tcp", h.cfg.Server.String())
}

// frame separates messages on a stream (RFC 6587 §3.4); a datagram holds one.
func (h *hand) frame(m string) string {
	switch {
	case h.cfg.Network == "udp":
		return m
	case h.cfg.Framing == "octets":
		return strconv.Itoa(len(m)) + " " + m
	}
	return m + "\n"
}

// Undo sends nothing: it says what the operator of AMF-SEC has to do.
func (h *hand) Undo(_ context.Context, t act.Target) (event.Receipt, error) {
	var who []string
	for _, s := range h.cfg.suspects(t) {
		who = append(who, strings.TrimSpace(s.ip+" "+s.mac))
	}
	return event.Receipt{Op: "undo", Detail: fmt.Sprintf("%s（%s）", textByHand.In("ja"), strings.Join(who, ", "))}, nil
}

// List is empty: AMF-SEC cannot be asked.
func (h *hand) List(context.Context) ([]act.Held, error) { return nil, nil }

func (h *hand) Close() error { return nil }
