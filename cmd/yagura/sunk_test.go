package main

import (
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/yagura-project/yagura/event"
)

const sunkConfig = `
capture: {interfaces: [lo]}
home: [10.20.0.0/16]
asset:
  csv: [%q]
console: {listen: 127.0.0.1:0}
store: {dir: %q}
`

// Whoever asks the sinkhole for an attacker's name becomes a case; a name server that asks for others does not.
func TestAQuestionToTheSinkholeBecomesACase(t *testing.T) {
	dir := t.TempDir()
	list := filepath.Join(dir, "devices.csv")
	if err := os.WriteFile(list, []byte("ip,hostname,role\n10.20.0.53,DNS-1,dns\n10.20.1.7,PC-7,\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	r := idleRiver(t, fmt.Sprintf(sunkConfig, list, filepath.Join(dir, "data")))
	ask := func(from string) {
		e := event.DNSActivity{Header: event.Header{Time: time.Now().UTC(), Seen: time.Now().UTC()}, Service: "dns", Query: "evil.example.com", Type: "A"}
		e.Src.IP, e.Dst.IP, e.Dst.Port = netip.MustParseAddr(from), netip.MustParseAddr("10.20.0.9"), 53
		r.sank(e)
	}
	ask("10.20.0.53")
	ask("10.20.1.7")
	ask("10.20.1.7")
	for end := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		list, err := r.state.Incidents(t.Context(), event.IncidentFilter{})
		if err != nil || time.Now().After(end) {
			t.Fatalf("%d cases: %v", len(list), err)
		}
		if len(list) == 0 || len(r.cases.findings) > 0 {
			continue
		}
		if len(list) != 1 || list[0].Device.IP.String() != "10.20.1.7" || list[0].HostSeverity == 0 {
			t.Errorf("%d cases: %+v", len(list), list[0].Device)
		}
		return
	}
}
