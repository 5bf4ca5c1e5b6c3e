package detecttest

import (
	"time"

	"github.com/yagura-project/yagura/event"
)

// Calls is a sample of DCE/RPC calls from one machine to another, one every gap, each answered.
func Calls(name, origin, from, to string, gap time.Duration, calls []event.DCERPC, want ...Expect) Sample {
	s := NewScript(uint64(len(name)) + 100)
	c := s.TCP(from, to, 49670, "dcerpc", 3000, 4000)
	for _, r := range calls {
		s.Wait(gap).RPC(c, r)
	}
	return s.Sample(name, origin, []string{"10.0.0.0/8"}, want...)
}

// Call is one call of an operation; args are pairs of name and value.
func Call(iface, operation string, args ...string) event.DCERPC {
	r := event.DCERPC{Interface: iface, Operation: operation}
	for i := 0; i+1 < len(args); i += 2 {
		if r.Args == nil {
			r.Args = map[string]string{}
		}
		r.Args[args[i]] = args[i+1]
	}
	return r
}

// Repeat is n times the same call.
func Repeat(n int, r event.DCERPC) (out []event.DCERPC) {
	for range n {
		out = append(out, r)
	}
	return out
}
