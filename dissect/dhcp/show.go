package dhcp

import (
	"encoding/binary"
	"errors"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/tree"
	"github.com/yagura-project/yagura/event/wire"
)

// times are the options that rules ask for.
var times = []struct {
	option byte
	buffer wire.Buffer
}{{optLease, wire.DHCPLeaseTime}, {optRenewal, wire.DHCPRenewalTime}, {optRebinding, wire.DHCPRebindingTime}}

// kinds are what alerts tell by the values of op (RFC 2131 §2), of which 1 is a request and 2 a reply.
var kinds = [2]tree.Node{tree.Of("dhcp", tree.Str("type", "reply")), tree.Of("dhcp", tree.Str("type", "request"))}

// show shows a message to rules: each is a transaction of its direction.
func (p *parser) show(d dissect.Dir, op byte, o options, a *event.DHCPActivity, err error) {
	t := p.f.Tx("")
	if t == nil {
		return
	}
	if t.Said = kinds[op&1]; a.Message != "" {
		t.Tale = a
	}
	switch {
	case errors.Is(err, errCut):
		t.Event(d, "dhcp.truncated_options")
	case err != nil:
		t.Event(d, "dhcp.malformed_options")
	}
	for _, x := range times {
		if v := o[x.option]; len(v) == 4 {
			t.PutNumber(x.buffer, d, uint64(binary.BigEndian.Uint32(v)))
		}
	}
	p.f.EndTx(t)
}
