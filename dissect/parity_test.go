//go:build !race

package dissect_test

import (
	"bufio"
	"compress/gzip"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/yagura-project/yagura/capture/samples"
	"github.com/yagura-project/yagura/dissect/all"
	"github.com/yagura-project/yagura/dissect/flowtest"
	"github.com/yagura-project/yagura/event"
)

// talk is a conversation as another engine saw it, all its flows together.
type talk struct {
	proto string
	a, b  netip.AddrPort
}

type sum struct {
	packets uint64
	app     string
}

// TestParity holds packets and applications of each conversation against what Suricata counted on the same captures.
func TestParity(t *testing.T) {
	list := samples.Path(t, "../../shared/data/parity/flows.tsv.gz")
	want := second(t, list)
	var same, apps, all2, appsSame int
	for name, flows := range want {
		file := find(filepath.Join(filepath.Dir(list), "..", "pcap"), name)
		if file == "" {
			continue
		}
		events, _, err := flowtest.Analyze(file, all.Protocols...)
		if err != nil {
			t.Logf("%s: %v", name, err)
		}
		got := ends(events)
		for k, w := range flows {
			all2++
			g := got[k]
			if d := int64(g.packets - w.packets); -2 <= d && d <= 2 { // Suricata adds ICMP errors to the flow they speak of
				same++
			} else if os.Getenv("PARITY") != "" {
				t.Logf("%s %v: %d packets, want %d", name, k, g.packets, w.packets)
			}
			if w.app != "" {
				apps++
				if g.app == w.app {
					appsSame++
				} else if os.Getenv("PARITY") != "" {
					t.Logf("%s %v: app %q, want %q", name, k, g.app, w.app)
				}
			}
		}
	}
	t.Logf("packets agree in %d of %d conversations, applications in %d of %d", same, all2, appsSame, apps)
	if same*1000 < all2*995 || appsSame*100 < apps*97 {
		t.Error("too many differences: run with PARITY=1 to see them")
	}
}

func find(dir, name string) (path string) {
	for _, end := range []string{"", ".gz"} {
		if m, _ := filepath.Glob(filepath.Join(dir, "*", name+end)); len(m) > 0 {
			return m[0]
		}
	}
	return ""
}

func ends(events []event.Event) map[talk]sum {
	out := map[talk]sum{}
	for _, e := range events {
		n, ok := e.(*event.NetworkActivity)
		if !ok || !n.Activity.Ended() {
			continue
		}
		k := key(n.Proto.String(), netip.AddrPortFrom(n.Src.IP, n.Src.Port), netip.AddrPortFrom(n.Dst.IP, n.Dst.Port))
		s := out[k]
		s.packets += n.Orig.Packets + n.Resp.Packets
		if n.App != "" {
			s.app = n.App
		}
		out[k] = s
	}
	return out
}

func key(proto string, a, b netip.AddrPort) talk {
	if b.Compare(a) < 0 {
		a, b = b, a
	}
	return talk{proto, a, b}
}

// names are Suricata's where they differ, for what both know.
var names = map[string]string{"dns": "dns", "http": "http", "tls": "tls", "smb": "smb", "krb5": "krb5", "dhcp": "dhcp", "dcerpc": "dcerpc"}

func second(t *testing.T, file string) map[string]map[talk]sum {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]map[talk]sum{}
	for s := bufio.NewScanner(z); s.Scan(); {
		c := strings.Split(s.Text(), "\t")
		if len(c) < 11 || c[1] != "TCP" && c[1] != "UDP" {
			continue
		}
		k := key(strings.ToLower(c[1]), endpoint(c[2], c[3]), endpoint(c[4], c[5]))
		up, _ := strconv.ParseUint(c[7], 10, 64)
		down, _ := strconv.ParseUint(c[8], 10, 64)
		if out[c[0]] == nil {
			out[c[0]] = map[talk]sum{}
		}
		v := out[c[0]][k]
		v.packets += up + down
		if n := names[c[6]]; n != "" {
			v.app = n
		}
		out[c[0]][k] = v
	}
	return out
}

func endpoint(ip, port string) netip.AddrPort {
	a, _ := netip.ParseAddr(ip)
	p, _ := strconv.ParseUint(port, 10, 16)
	return netip.AddrPortFrom(a, uint16(p))
}
