package webattack

import (
	"math/rand/v2"
	"testing"
)

// What an expression finds, it is asked for: one of its hints stands there.
func TestHints(t *testing.T) {
	parts := []string{"${", "jndi", "j}n}d}i}", ":", "ldap", "rmi", "dns", "env:", ";", "|", "&&", "`", "$(", " ", "\t", "\n", "\f", "\r", "/bin/", "cat", "sh", "cmd", ".exe", "power", "shell", " -", "php://input",
		"()", "{", "}", "union", "all", "select", "'", "or", "and", "1", "=", "like", "information_schema", "pg_", "sleep", "(", "waitfor", "delay", "order", "by", "--", "../", `..\`, "etc", "/etc/", "passwd",
		"boot.ini", "win.ini", "/proc/self/environ", "<script", "</script>", "javascript:", "a", "onerror", "onload", "<svg", ">", "alert(", "document.cookie", "/adfs/services/policystoretransfer"}
	found, r := map[string]bool{}, rand.New(rand.NewPCG(1, 2))
	for range 50_000 {
		text := ""
		for range 1 + r.IntN(7) {
			text += parts[r.IntN(len(parts))]
		}
		for i := range patterns {
			p := &patterns[i]
			want := p.re.FindString(text)
			if got := p.find(text); got != want {
				t.Fatalf("%s in %q: %q, want %q", p.behaviour, text, got, want)
			}
			found[p.behaviour] = found[p.behaviour] || want != ""
		}
	}
	for _, p := range patterns {
		if !found[p.behaviour] {
			t.Errorf("%s was never found: the test proves nothing of it", p.behaviour)
		}
	}
}

// A list of codings that the expression finds broken may be so.
func TestBrokenCodings(t *testing.T) {
	parts := []string{"accept-encoding:", "gzip", ",", ", ", " ", "\t", "\r\n", "\n", "host: x", "*"}
	found, r := 0, rand.New(rand.NewPCG(3, 4))
	for range 50_000 {
		text := ""
		for range 1 + r.IntN(8) {
			text += parts[r.IntN(len(parts))]
		}
		if brokenCodings.MatchString(text) {
			found++
			if !maybeBroken(text) {
				t.Fatalf("%q is broken", text)
			}
		}
	}
	if found == 0 || maybeBroken("accept-encoding: gzip, deflate, br\r\nhost: a,,b\r\n") {
		t.Errorf("%d were broken; a whole list is not", found)
	}
}
