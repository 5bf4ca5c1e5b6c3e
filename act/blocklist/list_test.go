package blocklist

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/event"
)

// offered is a Hand on the loopback address with two consumers, of which the second is optional.
func offered(t *testing.T, dir string, d act.Deps, change func(*Config)) *hand {
	t.Helper()
	c := DefaultConfig()
	c.Listen, c.Plain, c.Wait, d.Dir = "127.0.0.1:0", true, 0, dir
	for _, name := range []string{"utm", "siem"} {
		file := filepath.Join(dir, name+".token")
		if err := os.WriteFile(file, []byte("0123456789abcdef-"+name), 0o600); err != nil {
			t.Fatal(err)
		}
		c.Consumers = append(c.Consumers, Consumer{Name: name, TokenFile: file, Every: time.Minute, Lists: []string{listIP, listDomain}, Optional: name == "siem"})
	}
	if change != nil {
		change(&c)
	}
	h, err := Enforcer.Open(&c, d)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = h.Close() })
	if _, err := h.List(t.Context()); err != nil {
		t.Fatal(err)
	}
	return h.(*hand)
}

// get fetches as a consumer; pairs are further headers.
func (h *hand) get(t *testing.T, path, token string, pairs ...string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequest(http.MethodGet, "http://"+h.addr.String()+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	for i := 0; i < len(pairs); i += 2 {
		req.Header.Set(pairs[i], pairs[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(b)
}

const utmToken = "0123456789abcdef-utm"

func TestItWaitsForTheConsumer(t *testing.T) {
	dir := t.TempDir()
	h := offered(t, dir, act.Deps{}, nil)
	var w *act.Waiting
	if _, err := h.Apply(t.Context(), target("iso-1", "192.0.2.7/32")); !errors.As(err, &w) || !strings.Contains(w.Text.JA, "utm（1m0s間隔、最終取得 なし）") || strings.Contains(w.Text.JA, "siem") {
		t.Fatalf("nobody has fetched it, but: %v", err)
	}
	if list, err := h.List(t.Context()); err != nil || len(list) != 0 {
		t.Errorf("nobody has fetched it, but %v %v", list, err)
	}
	if _, body := h.get(t, "/ip.txt", utmToken); body != "192.0.2.7/32\n" {
		t.Errorf("%q", body)
	}
	h.get(t, "/domain.txt", utmToken)
	if r, err := h.Apply(t.Context(), target("iso-1", "192.0.2.7/32")); err != nil || len(r.Commands) != 0 {
		t.Errorf("%v %v", r, err)
	}
	if list, err := h.List(t.Context()); err != nil || len(list) != 1 || list[0].Order != "iso-1" {
		t.Errorf("%v %v", list, err)
	}
	if _, err := h.Undo(t.Context(), act.Target{Order: "iso-1"}); !errors.As(err, &w) {
		t.Errorf("the consumer still has it, but: %v", err)
	}
	if list, _ := h.List(t.Context()); len(list) != 1 {
		t.Error("the consumer still has it, but nothing is listed")
	}
	_ = h.Close()
	h = offered(t, dir, act.Deps{}, nil) // what was fetched outlives a restart
	if list, _ := h.List(t.Context()); len(list) != 1 {
		t.Error("after a restart the consumer still has it, but nothing is listed")
	}
	if _, body := h.get(t, "/ip.txt", utmToken); body != "192.0.2.1/32\n" {
		t.Errorf("a list that would be empty: %q", body)
	}
	if _, err := h.Undo(t.Context(), act.Target{Order: "iso-1"}); err != nil {
		t.Error(err)
	}
}

func TestOnlyConsumersGetTheirLists(t *testing.T) {
	h := offered(t, t.TempDir(), act.Deps{}, nil)
	for _, x := range []struct {
		path, token string
		want        int
	}{{"/ip.txt", "", 401}, {"/ip.txt", "0123456789abcdef-uti", 401}, {"/ip6.txt", utmToken, 404}, {"/../orders.json", utmToken, 404}, {"/ip.txt", utmToken, 200}} {
		if resp, body := h.get(t, x.path, x.token); resp.StatusCode != x.want || x.want == 401 && strings.Contains(body, "/32") {
			t.Errorf("%s: %d %q", x.path, resp.StatusCode, body)
		}
	}
	resp, _ := h.get(t, "/ip.txt", utmToken)
	if again, body := h.get(t, "/ip.txt", utmToken, "If-None-Match", `"other", W/`+resp.Header.Get("Etag")); again.StatusCode != 304 || body != "" {
		t.Errorf("%d %q", again.StatusCode, body)
	}
	req, _ := http.NewRequest(http.MethodPost, "http://"+h.addr.String()+"/ip.txt", nil)
	req.SetBasicAuth("utm", utmToken)
	if resp, err := http.DefaultClient.Do(req); err != nil || resp.StatusCode != 405 {
		t.Errorf("POST: %v %v", resp, err)
	}
	if h.strangers.Load() != 2 {
		t.Errorf("%d strangers", h.strangers.Load())
	}
	// A file that is gone is no empty list: the consumer keeps the one that it has.
	if err := os.Remove(h.file(listIP)); err != nil {
		t.Fatal(err)
	}
	if resp, _ := h.get(t, "/ip.txt", utmToken); resp.StatusCode != 503 {
		t.Errorf("a list that is gone: %d", resp.StatusCode)
	}
}

// What comes onto the never-touch list later leaves the lists by itself, and comes back in no range.
func TestWhatIsProtectedLaterLeavesTheList(t *testing.T) {
	var listed []netip.Prefix
	d := act.Deps{Now: time.Now, Protects: func(nets []netip.Prefix, _ event.MAC, host string, _ []string) (event.Text, bool) {
		hit := host == "cdn.example.net" || slices.ContainsFunc(nets, func(p netip.Prefix) bool {
			return slices.ContainsFunc(listed, func(q netip.Prefix) bool { return p.Overlaps(q) })
		})
		return event.Text{JA: "DNSサーバーです", EN: "it is the DNS"}, hit
	}}
	h := offered(t, t.TempDir(), d, func(c *Config) { c.Most = 4 })
	x := target("iso-1", "198.51.100.0/24")
	x.Destinations = []string{"Evil.example.com", "203.0.113.9", "co.jp", "cdn.example.net"}
	var w *act.Waiting
	if _, err := h.Apply(t.Context(), x); !errors.As(err, &w) {
		t.Fatal(err)
	}
	if _, err := h.Apply(t.Context(), target("iso-2", "192.0.2.8/32")); !errors.As(err, &w) {
		t.Fatal(err)
	}
	_, ips := h.get(t, "/ip.txt", utmToken)
	_, names := h.get(t, "/domain.txt", utmToken)
	if ips != "192.0.2.8/32\n198.51.100.0/24\n203.0.113.9/32\n" || names != "evil.example.com\n" {
		t.Errorf("%q %q", ips, names)
	}
	listed = append(listed, netip.MustParsePrefix("198.51.100.53/32"))
	if _, err := h.List(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, ips = h.get(t, "/ip.txt", utmToken); ips != "192.0.2.8/32\n" {
		t.Errorf("%q", ips)
	}
	var no *act.Refused
	if _, err := h.Apply(t.Context(), x); !errors.As(err, &no) {
		t.Errorf("a range around what is protected: %v", err)
	}
	if _, err := h.Apply(t.Context(), target("iso-3", "192.0.2.9/32", "192.0.2.10/32", "192.0.2.11/32", "192.0.2.12/32")); !errors.As(err, &no) || !strings.Contains(no.Text.EN, "full") {
		t.Errorf("beyond what the consumer can take: %v", err)
	}
	if _, err := h.Apply(t.Context(), target("iso-4", "0.0.0.0/1")); !errors.As(err, &no) {
		t.Errorf("half the world: %v", err)
	}
}

func TestStatusTellsAges(t *testing.T) {
	now := time.Now()
	h := offered(t, t.TempDir(), act.Deps{Now: func() time.Time { return now }}, nil)
	_, _ = h.Apply(context.Background(), target("iso-1", "192.0.2.7/32"))
	h.get(t, "/ip.txt", utmToken)
	h.get(t, "/domain.txt", utmToken)
	now = now.Add(4 * time.Minute)
	_, body := h.get(t, "/status.json", utmToken)
	var s status
	if err := json.Unmarshal([]byte(body), &s); err != nil {
		t.Fatal(err)
	}
	if len(s.Entries) != 1 || s.Entries[0].Age != 240 || !slices.Equal(s.Entries[0].Waiting, []string{"siem"}) || len(s.Consumers) != 2 ||
		s.Consumers[0].Age != 240 || !s.Consumers[0].Stale || !s.Consumers[1].Stale || !s.Consumers[1].Last.IsZero() {
		t.Errorf("%s", body)
	}
}

func TestConfigNamesWhatIsWrong(t *testing.T) {
	c := Config{Listen: "0.0.0.0:80", Plain: true, Most: 0, Wait: time.Hour, Consumers: []Consumer{{Name: "A b", Lists: []string{"x"}}}}
	err := c.Validate()
	for _, want := range []string{"plain:", "most:", "wait:", "nobody:", "nobody_name:", "consumers[0].name:", "consumers[0].token_file:", "consumers[0].every:", "consumers[0].lists:"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("no %q in %v", want, err)
		}
	}
}

// FuzzRequest: whoever reaches the port may send anything.
func FuzzRequest(f *testing.F) {
	f.Add("Bearer x", `"a", W/"b"`)
	f.Add("Basic Og==", "*")
	h := &hand{said: map[string]time.Time{}, consumers: []*consumer{newConsumer(Consumer{Name: "utm"}, utmToken, f.TempDir())}}
	f.Fuzz(func(t *testing.T, auth, match string) {
		r := &http.Request{Header: http.Header{"Authorization": {auth}}}
		if c := h.who(r); c != nil && !strings.Contains(auth, utmToken) && !strings.HasPrefix(strings.ToLower(auth), "basic ") {
			t.Fatalf("%q got in", auth)
		}
		if matches(match, `"0123"`) && !strings.Contains(match, `"0123"`) && !strings.Contains(match, "*") {
			t.Fatalf("%q matches", match)
		}
		for line := range parse([]byte(match)) {
			if line == "" || strings.ContainsAny(line, "\n") {
				t.Fatalf("%q", line)
			}
		}
	})
}
