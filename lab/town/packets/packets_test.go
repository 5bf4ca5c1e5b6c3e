package packets_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/yagura-project/yagura/capture"
	"github.com/yagura-project/yagura/dissect"
	protocols "github.com/yagura-project/yagura/dissect/all"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/lab/town"
	"github.com/yagura-project/yagura/lab/town/attack"
	"github.com/yagura-project/yagura/lab/town/packets"
)

// facts are what must come out of the dissectors as it went in.
func facts(e event.Event) string {
	c := e.Tuple()
	who := fmt.Sprintf("%s > %s:%d ", c.Src.IP, c.Dst.IP, c.Dst.Port)
	switch e := e.(type) {
	case *event.HTTPActivity:
		return who + "http " + e.Method + " " + e.Host + e.URI
	case *event.DNSActivity:
		if e.Activity == event.DNSResponse {
			return who + e.Service + " " + e.Query + " " + e.RCode
		}
	case *event.NetworkActivity:
		if e.TLS != nil && e.Activity == event.FlowTraffic && !e.Interim {
			return who + "tls " + e.TLS.SNI
		}
	case *event.Authentication:
		if e.Protocol == "ntlm" {
			return who + "ntlm " + e.Domain + " " + e.User + fmt.Sprint(e.Success)
		}
		if e.Protocol == "kerberos" && c.Dst.Port == 88 {
			return fmt.Sprintf("%skerberos %s %s %s %d %v", who, e.Message, e.User, e.Service, e.Error, e.ETypes)
		}
	case *event.SMBActivity:
		if e.RPC != nil && e.RPC.Kind == "call" {
			return who + "rpc " + e.RPC.Interface + " " + e.RPC.Operation + e.RPC.Args["binpath"] + e.RPC.Args["key"] + e.RPC.Args["zero_credential"]
		}
		if e.RPC == nil && (e.Command == "write" || e.Command == "rename" || e.Command == "read") {
			return who + "smb " + e.Command + " " + e.Path + " " + e.Target
		}
	case *event.DHCPActivity:
		return "dhcp " + e.Message + " " + e.ClientMAC.String() + " " + e.YourIP.String()
	case *event.LDAPActivity:
		return who + "ldap " + e.Operation
	}
	return ""
}

// What the town tells by events must be what the dissectors read out of its frames.
func TestFramesTellTheSame(t *testing.T) {
	told, read := map[string]int{}, map[string]int{}
	cfg := dissect.DefaultConfig()
	cfg.Seed = 1
	a := dissect.New(cfg, protocols.Protocols, func(e event.Event) { read[facts(e)]++ })
	n := uint64(0)
	w := packets.New(func(at time.Time, frame []byte, wire int) {
		n++
		a.Packet(&capture.Packet{Nanos: at.UnixNano(), Data: frame, OrigLen: wire, Link: capture.LinkEthernet, Number: n})
	})
	only := func(a attack.Attack) bool { return a.Name == "psexec" || a.Name == "dcsync" || a.Name == "accounts" }
	tn := town.New(town.Options{Seed: 5, PCs: 6, Days: 1, Attacks: only})
	tn.Run(func(e event.Event) {
		told[facts(e)]++
		w.Event(e)
	})
	a.Close()
	kinds := map[string][2]int{}
	missed := 0
	for f, n := range told {
		if f == "" {
			continue
		}
		var kind string
		if _, err := fmt.Sscanf(f, "dhcp %s", &kind); err == nil {
			kind = "dhcp"
		} else {
			_, _ = fmt.Sscanf(f, "%s > %s %s", new(string), new(string), &kind)
		}
		k := kinds[kind]
		k[0] += n
		k[1] += min(n, read[f])
		kinds[kind] = k
		if read[f] < n && missed < 40 {
			missed++
			t.Logf("told %d times, read %d times: %s", n, read[f], f)
		}
	}
	for kind, k := range kinds {
		t.Logf("%s: %d told, %d read", kind, k[0], k[1])
		if k[1]*100 < k[0]*97 {
			t.Errorf("%s: of %d told by events, %d were read from frames", kind, k[0], k[1])
		}
	}
	if len(kinds) < 8 || w.Left() > n/50 {
		t.Errorf("%d kinds, %d events without a message among %d frames", len(kinds), w.Left(), n)
	}
}
