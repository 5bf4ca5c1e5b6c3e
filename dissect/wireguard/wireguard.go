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

const transport = 4 // §5.4.6: at least 32 bytes, in steps of 16

func probe(_ dissect.Dir, b []byte, udp bool, port uint16) dissect.Match {
	if !udp || len(b) < 32 || b[0] == 0 || b[0] > transport || b[1]|b[2]|b[3] != 0 {
		return dissect.No
	}
	if sizes[b[0]] == len(b) || b[0] == transport && port == 51820 && len(b)%16 == 0 {
		return dissect.Yes
	}
	return dissect.No
}
