package act

import (
	"context"
	"net"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/yagura-project/yagura/event"
)

func TestProbeNamesWhatAnswers(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	port := l.Addr().(*net.TCPAddr).Port
	p := Probe{Mode: ProbeAlways, TCP: []int{port}, Wait: 5 * time.Second}
	o := event.Order{IPs: []netip.Addr{netip.MustParseAddr("127.0.0.1"), netip.MustParseAddr("fe80::1")}}
	answers, asked := p.ask(context.Background(), o)
	if asked != 1 || !slices.Contains(answers, "TCP 127.0.0.1:"+strconv.Itoa(port)) {
		t.Errorf("%d asked: %q", asked, answers)
	}
	if icmp := "ICMP 127.0.0.1"; os.Geteuid() == 0 && !slices.Contains(answers, icmp) {
		t.Errorf("no %s in %q", icmp, answers)
	}
	_ = l.Close() // from here on the connection is refused, as a firewall on the way would do for a machine that is cut off
	if answers, _ := p.ask(context.Background(), o); slices.Contains(answers, "TCP 127.0.0.1:"+strconv.Itoa(port)) {
		t.Errorf("a refused connection counts as an answer: %q", answers)
	}
	p.Mode = ProbeSegment // 127.0.0.1 is on no network that is shared with a machine
	if answers, asked := p.ask(context.Background(), o); asked != 0 || answers != nil {
		t.Errorf("asked beyond the segment: %d %q", asked, answers)
	}
	p.Mode = ProbeOff
	if _, asked := p.ask(context.Background(), o); asked != 0 {
		t.Error("asked although it is off")
	}
	// 192.0.2.0/24 is routed nowhere (RFC 5737): nobody answers.
	p.Mode, p.Wait = ProbeAlways, 200*time.Millisecond
	o.IPs = []netip.Addr{netip.MustParseAddr("192.0.2.77")}
	if answers, asked := p.ask(context.Background(), o); asked != 1 || len(answers) != 0 {
		t.Errorf("%d asked: %q", asked, answers)
	}
}

func TestProbeConfig(t *testing.T) {
	c := DefaultConfig()
	c.Probe = Probe{Mode: "maybe", TCP: []int{0}, Wait: time.Hour}
	err := c.Validate()
	for _, want := range []string{`probe.mode: "maybe"`, "probe.tcp[0]: 0", "probe.wait: 1h"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("no %q in %v", want, err)
		}
	}
}
