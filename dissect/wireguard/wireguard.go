// Package wireguard recognises the handshakes of WireGuard (whitepaper §5.4), all of whose bytes are encrypted.
package wireguard

import "github.com/yagura-project/yagura/dissect"

// Protocol is WireGuard on any port.
var Protocol = dissect.Protocol{
	Name:      "wireguard",
	Spec:      "WireGuard whitepaper §5.4",
	UDP:       []uint16{51820},
	Anywhere:  true,
	Probe:     probe,
	Datagrams: dissect.VeiledDatagrams,
}

// Sizes of the messages with a fixed one: initiation, response and cookie (§5.4.2, §5.4.3, §5.4.7).
var sizes = [5]int{1: 148, 2: 92, 3: 64}

const (
	initiation = 1
	transport  = 4 // §5.4.6: at least 32 bytes, in steps of 16
)

// probe wants a message by its type, three zeros and its size. Where nobody expects WireGuard a response must look encrypted, too, or any datagram
// of 64 or 92 bytes that begins with a small number would do.
func probe(_ dissect.Dir, b []byte, udp bool, port uint16) dissect.Match {
	if !udp || len(b) < 32 || b[0] == 0 || b[0] > transport || b[1]|b[2]|b[3] != 0 {
		return dissect.No
	}
	usual := port == 51820
	switch {
	case b[0] == transport && usual && len(b)%16 == 0, sizes[b[0]] == len(b) && (b[0] == initiation || usual || varied(b[4:keyed])):
		return dissect.Yes
	}
	return dissect.No
}

// keyed is where keys and what they encrypt end, in a response and in a cookie: at least there.
const keyed = 60

// varied reports whether bytes look encrypted: no value comes often.
func varied(b []byte) bool {
	var seen [256]byte
	for _, c := range b {
		if seen[c]++; seen[c] > 6 {
			return false
		}
	}
	return true
}
