package attack

import (
	"encoding/base32"
	"fmt"
	"strings"
	"time"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/lab/town/stage"
)

var letters = base32.StdEncoding.WithPadding(base32.NoPadding)

// dnsTunnel carries a file out inside names, and commands in by TXT or CNAME.
func dnsTunnel(a *Act) {
	domain := stage.Pick(a.Scene, []string{"t.", "dn.", "ns1.", ""}) + a.Registered()
	typ := stage.Pick(a.Scene, []string{"TXT", "CNAME", "NULL", "A"})
	n := Level(a, 400, 900, 2500, 6000, 12_000)
	gap := Level(a, 40*time.Second, 10*time.Second, time.Second, 300*time.Millisecond, 60*time.Millisecond)
	size := Level(a, 24, 32, 60, 90, 110)
	a.Steps(n, func() time.Duration { return a.Around(gap, 0.5) }, func(i int) {
		piece := make([]byte, size)
		for j := range piece {
			piece[j] = byte(a.Rand.UintN(256))
		}
		text := strings.ToLower(letters.EncodeToString(piece))
		for at := 60; at < len(text); at += 61 {
			text = text[:at] + "." + text[at:]
		}
		name := fmt.Sprintf("%s.%04x.%s", text, i, domain)
		a.Ask(name, typ, "NOERROR", event.DNSAnswer{Name: name, Type: typ, TTL: 1, Data: strings.Repeat("a", 40)})
	})
}

// dga asks for made-up names until one exists.
func dga(a *Act) {
	n := Level(a, 30, 60, 150, 300, 600)
	gap := Level(a, 20*time.Second, 8*time.Second, 3*time.Second, time.Second, 300*time.Millisecond)
	a.Steps(n, func() time.Duration { return a.Around(gap, 0.6) }, func(int) {
		name := make([]byte, 10+a.Rand.IntN(8))
		for i := range name {
			name[i] = 'a' + byte(a.Rand.IntN(26))
		}
		a.Ask(string(name)+stage.Pick(a.Scene, []string{".com", ".net", ".info", ".biz", ".org", ".ru"}), "A", "NXDOMAIN")
	})
}
