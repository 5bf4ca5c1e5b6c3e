package capture

import (
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// kernel lets the kernel itself run a filter, on a socket between two ends of this process.
func kernel(t *testing.T, f *Filter, link Link) func(frame []byte) bool {
	t.Helper()
	pair, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_DGRAM|unix.SOCK_NONBLOCK, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Close(pair[0]); unix.Close(pair[1]) })
	if err := f.attach(pair[1], link); err != nil {
		t.Fatal(err)
	}
	return func(frame []byte) bool {
		if _, err := unix.Write(pair[0], frame); err != nil {
			t.Fatal(err)
		}
		n, err := unix.Read(pair[1], make([]byte, 2000))
		return err == nil && n == len(frame)
	}
}

// segment4 is a packet with ports.
func segment4(src, dst string, proto byte, from, to uint16) []byte {
	b := append(frame(src, dst, 34), byte(from>>8), byte(from), byte(to>>8), byte(to), 0, 0, 0, 0)
	b[23] = proto
	return b
}

func tagged(b []byte, id uint16) []byte {
	return append(append(append([]byte(nil), b[:12]...), 0x81, 0, byte(id>>8)|0x60, byte(id)), b[12:]...)
}

func TestFilter(t *testing.T) {
	web := segment4("10.1.2.3", "192.0.2.1", 6, 40000, 443)
	back := segment4("192.0.2.1", "10.1.2.3", 6, 443, 40000)
	dns := segment4("10.1.2.3", "10.9.9.9", 17, 5000, 53)
	ping := segment4("10.1.2.3", "10.9.9.9", 1, 53, 53)
	piece := segment4("10.1.2.3", "10.9.9.9", 17, 53, 53)
	piece[21] = 9
	arp := make([]byte, 42)
	copy(arp[12:], []byte{8, 6, 0, 1, 8, 0, 6, 4, 0, 1})
	copy(arp[28:], []byte{10, 1, 2, 3})
	copy(arp[38:], []byte{10, 9, 9, 9})
	six := make([]byte, 14+40+8)
	copy(six[12:], []byte{0x86, 0xdd, 0x60, 0, 0, 0, 0, 8, 17, 64, 0x20, 1, 0xd, 0xb8})
	copy(six[38:], []byte{0xfd, 0, 0, 1})
	copy(six[54:], []byte{0, 53, 0x13, 0x88})
	all := map[string][]byte{"web": web, "back": back, "dns": dns, "ping": ping, "piece": piece, "arp": arp, "six": six, "tag": tagged(web, 7)}
	order := []string{"web", "back", "dns", "ping", "piece", "arp", "six", "tag"}
	for filter, want := range map[string]string{
		"ip":                               "web back dns ping piece tag",
		"tcp and port 443":                 "web back tag",
		"src port 443":                     "back",
		"dst port 443 || udp":              "web dns piece six tag",
		"port 53":                          "dns six",
		"portrange 53-443":                 "web back dns six tag",
		"host 10.9.9.9":                    "dns ping piece arp",
		"src host 10.9.9.9":                "",
		"dst net 10.8.0.0/13":              "dns ping piece arp",
		"net 2001:db8::/32":                "six",
		"net fd00:1::/32 and src net ::/0": "six",
		"host fd00:1::1":                   "",
		"arp or icmp":                      "ping arp",
		"not (host 10.1.2.3 or ip6)":       "",
		"!tcp && !arp":                     "dns ping piece six",
		"vlan":                             "tag",
		"vlan 7 and tcp":                   "tag",
		"vlan 8":                           "",
		"proto 1":                          "ping",
		"net 0.0.0.0/0 and not vlan":       "web back dns ping piece arp",
		"((((ip6))))":                      "six",
	} {
		f, err := ParseFilter(filter)
		if err != nil {
			t.Errorf("%s: %v", filter, err)
			continue
		}
		passes, bare := kernel(t, f, LinkEthernet), kernel(t, f, LinkRaw)
		var got []string
		for _, name := range order {
			if passes(all[name]) {
				got = append(got, name)
			}
			if b := all[name]; name != "arp" && name != "tag" && bare(b[14:]) != passes(b) {
				t.Errorf("%s: %s is another without its link header", filter, name)
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: takes %v, want %s", filter, got, want)
		}
	}
}

func TestFilterErrors(t *testing.T) {
	for filter, want := range map[string]string{
		"tcp and":                       "column 8, at the end",
		"tcp port":                      `column 5, at "port": expected and, or, or the end`,
		"port 70000":                    "column 6",
		"host example.jp":               "expected an address",
		"net 10.1.0.0/8":                "did you mean 10.0.0.0/8?",
		"(tcp or udp":                   "expected )",
		"src tcp":                       "expected host, net, port",
		"tcp & udp":                     `column 5, at "&"`,
		"frob":                          "expected host",
		"portrange 9-5":                 "5000-5010",
		strings.Repeat("(", 100) + "ip": "more than 64 brackets",
		strings.Repeat("ip or (", 40) + "ip" + strings.Repeat(")", 40): "more than 10 brackets",
		strings.Repeat("host 10.0.0.1 or ", 2000) + "ip":               "instructions",
	} {
		if _, err := ParseFilter(filter); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40s: %v, want %q", filter, err, want)
		}
	}
	if f, err := ParseFilter("  "); f != nil || err != nil {
		t.Errorf("an empty filter: %v, %v", f, err)
	}
}
