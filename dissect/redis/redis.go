// Package redis recognises the protocol of Redis (RESP 2 and 3).
package redis

import "github.com/yagura-project/yagura/dissect"

// Protocol is Redis on any port.
var Protocol = dissect.Protocol{
	Name:     "redis",
	Spec:     "RESP2, RESP3",
	TCP:      []uint16{6379},
	Anywhere: true,
	Probe:    probe,
	Stream:   dissect.Named,
}

// probe wants a command: an array of 1–99 strings, whose first is one of at most 99 letters.
func probe(dir dissect.Dir, b []byte, udp bool, port uint16) dissect.Match {
	if udp || len(b) == 0 {
		return dissect.No
	}
	if dir == dissect.Resp {
		if port == 6379 {
			return answer(b)
		}
		return dissect.No
	}
	if port == 6379 && b[0] != '*' {
		return inline(b)
	}
	for _, mark := range [...]byte{'*', '$'} {
		if len(b) == 0 {
			return dissect.Maybe
		}
		if b[0] != mark {
			return dissect.No
		}
		n := 1
		for n < len(b) && n < 4 && b[n] >= '0' && b[n] <= '9' {
			n++
		}
		if m := dissect.Prefix(b[n:], "\r\n"); n == 1 && len(b) > 1 || m != dissect.Yes {
			return m
		}
		b = b[n+2:]
	}
	switch {
	case len(b) == 0:
		return dissect.Maybe
	case b[0]|0x20 < 'a' || b[0]|0x20 > 'z':
		return dissect.No
	}
	return dissect.Yes
}

// inline judges a command as a person types it ("Inline commands"), whose line may come in pieces; worms write so, too.
func inline(b []byte) dissect.Match {
	best := dissect.No
	for _, want := range [...]string{"PING", "INFO", "AUTH ", "CONFIG ", "COMMAND", "CLIENT ", "DBSIZE", "ECHO ", "EVAL ", "FLUSHALL", "FLUSHDB", "HELLO", "KEYS ", "MODULE ",
		"MONITOR", "REPLICAOF ", "SAVE", "BGSAVE", "SCAN ", "SELECT ", "SET ", "SLAVEOF ", "QUIT"} {
		best = max(best, dissect.PrefixFold(b, want))
	}
	return best
}

func answer(b []byte) dissect.Match {
	best := dissect.No
	for _, want := range [...]string{"+OK\r\n", "+PONG\r\n", "-ERR ", "-NOAUTH ", "-DENIED "} {
		best = max(best, dissect.Prefix(b, want))
	}
	return best
}
