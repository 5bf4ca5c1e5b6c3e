package hall

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestOnePrefixOneHall(t *testing.T) {
	h := build(t)
	_, err := Build(context.Background(), Options{Prefix: testPrefix})
	if err == nil || !strings.Contains(err.Error(), "in use") {
		t.Fatalf("a second hall of the same prefix: %v, want an error that says it is in use", err)
	}
	if _, err := h.Exec(context.Background(), Zeimu, "ping", "-c1", "-W2", Web.String()); err != nil {
		t.Errorf("the refused hall disturbed the first: %v", err)
	}
}

func TestWhatACrashLeftIsRemoved(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("needs root: a hall is made of network namespaces")
	}
	before := state(t)
	crashed := build(t)
	crashed.release() // as the kernel does for a process that was killed; everything else stays
	h, err := Build(context.Background(), Options{Prefix: testPrefix})
	if err != nil {
		t.Fatalf("after a crash: %v", err)
	}
	if _, err := h.Exec(context.Background(), Soumu, "ping", "-c1", "-W2", Web.String()); err != nil {
		t.Error(err)
	}
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, state(t)); diff != "" {
		t.Errorf("traces (-before +after):\n%s", diff)
	}
}

func TestACancelledBuildLeavesNothing(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("needs root: a hall is made of network namespaces")
	}
	before := state(t)
	for _, at := range []string{"namespaces", "DNS, web", "samba", "mirror"} {
		ctx, cancel := context.WithCancel(context.Background())
		_, err := Build(ctx, Options{Prefix: testPrefix, Log: func(_ string, args ...any) {
			for _, a := range args {
				if text, ok := a.(string); ok && strings.Contains(text, at) {
					cancel()
				}
			}
		}})
		cancel()
		if err == nil {
			t.Errorf("cancelled at %q: Build succeeded", at)
		}
	}
	if diff := cmp.Diff(before, state(t)); diff != "" {
		t.Errorf("traces (-before +after):\n%s", diff)
	}
}

func TestBadPrefixIsRefused(t *testing.T) {
	for _, prefix := range []string{"UPPER-", "with space", "farfartoolong-", "1digit", "a/b"} {
		if _, err := open(Options{Prefix: prefix}); err == nil || !strings.Contains(err.Error(), prefix) {
			t.Errorf("prefix %q: %v, want an error that names it", prefix, err)
		}
	}
}

func TestWithoutRootItSaysSo(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("needs to be run by someone who is not root")
	}
	if _, err := Build(context.Background(), Options{}); !errors.Is(err, ErrNotRoot) {
		t.Errorf("Build: %v, want ErrNotRoot", err)
	}
}

// TestMirrorShowsEachFrameOnce counts echoes that cross every kind of path in the hall.
func TestMirrorShowsEachFrameOnce(t *testing.T) {
	h := build(t)
	ctx := context.Background()
	path := filepath.Join(h.Dir(), "mirror.pcap")
	stop, err := h.Record(ctx, path, "icmp")
	if err != nil {
		t.Fatal(err)
	}
	files, zeimu := nodes[Files].IPv4.String(), nodes[Zeimu].IPv4.String()
	for _, p := range []struct {
		from Host
		to   string
	}{{Soumu, Web.String()}, {Soumu, files}, {Soumu, zeimu}, {Soumu, nodes[Router].IPv4.String()}, {Files, Web.String()}, {Files, zeimu}} {
		if _, err := h.Exec(ctx, p.from, "ping", "-c5", "-i0.01", "-W2", p.to); err != nil {
			t.Error(err)
		}
	}
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	out, err := h.Exec(ctx, Switch, "tcpdump", "-nr", path)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	for line := range strings.Lines(string(out)) {
		if _, what, ok := strings.Cut(line, " IP "); ok {
			seen[what]++
		}
	}
	if len(seen) != 6*5*2 {
		t.Errorf("%d different echoes and replies on the mirror, want %d:\n%s", len(seen), 6*5*2, out)
	}
	for what, n := range seen {
		if n != 1 {
			t.Errorf("%d times: %s", n, what)
		}
	}
}
