package notice

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/yagura-project/yagura/event"
)

// shown is a notice on loopback, before which this machine is isolated as long as held says.
func shown(t *testing.T) (n *Notice, held *atomic.Bool) {
	t.Helper()
	held = new(atomic.Bool)
	held.Store(true)
	n, err := New(Config{Listen: []string{"127.0.0.1:0"}, DNS: []string{"127.0.0.1:0"}}, Deps{
		Log: slog.New(slog.DiscardHandler), Town: "みかさ市",
		Isolation: func(_ context.Context, ip netip.Addr) (Isolation, bool) {
			return Isolation{Machine: "PC-<30>", Number: "2026-1122-01", Why: event.Text{JA: "外部の不審なサーバーと通信", EN: "x"}, Since: time.Date(2026, 11, 22, 12, 4, 0, 0, time.UTC)},
				held.Load() && ip == netip.MustParseAddr("127.0.0.1")
		},
		Contacts: func(time.Time) []Contact { return []Contact{{"情報政策課", "内線 1234"}} },
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := n.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := n.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return n, held
}

func get(t *testing.T, n *Notice, host, path string) (*http.Response, string) {
	t.Helper()
	c := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+n.Addrs()[0].String()+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	if host != "" {
		r.Host = host
	}
	resp, err := c.Do(r)
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

func TestThePage(t *testing.T) {
	n, held := shown(t)
	resp, page := get(t, n, "", "/")
	for _, want := range []string{"いまネットワークを使えません", "情報政策課", "内線 1234", "PC-&lt;30&gt;", "2026-1122-01", "外部の不審なサーバーと通信", "11月22日 21:04", "みかさ市", "電源を切る"} {
		if !strings.Contains(page, want) {
			t.Errorf("%q is missing:\n%s", want, page)
		}
	}
	if resp.StatusCode != http.StatusOK || strings.Contains(page, "<script") || resp.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("%d %v", resp.StatusCode, resp.Header)
	}
	held.Store(false)
	if _, page = get(t, n, "", "/"); !strings.Contains(page, "切り離されていません") || strings.Contains(page, "PC-") {
		t.Errorf("after the release:\n%s", page)
	}
}

// The addresses by which operating systems look for a captive portal are led to the page, while the machine is isolated.
func TestOtherPagesLeadHere(t *testing.T) {
	n, held := shown(t)
	here := "http://" + n.Addrs()[0].String() + "/"
	for host, path := range map[string]string{"www.msftconnecttest.com": "/connecttest.txt", "captive.apple.com": "/hotspot-detect.html",
		"connectivitycheck.gstatic.com": "/generate_204", "detectportal.firefox.com": "/canonical.html", "intra.town.example": "/"} {
		resp, _ := get(t, n, host, path)
		if resp.StatusCode != http.StatusFound || resp.Header.Get("Location") != here || !resp.Close {
			t.Errorf("%s%s: %d to %q, closed %v", host, path, resp.StatusCode, resp.Header.Get("Location"), resp.Close)
		}
	}
	held.Store(false)
	if resp, _ := get(t, n, "www.msftconnecttest.com", "/connecttest.txt"); resp.StatusCode != http.StatusNotFound {
		t.Errorf("after the release: %d", resp.StatusCode)
	}
	if s := n.Stats(); s.Led != 5 {
		t.Errorf("%+v", s)
	}
}

func TestNothingCanBeSentThroughIt(t *testing.T) {
	n, _ := shown(t)
	resp, err := http.Post("http://"+n.Addrs()[0].String()+"/gate.php", "text/plain", strings.NewReader("stolen"))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusForbidden {
		t.Errorf("%d", resp.StatusCode)
	}
}

func ask(t *testing.T, n *Notice, kind dnsmessage.Type) (answers []dnsmessage.Resource, ok bool) {
	t.Helper()
	m := dnsmessage.Message{Header: dnsmessage.Header{ID: 7, RecursionDesired: true},
		Questions: []dnsmessage.Question{{Name: dnsmessage.MustNewName("www.msftconnecttest.com."), Type: kind, Class: dnsmessage.ClassINET}}}
	b, err := m.Pack()
	if err != nil {
		t.Fatal(err)
	}
	c, err := net.Dial("udp", n.Addrs()[1].String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Write(b); err != nil {
		t.Fatal(err)
	}
	_ = c.SetReadDeadline(time.Now().Add(300 * time.Millisecond))
	buf := make([]byte, 512)
	k, err := c.Read(buf)
	if err != nil {
		return nil, false
	}
	if err := m.Unpack(buf[:k]); err != nil {
		t.Fatal(err)
	}
	return m.Answers, m.ID == 7
}

func TestEveryNameIsTheNotice(t *testing.T) {
	n, held := shown(t)
	list, ok := ask(t, n, dnsmessage.TypeA)
	if !ok || len(list) != 1 || list[0].Body.(*dnsmessage.AResource).A != [4]byte{127, 0, 0, 1} || list[0].Header.TTL > 5 {
		t.Errorf("%v %v", list, ok)
	}
	if list, ok = ask(t, n, dnsmessage.TypeTXT); !ok || len(list) != 0 {
		t.Errorf("TXT: %v %v", list, ok)
	}
	if list, ok = ask(t, n, dnsmessage.TypeAAAA); !ok || len(list) != 0 {
		t.Errorf("AAAA: %v %v", list, ok)
	}
	held.Store(false)
	if _, ok = ask(t, n, dnsmessage.TypeA); ok {
		t.Error("a machine that is not isolated got an answer")
	}
}

func TestConfigSaysWhatIsWrong(t *testing.T) {
	for _, c := range []Config{{Listen: []string{"0.0.0.0:80"}}, {Listen: []string{"10.1.0.9"}}, {DNS: []string{"10.1.0.9:53"}}} {
		if c.Validate() == nil {
			t.Errorf("%+v was accepted", c)
		}
	}
}

func FuzzName(f *testing.F) {
	n := &Notice{pages: []netip.AddrPort{netip.MustParseAddrPort("10.1.0.9:80")}}
	f.Add([]byte{0, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 'a', 0, 0, 1, 0, 1})
	f.Add([]byte{0, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0xc0, 0x0c, 0, 1, 0, 1})
	f.Fuzz(func(t *testing.T, b []byte) {
		if out := n.name(b); len(out) > 0 && (len(out) < 12 || out[2]&0x80 == 0) {
			t.Errorf("%x", out)
		}
	})
}
