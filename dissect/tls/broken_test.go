package tls

import (
	"testing"

	"github.com/yagura-project/yagura/dissect/flowtest"
	"github.com/yagura-project/yagura/event"
)

// What a handshake showed is told once, also where it is broken off: by a client that does not trust the certificate, or before the
// server has answered.
func TestHandshakeThatIsBrokenOff(t *testing.T) {
	talks := talks()
	says := talks["client-certificate"]
	for name, c := range map[string]struct {
		says  []flowtest.Say
		certs bool
	}{
		"whole":               {says, true},
		"it does not trust":   {append(says[:2:2], flowtest.Up(record(21, "\x02\x2e"))), true},
		"it says nothing":     {says[:2], true},
		"the server does not": {says[:1], false},
	} {
		var told []*event.TLS
		for _, e := range flowtest.Events(443, c.says, nil, Protocol) {
			if flow, ok := e.(*event.NetworkActivity); ok && flow.Activity == event.FlowTraffic && flow.TLS != nil {
				told = append(told, flow.TLS)
			}
		}
		if len(told) != 1 || told[0].SNI == "" || (told[0].Certificate != nil) != c.certs {
			t.Errorf("%s: told %d times: %+v", name, len(told), told)
		}
	}
}
