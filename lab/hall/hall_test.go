package hall

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// state is what of this machine a hall could leave changed.
func state(t *testing.T) map[string]string {
	t.Helper()
	s := map[string]string{}
	for name, args := range map[string][]string{
		"namespaces": {"ip", "netns", "list"}, "links": {"ip", "-br", "link"}, "addresses": {"ip", "-br", "address"},
		"routes": {"ip", "route", "show", "table", "all"}, "ruleset": {"nft", "list", "ruleset"},
	} {
		out, err := exec.Command(args[0], args[1:]...).Output()
		if err != nil {
			t.Fatalf("%v: %v", args, err)
		}
		for _, line := range strings.Split(string(out), "\n") {
			if name == "ruleset" || strings.Contains(line, testPrefix) {
				s[name] += line + "\n"
			}
		}
	}
	return s
}

const testPrefix = "yglt-"

func build(t *testing.T) *Hall {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("needs root: a hall is made of network namespaces")
	}
	if err := haveTools(); err != nil {
		t.Skip(err)
	}
	h, err := Build(context.Background(), Options{Prefix: testPrefix, Log: t.Logf})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := h.Close(); err != nil {
			t.Error(err)
		}
	})
	return h
}

func TestHallStandsAndGoes(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("needs root: a hall is made of network namespaces")
	}
	before := state(t)
	begun := time.Now()
	h := build(t)
	t.Logf("built in %s", time.Since(begun).Round(time.Millisecond))
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	for _, host := range []Host{Soumu, Zeimu} {
		for _, command := range [][]string{
			{"ping", "-c1", "-W2", Web.String()},
			{"ping", "-6", "-c1", "-W2", Web6.String()},
			{"ping", "-c1", "-W2", nodes[Files].IPv4.String()},
			{"ping", "-6", "-c1", "-W2", nodes[Files].IPv6.String()},
			{"curl", "-sf4", "http://" + TownSite + "/"},
			{"curl", "-sf6", "http://" + TownSite + "/"},
			{"curl", "-sfk", "https://" + TownSite + "/news.html"},
			{"smbclient", "-s", h.path(host, "client.conf"), "-N", "//" + nodes[Files].IPv4.String() + "/" + Share, "-c", "ls"},
		} {
			if out, err := h.Exec(ctx, host, command[0], command[1:]...); err != nil {
				t.Errorf("%s: %v\n%s", host, err, out)
			}
		}
		for _, want := range []string{nodes[host].IPv4.String(), nodes[host].IPv6.String(), nodes[host].MAC} {
			out, _ := h.Exec(ctx, host, "ip", "address", "show", "dev", "eth0")
			if !strings.Contains(string(out), want) {
				t.Errorf("%s lacks %s:\n%s", host, want, out)
			}
		}
	}
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, state(t)); diff != "" {
		t.Errorf("the hall left traces (-before +after):\n%s", diff)
	}
}
