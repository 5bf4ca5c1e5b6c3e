package dnssink

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strconv"
	"time"

	"github.com/miekg/dns"
)

// tell lets the resolvers know that there is a new version.
func (h *hand) tell(ctx context.Context) (answers []string, err error) {
	if h.cfg.Control != "" {
		answer, err := control(ctx, h.cfg.Control, "auth_zone_reload "+h.zone)
		if err != nil {
			return nil, fmt.Errorf("dnssink: unbound at %s: %w", h.cfg.Control, err)
		}
		answers = append(answers, "auth_zone_reload: "+answer)
	}
	for _, r := range h.cfg.Notify {
		if err := h.notify(ctx, r); err != nil { // it asks by itself every 30 s
			answers = append(answers, fmt.Sprintf("notify %s: %v", r, err))
			continue
		}
		answers = append(answers, fmt.Sprintf("notify %s: ok", r))
	}
	return answers, nil
}

// maxControl bounds what unbound may say.
const maxControl = 4 << 10

// control speaks the protocol of unbound-control, version 1, over a local socket.
func control(ctx context.Context, path, command string) (string, error) {
	var d net.Dialer
	c, err := d.DialContext(ctx, "unix", path)
	if err != nil {
		return "", err
	}
	defer c.Close()
	if end, ok := ctx.Deadline(); ok {
		_ = c.SetDeadline(end)
	}
	if _, err := c.Write([]byte("UBCT1 " + command + "\n")); err != nil {
		return "", err
	}
	text, err := io.ReadAll(io.LimitReader(c, maxControl))
	if err != nil {
		return "", err
	}
	answer := string(bytes.TrimSpace(text))
	if answer != "ok" {
		return "", fmt.Errorf("it answered %q to %q", answer, command)
	}
	return answer, nil
}

// notify sends a NOTIFY (RFC 1996).
func (h *hand) notify(ctx context.Context, r netip.AddrPort) error {
	m := new(dns.Msg)
	m.SetNotify(h.zone)
	c := &dns.Client{TsigSecret: h.key, Timeout: time.Second}
	h.sign(m)
	a, _, err := c.ExchangeContext(ctx, m, r.String())
	if err == nil && (a.Opcode != dns.OpcodeNotify || a.Rcode != dns.RcodeSuccess) { // RFC 1996 §4.7: it may refuse whom it does not know
		err = fmt.Errorf("refused (%s)", dns.RcodeToString[a.Rcode])
	}
	return err
}

// sign asks for a signature of m where a key is configured.
func (h *hand) sign(m *dns.Msg) {
	for name := range h.key {
		m.SetTsig(name, hashes[h.cfg.TSIGHash], 300, time.Now().Unix())
	}
}

// errNone is a resolver that answers, but does not know the zone.
var errNone = errors.New("it does not obey the zone")

// serialAt asks a resolver which version it obeys.
func (h *hand) serialAt(ctx context.Context, r netip.AddrPort) (uint32, error) {
	m := new(dns.Msg)
	m.SetQuestion(h.canary(), dns.TypeTXT)
	c := &dns.Client{Timeout: h.cfg.Timeout}
	a, _, err := c.ExchangeContext(ctx, m, r.String())
	if err != nil {
		return 0, fmt.Errorf("dnssink: resolver %s: %w", r, err)
	}
	n, err := serialOf(a)
	if err != nil {
		return 0, fmt.Errorf("dnssink: resolver %s: %w", r, err)
	}
	return n, nil
}

// serialOf reads the answer to the question for the canary.
func serialOf(a *dns.Msg) (uint32, error) {
	for _, rr := range a.Answer {
		if txt, ok := rr.(*dns.TXT); ok && len(txt.Txt) == 1 {
			n, err := strconv.ParseUint(txt.Txt[0], 10, 32)
			if err != nil {
				return 0, fmt.Errorf("%w: its number is %.20q", errNone, txt.Txt[0])
			}
			return uint32(n), nil
		}
	}
	return 0, fmt.Errorf("%w (%s)", errNone, dns.RcodeToString[a.Rcode])
}

// obeys reports whether every resolver has this version. One that cannot be asked is an error.
func (h *hand) obeys(ctx context.Context, serial uint32) (bool, error) {
	for _, r := range h.cfg.Resolvers {
		n, err := h.serialAt(ctx, r)
		switch {
		case errors.Is(err, errNone):
			return false, nil
		case err != nil:
			return false, err
		case n != serial:
			return false, nil
		}
	}
	return true, nil
}
