package webhook

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"text/template"
	"time"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/event"
)

// Call is one request as JSON, and what a template is given.
type Call struct {
	Version int            `json:"version"` // 1
	Op      string         `json:"op"`      // apply or undo
	Order   string         `json:"order"`
	Nets    []netip.Prefix `json:"nets,omitempty"`
	MAC     event.MAC      `json:"mac,omitzero"`
	Host    string         `json:"host,omitempty"`
	Zone    string         `json:"zone,omitempty"`
	Site    string         `json:"site,omitempty"`
	Until   time.Time      `json:"until"`
}

// callOf is the request for a target, with only what the other side can cut by.
func (h *hand) callOf(op string, t act.Target) Call {
	c := h.Capabilities()
	out := Call{Version: 1, Op: op, Order: t.Order, Host: t.Host, Zone: t.Zone, Site: t.Site, Until: t.Until.UTC()}
	for _, p := range t.Nets {
		if p.Addr().Is4() && c.IPv4 || p.Addr().Is6() && c.IPv6 {
			out.Nets = append(out.Nets, p)
		}
	}
	if c.MAC {
		out.MAC = t.MAC
	}
	return out
}

// maxBody bounds one request.
const maxBody = 8 << 20

// bounded stops a template that writes without end.
type bounded struct{ strings.Builder }

func (b *bounded) Write(p []byte) (int, error) {
	if b.Len()+len(p) > maxBody {
		return 0, fmt.Errorf("the template makes more than %d bytes", maxBody)
	}
	return b.Builder.Write(p)
}

// render is the body of a call.
func (h *hand) render(c Call) ([]byte, error) {
	if h.body == nil {
		return json.Marshal(c)
	}
	return execute(h.body, c)
}

func execute(t *template.Template, c Call) ([]byte, error) {
	var b bounded
	if err := t.Execute(&b, c); err != nil {
		return nil, fmt.Errorf("template: %w", err)
	}
	text := []byte(b.String())
	if !json.Valid(text) {
		return nil, errors.New("template: it does not make valid JSON: write values as {{json .Host}}")
	}
	return text, nil
}

// template is the body's template, tried on calls that are hard to quote.
func (c *Config) template() (*template.Template, error) {
	if c.Template == "" {
		return nil, nil
	}
	quote := func(v any) (string, error) { b, err := json.Marshal(v); return string(b), err }
	t, err := template.New("body").Option("missingkey=error").Funcs(template.FuncMap{"json": quote}).Parse(c.Template)
	if err != nil {
		return nil, fmt.Errorf("template: %w", err)
	}
	for _, op := range []string{"apply", "undo"} {
		try := Call{Version: 1, Op: op, Order: `iso-"1`, Host: "a\"\n", Nets: []netip.Prefix{netip.MustParsePrefix("192.0.2.7/32")}, MAC: event.MAC{2}}
		if _, err := execute(t, try); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// Held is one order as read_url tells it.
type Held struct {
	Order string         `json:"order"`
	Nets  []netip.Prefix `json:"nets,omitempty"`
	MACs  []event.MAC    `json:"macs,omitempty"`
	Left  float64        `json:"left_s,omitempty"` // remaining seconds; 0 = it does not count
}

// heldOf reads the answer of read_url.
func heldOf(text []byte) ([]act.Held, error) {
	var answer struct {
		Orders *[]Held `json:"orders"`
	}
	if err := json.Unmarshal(text, &answer); err != nil {
		return nil, fmt.Errorf("the answer of read_url is not as expected: %w", err)
	}
	if answer.Orders == nil {
		return nil, errors.New(`the answer of read_url has no "orders"`)
	}
	var out []act.Held
	for _, x := range *answer.Orders {
		if x.Order == "" || x.Left < 0 || x.Left > 1e9 {
			return nil, fmt.Errorf("the answer of read_url has an order %q with %g s left", x.Order, x.Left)
		}
		held := act.Held{Order: x.Order, MACs: x.MACs, Left: time.Duration(x.Left * float64(time.Second))}
		for _, p := range x.Nets {
			if !p.IsValid() {
				return nil, fmt.Errorf("the answer of read_url has an empty network at order %q", x.Order)
			}
			held.Nets = append(held.Nets, p)
		}
		out = append(out, held)
	}
	return out, nil
}
