package webhook

import (
	"context"
	"crypto/hmac"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/act/acttest/street"
	"github.com/yagura-project/yagura/act/nftables"
)

const (
	secret = "correct horse battery staple"
	token  = "bearer-0123456789"
)

// gate is a system that takes requests over HTTPS and drives a firewall of its own: the router of the street.
type gate struct {
	*street.Street
	*httptest.Server
	t     *testing.T
	wall  act.Hand
	mode  atomic.Int32
	moved atomic.Int32 // requests that were to change something
	quit  chan struct{}

	mu    sync.Mutex
	next  int
	rules map[string]act.Target // OpenC2: rule number → what it denies
}

const (
	works int32 = iota
	mutes
	denies
)

func newGate(t *testing.T) *gate {
	g := &gate{Street: street.New(t, "wh"), t: t, rules: map[string]act.Target{}, quit: make(chan struct{})}
	g.Echo()
	g.In(street.Router, "nft add table ip theirs; nft add set ip theirs s '{ type ipv4_addr; }'; nft add element ip theirs s '{ 192.0.2.99 }'")
	c := nftables.DefaultConfig()
	c.NetNS = g.Path(street.Router)
	var err error
	if g.wall, err = nftables.Enforcer.Open(&c, act.Deps{Now: time.Now}); err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /isolations", g.isolate)
	mux.HandleFunc("GET /isolations", g.list)
	mux.HandleFunc("POST /.well-known/openc2", g.openc2)
	g.Server = httptest.NewTLSServer(g.guard(mux))
	t.Cleanup(func() {
		close(g.quit)
		g.CloseClientConnections()
		g.Server.Close()
		if err := g.wall.Close(); err != nil {
			t.Error(err)
		}
	})
	return g
}

// guard lets nobody in without the token and a fresh signature.
func (g *gate) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			g.moved.Add(1)
		}
		switch g.mode.Load() {
		case mutes:
			select {
			case <-r.Context().Done():
			case <-g.quit:
			}
			return
		case denies:
			http.Error(w, "the rule base is locked\x07", http.StatusForbidden)
			return
		}
		body, _ := io.ReadAll(r.Body)
		if why := g.forged(r, body); why != "" {
			g.t.Errorf("%s %s: %s", r.Method, r.URL.Path, why)
			http.Error(w, why, http.StatusUnauthorized)
			return
		}
		r.Body = io.NopCloser(strings.NewReader(string(body)))
		next.ServeHTTP(w, r)
	})
}

func (g *gate) forged(r *http.Request, body []byte) string {
	if r.Header.Get("Authorization") != "Bearer "+token {
		return "no token"
	}
	stamp, _, ok := strings.Cut(strings.TrimPrefix(r.Header.Get("X-Yagura-Signature"), "t="), ",v1=")
	unix, err := strconv.ParseInt(stamp, 10, 64)
	if !ok || err != nil || time.Since(time.Unix(unix, 0)).Abs() > 5*time.Minute {
		return "no fresh signature"
	}
	if want := Sign(secret, time.Unix(unix, 0), body); !hmac.Equal([]byte(want), []byte(r.Header.Get("X-Yagura-Signature"))) {
		return "a wrong signature"
	}
	return ""
}

func (g *gate) isolate(w http.ResponseWriter, r *http.Request) {
	var c Call
	if err := json.NewDecoder(r.Body).Decode(&c); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	t := act.Target{Order: c.Order, Nets: c.Nets, MAC: c.MAC, Until: c.Until}
	do := g.wall.Apply
	if c.Op == "undo" {
		do = g.wall.Undo
	}
	if _, err := do(r.Context(), t); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	fmt.Fprintln(w, "done")
}

func (g *gate) list(w http.ResponseWriter, r *http.Request) {
	held, err := g.wall.List(r.Context())
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	out := []Held{}
	for _, x := range held {
		out = append(out, Held{x.Order, x.Nets, x.MACs, x.Left.Seconds()})
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"orders": out})
}

// openc2 is an actuator of the SLPF profile: deny gives a rule number, delete takes it.
func (g *gate) openc2(w http.ResponseWriter, r *http.Request) {
	var c struct {
		Action string         `json:"action"`
		Target map[string]any `json:"target"`
		Args   struct {
			Stop int64 `json:"stop_time"`
		} `json:"args"`
		ID string `json:"command_id"`
	}
	answer := func(code int, text string, rule int) {
		w.Header().Set("Content-Type", "application/openc2-rsp+json;version=1.0")
		w.WriteHeader(code)
		results := ""
		if rule > 0 {
			results = fmt.Sprintf(`,"results":{"slpf":{"rule_number":%d}}`, rule)
		}
		fmt.Fprintf(w, `{"status":%d,"status_text":%q%s}`, code, text, results)
	}
	if r.Header.Get("Content-Type") != kindOpenC2 || json.NewDecoder(r.Body).Decode(&c) != nil {
		answer(400, "not understood", 0)
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	switch c.Action {
	case "deny":
		for _, kind := range []string{"ipv4_net", "ipv6_net"} {
			if text, ok := c.Target[kind].(string); ok {
				g.next++
				t := act.Target{Order: fmt.Sprintf("rule-%d", g.next), Nets: []netip.Prefix{netip.MustParsePrefix(text)}, Until: time.UnixMilli(c.Args.Stop)}
				if _, err := g.wall.Apply(context.Background(), t); err != nil {
					answer(500, err.Error(), 0)
					return
				}
				g.rules[strconv.Itoa(g.next)] = t
				answer(200, "", g.next)
				return
			}
		}
		answer(501, "this target is not supported", 0)
	case "delete":
		number := fmt.Sprint(c.Target["slpf:rule_number"])
		if _, err := g.wall.Undo(context.Background(), g.rules[number]); err != nil {
			answer(500, err.Error(), 0)
			return
		}
		delete(g.rules, number)
		answer(200, "", 0)
	case "allow": // a filter that lets everything pass has nothing to allow
		answer(200, "", 0)
	default:
		answer(501, "this action is not supported", 0)
	}
}
