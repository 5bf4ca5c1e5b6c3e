package webhook

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// kindOpenC2 is the media type of commands (OpenC2 HTTPS transfer 1.0 §3.1).
const kindOpenC2 = "application/openc2-cmd+json;version=1.0"

// command is an OpenC2 command (Language Specification 1.0 §3.3.1).
type command struct {
	Action  string         `json:"action"` // deny, allow, delete
	Target  map[string]any `json:"target"`
	Args    map[string]any `json:"args,omitempty"`
	Profile map[string]any `json:"actuator"`
	ID      string         `json:"command_id"`
}

// commands are one for each address: a command has one target. Memory keeps
// the number of each rule under "order address", because only that deletes it.
func (h *hand) commands(c Call, rules map[string]string) ([]request, error) {
	var out []request
	for _, p := range c.Nets {
		family := map[bool]string{true: "ipv4_net", false: "ipv6_net"}[p.Addr().Is4()]
		cmd := command{Action: "deny", Target: map[string]any{family: p.Masked().String()}, Profile: map[string]any{"slpf": map[string]any{}},
			ID: c.Order + "." + c.Op + "." + p.String()}
		number, known := rules[c.Order+" "+p.String()]
		switch {
		case c.Op == "apply":
			// SLPF 1.0 §2.1.3: without an answer to the packets, in both directions, and over a restart.
			cmd.Args = map[string]any{"response_requested": "complete", "stop_time": c.Until.Truncate(time.Second).UnixMilli(),
				"slpf": map[string]any{"drop_process": "none", "direction": "both", "persistent": true}}
		case known:
			cmd.Action, cmd.Target = "delete", map[string]any{"slpf:rule_number": json.Number(number)}
			cmd.Args = map[string]any{"response_requested": "complete"}
		default:
			cmd.Action = "allow"
			cmd.Args = map[string]any{"response_requested": "complete", "slpf": map[string]any{"direction": "both"}}
		}
		body, err := json.Marshal(cmd)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", h.Name(), err)
		}
		out = append(out, request{http.MethodPost, h.cfg.URL, kindOpenC2, cmd.ID, body})
	}
	return out, nil
}

// response is an OpenC2 response (§3.3.2).
type response struct {
	Status  int    `json:"status"`
	Text    string `json:"status_text"`
	Results struct {
		SLPF struct {
			Rule json.Number `json:"rule_number"`
		} `json:"slpf"`
	} `json:"results"`
}

// responseOf reads what an actuator answered.
func responseOf(text []byte) (response, error) {
	var r response
	if err := json.Unmarshal(text, &r); err != nil {
		return r, fmt.Errorf("its answer is no OpenC2 response: %w", err)
	}
	if r.Status != http.StatusOK {
		return r, fmt.Errorf("the actuator answered %d %s", r.Status, printable([]byte(r.Text)))
	}
	if n := r.Results.SLPF.Rule.String(); strings.Trim(n, "0123456789") != "" || len(n) > 18 {
		return r, fmt.Errorf("the actuator's rule number %q is none", printable([]byte(n)))
	}
	return r, nil
}

// judge holds the actuator's own word, and keeps its rule number.
func (h *hand) judge(op string, q request, answer []byte, rules map[string]string) error {
	r, err := responseOf(answer)
	if err != nil {
		return fmt.Errorf("%s: %s: %w", h.Name(), hostOf(q.url), err)
	}
	order, rest, _ := strings.Cut(q.key, "."+op+".")
	key := order + " " + rest
	if number := r.Results.SLPF.Rule.String(); op == "apply" && number != "" {
		rules[key] = number
	} else {
		delete(rules, key)
	}
	return h.memory.Save(rules)
}
