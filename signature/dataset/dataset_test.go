package dataset_test

import (
	"errors"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/yagura-project/yagura/signature/dataset"
	"github.com/yagura-project/yagura/signature/rule"
)

func file(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "values")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestKinds(t *testing.T) {
	a6 := netip.MustParseAddr("2001:db8::1").As16()
	a4 := netip.MustParseAddr("192.0.2.1").As4()
	m4 := netip.MustParseAddr("192.0.2.1").As16()
	for _, c := range []struct {
		spec  rule.SetSpec
		text  string
		value []byte
	}{
		{rule.SetSpec{Kind: "string"}, "Z29vZ2xlLmNvbQ==\n", []byte("google.com")},
		{rule.SetSpec{Kind: "string", Reputation: true}, "Z29vZ2xlLmNvbQ==,12\n", []byte("google.com")},
		{rule.SetSpec{Kind: "md5"}, strings.Repeat("ab", 16), []byte(strings.Repeat("\xab", 16))},
		{rule.SetSpec{Kind: "ip"}, "# comment\n\n2001:db8::1\n", a6[:]},
		{rule.SetSpec{Kind: "ip"}, "192.0.2.1\n", m4[:]},
		{rule.SetSpec{Kind: "ipv4"}, "192.0.2.1\n", a4[:]},
		{rule.SetSpec{Kind: "string", Format: "ndjson", ValueKey: "ioc.host"}, `{"ioc":{"host":"a.test"},"year":2005}` + "\n", []byte("a.test")},
		{rule.SetSpec{Kind: "string", Format: "json", ValueKey: "host", ArrayKey: "x.y"}, `{"x":{"y":[{"host":"a.test"}]}}`, []byte("a.test")},
	} {
		c.spec.Name, c.spec.Load = "x", file(t, c.text)
		s, err := dataset.NewStore("").Set(c.spec)
		if err != nil {
			t.Errorf("%+v: %v", c.spec, err)
			continue
		}
		if !s.Has(c.value) || s.Has([]byte("other")) || s.Add(c.value) {
			t.Errorf("%+v: the value is not found", c.spec)
		}
		if n, ok := s.Score(c.value); ok != c.spec.Reputation || ok && n != 12 {
			t.Errorf("%+v: score %d %v", c.spec, n, ok)
		}
		if !s.Remove(c.value) || s.Has(c.value) {
			t.Errorf("%+v: the value cannot be taken out", c.spec)
		}
	}
}

// TestNetworks holds that an address is in a set of networks by any that it lies in, of either family, and that a network is added and taken out as itself.
func TestNetworks(t *testing.T) {
	s, err := dataset.NewStore("").Set(rule.SetSpec{Name: "x", Kind: "cidr", Load: file(t, "# home\n192.168.0.0/16\n10.1.2.77/30\n203.0.113.9\nfc00::/7\n")})
	if err != nil {
		t.Fatal(err)
	}
	address := func(text string) []byte { return netip.MustParseAddr(text).AsSlice() }
	network := func(text string) []byte {
		p := netip.MustParsePrefix(text)
		return append(p.Addr().AsSlice(), byte(p.Bits()))
	}
	for text, want := range map[string]bool{"192.168.255.255": true, "192.169.0.0": false, "10.1.2.76": true, "10.1.2.79": true, "10.1.2.80": false, "203.0.113.9": true,
		"203.0.113.8": false, "::ffff:192.168.1.1": true, "fd00::1": true, "fe00::1": false} {
		if s.Has(address(text)) != want {
			t.Errorf("%s: %v", text, !want)
		}
	}
	if !s.Add(network("172.16.5.9/12")) || s.Add(network("172.31.0.0/12")) || !s.Has(address("172.20.0.1")) || !s.Add(address("172.20.0.1")) {
		t.Error("a network is not added, or added twice")
	}
	if s.Remove(network("172.16.0.0/13")) || !s.Remove(network("172.16.0.0/12")) || s.Has(address("172.21.0.1")) || !s.Has(address("172.20.0.1")) {
		t.Error("a network is not taken out as itself")
	}
	if s.Has(nil) || s.Has([]byte("name")[:3]) || s.Add([]byte("odd")) || s.Remove([]byte("odd")) {
		t.Error("what is no address is found")
	}
}

func TestContext(t *testing.T) {
	spec := rule.SetSpec{Name: "x", Kind: "string", Format: "ndjson", ValueKey: "ioc.host", RemoveKey: true, Load: file(t, `{"ioc":{"host":"a.test","n":1},"year":2005}`)}
	s, err := dataset.NewStore("").Set(spec)
	if err != nil {
		t.Fatal(err)
	}
	if got := string(s.Context([]byte("a.test"))); got != `{"ioc":{"n":1},"year":2005}` {
		t.Errorf("context %s", got)
	}
}

func TestRefused(t *testing.T) {
	store := dataset.NewStore("")
	if _, err := store.Set(rule.SetSpec{Name: "s", Kind: "string"}); err != nil {
		t.Fatal(err)
	}
	for _, spec := range []rule.SetSpec{
		{Name: "s", Kind: "md5"}, {Name: "nobody"}, {Name: "y", Kind: "int"},
		{Name: "z", Kind: "md5", Load: file(t, "abc")}, {Name: "z", Kind: "string", Load: "/nowhere/to/be/found"},
		{Name: "z", Kind: "ipv4", Load: file(t, "2001:db8::1")}, {Name: "z", Kind: "cidr", Load: file(t, "192.0.2.0/33")}, {Name: "z", Kind: "string", Format: "json", Load: file(t, "{")},
	} {
		if _, err := store.Set(spec); err == nil {
			t.Errorf("%+v was taken", spec)
		}
	}
	if _, err := store.Set(rule.SetSpec{Name: "s"}); err != nil {
		t.Error(err)
	}
}

func TestMemoryIsBounded(t *testing.T) {
	s, err := dataset.NewStore("").Set(rule.SetSpec{Name: "s", Kind: "string", MemCap: 200})
	if err != nil {
		t.Fatal(err)
	}
	if !s.Add([]byte("a")) || !s.Add([]byte("b")) || !s.Add([]byte("c")) || s.Add([]byte("d")) {
		t.Error("the cap of memory is not kept")
	}
}

func TestSave(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "seen.csv")
	store := dataset.NewStore(dir)
	s, err := store.Set(rule.SetSpec{Name: "s", Kind: "string", Load: path, Save: path})
	if err != nil {
		t.Fatal(err)
	}
	s.Add([]byte("google.com"))
	if err := store.Save(); err != nil {
		t.Fatal(err)
	}
	if b, err := os.ReadFile(path); err != nil || string(b) != "Z29vZ2xlLmNvbQ==\n" {
		t.Errorf("%q %v", b, err)
	}
	elsewhere := dataset.NewStore(dir)
	if _, err := elsewhere.Set(rule.SetSpec{Name: "s", Kind: "string", Save: "/nowhere/seen.csv"}); err != nil {
		t.Fatal(err)
	}
	if elsewhere.Save() == nil {
		t.Error("a file outside of the directory was written")
	}
}

func TestSubdomain(t *testing.T) {
	s, err := dataset.NewStore("").Set(rule.SetSpec{Name: "d", Kind: "string", Subdomain: true, Format: "ndjson", ValueKey: "d",
		Load: file(t, `{"d":".evil.test"}`+"\n"+`{"d":"bad.test"}`+"\n")})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]bool{".evil.test": true, ".www.evil.test": true, ".notevil.test": false, "www.bad.test": true, "bad.test": true, "test": false} {
		if got := s.Has([]byte(name)); got != want {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
		if got := s.Context([]byte(name)) != nil; got != want {
			t.Errorf("context of %s: %v", name, got)
		}
	}
}

// TestReadAgain changes the file of a set that is only loaded: when rules are read again, so is the file, once, and what rules have
// added stays. A file that cannot be read leaves all sets as they were.
func TestReadAgain(t *testing.T) {
	path, other := file(t, "192.0.2.1\n192.0.2.2\n"), file(t, "198.51.100.1\n")
	store := dataset.NewStore("")
	spec, second := rule.SetSpec{Name: "bad", Kind: "ip", Load: path}, rule.SetSpec{Name: "other", Kind: "ip", Load: other}
	read := func() (rule.ValueSet, error) {
		store.Begin()
		s, err := store.Set(spec)
		if err == nil {
			_, err = store.Set(rule.SetSpec{Name: "bad"})
		}
		if err == nil {
			_, err = store.Set(second)
		}
		return s, errors.Join(err, store.Commit())
	}
	s, err := read()
	if err != nil {
		t.Fatal(err)
	}
	s.Add([]byte{203, 0, 113, 1})
	write := func(path, text string) {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	has := func(when string, last byte, want bool) {
		t.Helper()
		if s.Has([]byte{192, 0, 2, last}) != want {
			t.Errorf("%s: 192.0.2.%d is in the set: %v", when, last, !want)
		}
	}
	write(path, "\ufeff192.0.2.2\r\n192.0.2.3\r\n")
	if again, err := read(); err != nil || again != s {
		t.Fatalf("another set, %v", err)
	}
	has("taken out", 1, false)
	has("still there", 2, true)
	has("new", 3, true)
	if !s.Has([]byte{203, 0, 113, 1}) {
		t.Error("what a rule has added is gone")
	}
	write(path, "192.0.2.4\n")
	write(other, "198.51.1")
	if _, err := read(); err == nil || !strings.Contains(err.Error(), other) {
		t.Errorf("a broken file: %v", err)
	}
	has("beside a broken file", 3, true)
	has("beside a broken file", 4, false)
	write(other, "198.51.100.1\n")
	if _, err := read(); err != nil {
		t.Fatal(err)
	}
	has("mended", 4, true)
}

// TestNetworksReadAgain finds addresses by networks of lengths that the set had none of before.
func TestNetworksReadAgain(t *testing.T) {
	path := file(t, "192.0.2.0/24\n")
	store, spec := dataset.NewStore(""), rule.SetSpec{Name: "n", Kind: "cidr", Load: path}
	s, err := store.Set(spec)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("198.51.100.128/25\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	store.Begin()
	if _, err := store.Set(spec); err != nil || store.Commit() != nil {
		t.Fatal(err)
	}
	if s.Has([]byte{192, 0, 2, 1}) || !s.Has([]byte{198, 51, 100, 129}) {
		t.Error("the networks of the new file are not in use")
	}
}

// TestNoRoom wants a file with more values than the set has room for to be refused, not read in part.
func TestNoRoom(t *testing.T) {
	path := file(t, "192.0.2.1\n192.0.2.2\n192.0.2.3\n")
	_, err := dataset.NewStore("").Set(rule.SetSpec{Name: "s", Kind: "ip", Load: path, MemCap: 150})
	if err == nil || !strings.Contains(err.Error(), "1 values of 3 have no room") {
		t.Errorf("%v", err)
	}
	if _, err := dataset.NewStore("").Set(rule.SetSpec{Name: "s", Kind: "ip", Load: path, MemCap: 8 << 30}); err != nil {
		t.Error(err)
	}
	store := dataset.NewStore("")
	s, err := store.Set(rule.SetSpec{Name: "s", Kind: "ip", Load: path, MemCap: 250})
	if err != nil {
		t.Fatal(err)
	}
	if s.Add([]byte{192, 0, 2, 9}); store.Full() != 1 {
		t.Error("a value without room is not counted")
	}
}

// TestSavedOnce leaves a file alone that holds what the set holds, and its mode as it was.
func TestSavedOnce(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "seen.csv")
	if err := os.WriteFile(path, []byte("192.0.2.1\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	store := dataset.NewStore(dir)
	s, err := store.Set(rule.SetSpec{Name: "s", Kind: "ip", Load: path, Save: path})
	if err != nil {
		t.Fatal(err)
	}
	inode := func() uint64 {
		st, err := os.Stat(path)
		if err != nil || st.Mode().Perm() != 0o644 {
			t.Errorf("%v %v", st, err)
		}
		if err := store.Save(); err != nil {
			t.Error(err)
		}
		if st, err = os.Stat(path); err != nil {
			t.Fatal(err)
		}
		return st.Sys().(*syscall.Stat_t).Ino
	}
	first := inode()
	s.Add([]byte{192, 0, 2, 2})
	if changed := inode(); changed == first {
		t.Error("a changed set was not saved")
	} else if inode() != changed {
		t.Error("saved without need")
	}
}
