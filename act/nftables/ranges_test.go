package nftables

import (
	"context"
	"maps"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/google/nftables"
	"pgregory.net/rapid"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/act/acttest"
	"github.com/yagura-project/yagura/event/cidr"
)

func drawRange(t *rapid.T, name string) netip.Prefix {
	a := netip.AddrFrom4([4]byte{10, 1, 0, rapid.Byte().Draw(t, name)})
	return netip.PrefixFrom(a, rapid.IntRange(24, 31).Draw(t, name+" bits")).Masked()
}

// holders are whose each of 256 addresses is.
func holders(t *rapid.T, have map[key]value) (out [256]string) {
	for k, v := range have {
		for i := range out {
			if !k.prefix().Contains(netip.AddrFrom4([4]byte{10, 1, 0, byte(i)})) {
				continue
			}
			if out[i] != "" {
				t.Fatalf("%s and %s overlap at %d", out[i], v.order, i)
			}
			out[i] = v.order
		}
	}
	return out
}

// Whatever other orders have, and whatever an order had before: afterwards all that it wants is cut, nothing overlaps, what
// others had stays cut, and what it no longer wants opens.
func TestRangesOfSeveralOrders(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		have := map[key]value{}
		for range rapid.IntRange(1, 8).Draw(t, "steps") {
			v := value{rapid.SampledFrom([]string{"iso-a", "iso-b", "iso-c"}).Draw(t, "order"), time.Duration(rapid.IntRange(1, 4).Draw(t, "hours")) * time.Hour}
			var k targetKeys
			for range rapid.IntRange(0, 3).Draw(t, "ranges") {
				k.take(drawRange(t, "range"), nil)
			}
			before := holders(t, have)
			gone, set := arrange(have, v.order, v.left, k.wide)
			for _, x := range gone {
				delete(have, x)
			}
			maps.Copy(have, set)
			for i, who := range holders(t, have) {
				wants := slices.ContainsFunc(k.wide, func(p netip.Prefix) bool { return p.Contains(netip.AddrFrom4([4]byte{10, 1, 0, byte(i)})) })
				switch {
				case wants && who == "":
					t.Fatalf("%d is not cut", i)
				case !wants && before[i] == v.order && who != "":
					t.Fatalf("%d is still cut", i)
				case !wants && before[i] != v.order && who != before[i]:
					t.Fatalf("%d of %q is now of %q", i, before[i], who)
				}
			}
			if uncut(have, k.wide) != 0 {
				t.Fatal("not all of it can be read back")
			}
			if gone, set := arrange(have, v.order, v.left, k.wide); len(gone)+len(set) != 0 {
				t.Fatalf("applied twice: %v %v", gone, set)
			}
		}
	})
}

// What the kernel lists, in any order, is what it was told.
func TestIntervals(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var k targetKeys
		for range rapid.IntRange(0, 5).Draw(t, "ranges") {
			k.take(drawRange(t, "range"), nil)
		}
		k.take(netip.MustParsePrefix("255.255.255.0/24"), nil) // has no end
		want := map[key]value{}
		for _, p := range k.wide {
			want[rangeKey(p)] = value{"iso-" + p.String(), time.Hour}
		}
		var list []nftables.SetElement
		for k, v := range want {
			for _, e := range ends(k, nftables.SetElement{Comment: v.order}) {
				if !e.IntervalEnd {
					e.Expires = v.left
				}
				list = append(list, e)
			}
		}
		if got := intervals(rapid.Permutation(list).Draw(t, "listed")); !maps.Equal(got, want) {
			t.Fatalf("%v, want %v", got, want)
		}
	})
}

// Machines that nobody knows are cut with their range, two orders share one, and the kernel ends it by itself.
func TestWholeRanges(t *testing.T) {
	for _, bridge := range []bool{false, true} {
		w := newTown(t, bridge)
		pc, server := pcA, srv
		if bridge {
			pc, server = bridgA, bridgS
		}
		w.Echo(server.ns, server.v4, server.v6)
		before := w.ruleset(t)
		h := w.open(t, quietDeps())
		defer h.Close()
		ctx := context.Background()
		wide := func(order string, bits4, bits6 int, life time.Duration) act.Target {
			four, _ := pc.v4.Prefix(bits4)
			six, _ := pc.v6.Prefix(bits6)
			return act.Target{Order: order, Until: time.Now().Add(life), Nets: cidr.Carve([]netip.Prefix{four, six}, []netip.Prefix{cidr.Single(server.v4), cidr.Single(server.v6)})}
		}
		must := func(t2 act.Target, f func(context.Context, act.Target) error) {
			t.Helper()
			if err := f(ctx, t2); err != nil {
				t.Fatal(err)
			}
		}
		apply := func(ctx context.Context, x act.Target) error { _, err := h.Apply(ctx, x); return err }
		undo := func(ctx context.Context, x act.Target) error { _, err := h.Undo(ctx, x); return err }
		cut := func(want bool, when string) {
			t.Helper()
			for _, way := range [][2]netip.Addr{{pc.v4, server.v4}, {pc.v6, server.v6}} {
				patience := 5 * time.Second
				if want {
					patience = 700 * time.Millisecond
				}
				if got := acttest.Answers(w.Dial(t, pc.ns, "udp", way[0], way[1]))(patience); got == want {
					t.Errorf("bridge %v, %s: %s reaches the server: %v", bridge, when, way[0], got)
				}
			}
		}
		cut(false, "before")
		zone, site := wide("iso-zone", 26, 66, time.Hour), wide("iso-site", 24, 64, 2*time.Hour)
		must(zone, apply)
		cut(true, "its zone is cut")
		must(site, apply) // lasts longer: takes the zone's part over
		must(zone, apply)
		must(site, undo)
		must(zone, apply)
		cut(true, "the site is released, its zone is not")
		if list, err := h.List(ctx); err != nil || len(list) != 1 || list[0].Order != "iso-zone" {
			t.Errorf("%+v %v", list, err)
		}
		must(zone, undo)
		cut(false, "released")
		if after := w.ruleset(t); after != before {
			t.Errorf("before:\n%s\nafter:\n%s", before, after)
		}
		must(wide("iso-short", 24, 64, 2*time.Second), apply)
		cut(true, "for two seconds")
		time.Sleep(2 * time.Second)
		cut(false, "it ended in the kernel")
		must(wide("iso-short", 24, 64, time.Hour), apply) // the same range again, whatever the kernel has not swept up yet
		cut(true, "again")
		must(wide("iso-short", 24, 64, time.Hour), undo)
	}
}
