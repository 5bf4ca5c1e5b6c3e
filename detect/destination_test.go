package detect_test

import (
	"net/netip"
	"testing"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

func TestDestination(t *testing.T) {
	d := detect.Deps{Home: func(ip netip.Addr) bool { return ip.IsPrivate() }}
	out, proxy := "198.51.100.20", "10.1.0.8"
	for _, c := range []struct {
		dst, method, host, uri string
		port                   uint16
		want                   string
		wantPort               uint16
		tunnel, ok             bool
	}{
		{out, "GET", "WWW.Example:8080", "/", 8080, "www.example", 8080, false, true},
		{out, "GET", "", "/", 80, "", 80, false, true},
		{proxy, "GET", "www.example", "http://www.example/a?b=http://x", 3128, "www.example", 80, false, true},
		{proxy, "GET", "x", "https://user@www.example:444", 3128, "www.example", 444, false, true},
		{proxy, "CONNECT", "www.example:443", "www.example:443", 3128, "www.example", 443, true, true},
		{proxy, "CONNECT", "", "203.0.113.9:8443", 3128, "203.0.113.9", 8443, true, true},
		{proxy, "CONNECT", "", "[2001:db8::1]:443", 3128, "[2001:db8::1]", 443, true, true},
		{proxy, "CONNECT", "", "10.1.0.9:443", 3128, "10.1.0.9", 443, true, false},
		{proxy, "GET", "intra.example", "/", 80, "", 0, false, false},
	} {
		h := &event.HTTPActivity{Method: c.method, Host: c.host, URI: c.uri}
		h.Src.IP, h.Dst = netip.MustParseAddr("10.1.2.30"), event.Endpoint{IP: netip.MustParseAddr(c.dst), Port: c.port}
		to, ok := d.Destination(h)
		if ok != c.ok || ok && (to.Host != c.want || to.Port != c.wantPort || to.Tunnel != c.tunnel) {
			t.Errorf("%s %s at %s: %+v, %v", c.method, c.uri, c.dst, to, ok)
		}
	}
}
