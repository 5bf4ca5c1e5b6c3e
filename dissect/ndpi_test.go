//go:build !race

package dissect_test

import (
	"bufio"
	"fmt"
	"maps"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/yagura-project/yagura/capture/samples"
	"github.com/yagura-project/yagura/dissect/all"
	"github.com/yagura-project/yagura/dissect/flowtest"
	"github.com/yagura-project/yagura/event"
)

// ndpiNames are our names for nDPI's. Where it names an application ("TLS.Teams"), what stands before the dot counts, except
// that "NetBIOS.SMBv1" over TCP is SMB over the session service.
var ndpiNames = map[string][]string{
	"HTTP": {"http"}, "DNS": {"dns"}, "MDNS": {"mdns"}, "LLMNR": {"llmnr"}, "TLS": {"tls"}, "QUIC": {"quic"}, "Kerberos": {"krb5", "krb5_tcp"},
	"Syslog": {"syslog"}, "SNMP": {"snmp"}, "NetBIOS": {"nbns", "nbss", "nbdgm", "smb"}, "SMBv1": {"smb"}, "SMBv23": {"smb"}, "LDAP": {"ldap", "cldap"},
	"DHCP": {"dhcp"}, "DHCPV6": {"dhcp", "dhcpv6"}, "STUN": {"stun"}, "RDP": {"rdp"}, "SSH": {"ssh"}, "NTP": {"ntp"}, "SIP": {"sip"}, "RTP": {"rtp"},
	"TeamViewer": {"teamviewer"}, "Dropbox": {"dropbox"}, "Spotify": {"spotify"}, "LineCall": {"linecall"}, "Telegram": {"telegram"},
	"Skype_TeamsCall": {"rtp", "skype"}, "Unknown": {""}, "ICMP": {""}, "ICMPV6": {""},
}

var ndpiFlow = regexp.MustCompile(`^\s+\d+\s+(TCP|UDP) (\S+) <?-> (\S+) \[proto: [\d.]+/(\S+?)\].*?\[Confidence: ([^\]]+)\]`)

// TestNDPI holds the names of flows against those that nDPI gives on its own sample captures.
func TestNDPI(t *testing.T) {
	dir := filepath.Dir(samples.Path(t, "../../shared/data/ndpi-result/ndpi-rdp.pcap.out"))
	lists, err := filepath.Glob(filepath.Join(dir, "*.out"))
	if err != nil || len(lists) == 0 {
		t.Fatal("no results of nDPI", err)
	}
	total, same, differ := 0, 0, map[string]int{}
	for _, list := range lists {
		capture := find(filepath.Join(dir, "..", "pcap"), strings.TrimSuffix(filepath.Base(list), ".out"))
		if capture == "" {
			continue
		}
		events, _, err := flowtest.Analyze(capture, all.Protocols...)
		if err != nil {
			t.Logf("%s: %v", capture, err)
		}
		got := apps(events)
		for k, want := range ndpi(t, list) {
			for _, name := range want {
				total++
				name, how, _ := strings.Cut(name, " ")
				if app := got[k]; slices.Contains(ndpiNames[name], app) {
					same++
				} else {
					differ[fmt.Sprintf("%s: nDPI %s by %s, here %q: %s", filepath.Base(capture), name, how, app, why(name, how))]++
				}
			}
		}
	}
	for _, line := range slices.Sorted(maps.Keys(differ)) {
		t.Logf("%4d × %s", differ[line], line)
	}
	t.Logf("%d of %d flows are named alike (%.1f %%)", same, total, 100*float64(same)/float64(max(1, total)))
	if same*10 < total*9 {
		t.Error("fewer than 90 %")
	}
}

// apps are the names of conversations; all flows between the same ports count as one.
func apps(events []event.Event) map[talk]string {
	out := map[talk]string{}
	for _, e := range events {
		if n, ok := e.(*event.NetworkActivity); ok && n.Activity.Ended() {
			k := key(n.Proto.String(), netip.AddrPortFrom(n.Src.IP, n.Src.Port), netip.AddrPortFrom(n.Dst.IP, n.Dst.Port))
			if out[k] == "" {
				out[k] = n.App
			}
		}
	}
	return out
}

// ndpi reads which protocol each flow of a list was given.
func ndpi(t *testing.T, list string) map[talk][]string {
	t.Helper()
	f, err := os.Open(list)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	out := map[talk][]string{}
	s := bufio.NewScanner(f)
	s.Buffer(nil, 1<<20)
	for s.Scan() {
		m := ndpiFlow.FindStringSubmatch(s.Text())
		if m == nil {
			continue
		}
		a, err1 := netip.ParseAddrPort(m[2])
		b, err2 := netip.ParseAddrPort(m[3])
		if err1 != nil || err2 != nil {
			t.Logf("%s: endpoints %s, %s", list, m[2], m[3])
			continue
		}
		name, _, _ := strings.Cut(m[4], ".")
		if m[1] == "TCP" && (m[4] == "NetBIOS.SMBv1" || m[4] == "NetBIOS.SMBv23") {
			name = m[4][len("NetBIOS."):]
		}
		k := key(strings.ToLower(m[1]), a, b)
		out[k] = append(out[k], name+" "+m[5])
	}
	return out
}

// why explains a difference.
func why(name, how string) string {
	switch {
	case how == "Match by port":
		return "nothing was said, and nothing is named by its port alone"
	case how == "Match by IP", name == "Telegram":
		return "nothing is named by who owns an address"
	case name == "Unknown":
		return "named here by what an end point mapper told before"
	case name == "LineCall" || name == "Skype_TeamsCall":
		return "encrypted calls without a mark in the open"
	}
	return "not recognised"
}
