// Package syslog recognises syslog (RFC 3164, RFC 5424) over UDP and TCP (RFC 6587).
package syslog

import "github.com/yagura-project/yagura/dissect"

// Protocol is syslog on its usual ports.
var Protocol = dissect.Protocol{
	Name:      "syslog",
	Spec:      "RFC 3164, RFC 5424, RFC 6587",
	TCP:       []uint16{514, 601, 1514},
	UDP:       []uint16{514},
	Probe:     probe,
	Stream:    dissect.Named,
	Datagrams: dissect.NamedDatagrams,
}

const maxPriority = 191 // RFC 5424 §6.2.1

func probe(_ dissect.Dir, b []byte, udp bool, _ uint16) dissect.Match {
	if !udp { // RFC 6587 §3.4.1: the length of the message may come first
		for len(b) > 0 && b[0] >= '0' && b[0] <= '9' {
			b = b[1:]
		}
		if len(b) > 0 && b[0] == ' ' {
			b = b[1:]
		}
		if len(b) < 5 && (len(b) == 0 || b[0] == '<') {
			return dissect.Maybe
		}
	}
	if len(b) < 4 || b[0] != '<' {
		return dissect.No
	}
	n := 0
	for i, c := range b[1:min(len(b), 5)] {
		switch {
		case c >= '0' && c <= '9':
			n = n*10 + int(c-'0')
		case c == '>' && i > 0 && n <= maxPriority:
			return dissect.Yes
		default:
			return dissect.No
		}
	}
	return dissect.No
}
