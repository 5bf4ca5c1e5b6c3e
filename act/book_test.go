package act_test

import (
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/event"
)

var noon = time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC)

func target(order, addr string) act.Target {
	return act.Target{Order: order, Nets: []netip.Prefix{netip.MustParsePrefix(addr)}, MAC: event.MAC{2, 0, 0, 0, 0, 7},
		Host: "PC-7", Until: noon.Add(time.Hour)}
}

func TestABookOutlivesItsReader(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "deep")
	b := (act.Deps{Dir: dir}).Book("lists")
	if all, err := b.All(); err != nil || len(all) != 0 {
		t.Fatal(all, err)
	}
	first, second := act.EntryOf(target("iso-1", "192.0.2.7/32"), noon), act.EntryOf(target("iso-2", "2001:db8::/64"), noon)
	for _, e := range []act.Entry{second, first} {
		if err := b.Put(e); err != nil {
			t.Fatal(err)
		}
	}
	again := (act.Deps{Dir: dir}).Book("lists")
	all, err := again.All()
	if err != nil {
		t.Fatal(err)
	}
	same := cmp.Comparer(func(a, b netip.Prefix) bool { return a == b })
	if d := cmp.Diff([]act.Entry{first, second}, all, same); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff(target("iso-1", "192.0.2.7/32"), all[0].Target(), same); d != "" {
		t.Error(d)
	}
	if err := again.Drop("iso-1"); err != nil {
		t.Fatal(err)
	}
	if _, there, err := (act.Deps{Dir: dir}).Book("lists").Get("iso-1"); there || err != nil {
		t.Error(there, err)
	}
}

func TestADamagedBookIsNotAnEmptyOne(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "lists.json"), []byte(`[{"order":"iso-1"`), 0o600); err != nil {
		t.Fatal(err)
	}
	b := (act.Deps{Dir: dir}).Book("lists")
	err := b.Put(act.EntryOf(target("iso-2", "192.0.2.7/32"), noon))
	if err == nil || !strings.Contains(err.Error(), "lists.json") {
		t.Error(err)
	}
	if _, err := b.All(); err == nil {
		t.Error("it was read as empty")
	}
}

func TestWhatIsTheSame(t *testing.T) {
	a := act.EntryOf(target("iso-1", "192.0.2.7/32"), noon)
	b := a
	b.Since, b.Done = noon.Add(time.Minute), true
	if !a.Same(b) {
		t.Error("when it was first told does not matter to the device")
	}
	b.Until = b.Until.Add(time.Minute)
	if a.Same(b) {
		t.Error("another end is another thing to tell")
	}
	if a.Over(noon) || !a.Over(a.Until) || a.Left(noon) != time.Hour || a.Left(noon.Add(2*time.Hour)) != 0 {
		t.Error("its time")
	}
}
