package signature_test

import (
	"testing"

	"github.com/yagura-project/yagura/event/wire"
)

// TestSettle looks at bytes that come without a packet; what waits for the end goes on waiting, and nothing is told twice.
func TestSettle(t *testing.T) {
	r := newRig(t, `alert tcp any any -> any any (msg:"late"; flow:to_client; content:"behind"; sid:1;)`,
		`alert tcp any any -> any any (msg:"on"; flow:to_client; content:"behind them"; sid:2;)`)
	f := r.tcp(80, "")
	r.say(f, wire.Orig, "ask")
	r.engine.Gap(f, wire.Resp, 9)
	r.engine.Stream(f, wire.Resp, []byte("it comes behind "))
	r.want()
	r.engine.Settle(f, r.at+1e9)
	r.want(1)
	r.engine.Settle(f, r.at+2e9)
	r.want()
	r.say(f, wire.Resp, "them")
	r.want(2)
	r.engine.Close(f, r.at+3e9)
	r.want()
	r.engine.Settle(f, r.at+4e9) // of what is gone nothing is known
	r.want()
}
