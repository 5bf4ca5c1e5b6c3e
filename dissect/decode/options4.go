package decode

import (
	"encoding/binary"

	"github.com/yagura-project/yagura/event/wire"
)

// IPv4 options (IANA) that are known.
const (
	optRecordRoute = 7
	optQuickStart  = 25
	optTimestamp   = 68
	optSecurity    = 130
	optLooseRoute  = 131
	optExtSecurity = 133
	optCommercial  = 134 // CIPSO
	optStream      = 136
	optStrictRoute = 137
	optRouterAlert = 148
)

// options4 says what is wrong with the options of an IPv4 header; b is what stands behind its first 20 bytes.
func options4(l *Layers, b []byte) {
	if len(b)%8 != 0 {
		odd(l, wire.OnIPv4OptionPadRequired)
	}
	var seen [256 / 64]uint64
	for len(b) > 0 {
		kind := b[0]
		switch kind {
		case 0:
			return
		case 1:
			b = b[1:]
			continue
		}
		if len(b) < 2 {
			odd(l, wire.OnIPv4OptionEolRequired)
			return
		}
		n := int(b[1])
		if n < 2 || n > len(b) {
			odd(l, wire.OnIPv4OptionInvalidLen)
			return
		}
		if bit := uint64(1) << (kind % 64); seen[kind/64]&bit != 0 {
			odd(l, wire.OnIPv4OptionDuplicate)
		} else {
			seen[kind/64] |= bit
			if e := option4(kind, b[:n]); e != "" {
				odd(l, e)
				if e != wire.OnIPv4OptionInvalid {
					return
				}
			}
		}
		b = b[n:]
	}
}

// option4 is what is wrong with one option, "" when nothing is.
func option4(kind byte, b []byte) wire.Event {
	switch kind {
	case optRecordRoute, optLooseRoute, optStrictRoute: // RFC 791 §3.1
		switch {
		case len(b) < 3:
			return wire.OnIPv4OptionInvalidLen
		case b[2] < 4 || int(b[2]) > len(b)+1 || b[2]%4 != 0:
			return wire.OnIPv4OptionMalformed
		}
	case optTimestamp:
		return timestamp4(b)
	case optQuickStart: // RFC 4782 §3.1
		return exactly(b, 8)
	case optStream, optRouterAlert: // RFC 791, RFC 2113
		return exactly(b, 4)
	case optSecurity, optExtSecurity: // RFC 1108
		if len(b) < 3 {
			return wire.OnIPv4OptionInvalidLen
		}
	case optCommercial:
		return commercial4(b)
	default:
		return wire.OnIPv4OptionInvalid
	}
	return ""
}

func exactly(b []byte, n int) wire.Event {
	if len(b) != n {
		return wire.OnIPv4OptionInvalidLen
	}
	return ""
}

// timestamp4 reads an Internet timestamp (RFC 791 §3.1): entries of 4 bytes, or of 8 with addresses.
func timestamp4(b []byte) wire.Event {
	if len(b) < 5 {
		return wire.OnIPv4OptionInvalidLen
	}
	entry := 8
	if b[3]&0xf == 0 {
		entry = 4
	}
	if p := int(b[2]); p < 5 || p > len(b)+1 || (p-5)%entry != 0 {
		return wire.OnIPv4OptionMalformed
	}
	return ""
}

// commercial4 reads the tags of CIPSO (FIPS 188): type, length, content.
func commercial4(b []byte) wire.Event {
	if len(b) < 10 {
		return wire.OnIPv4OptionInvalidLen
	}
	if binary.BigEndian.Uint32(b[2:]) == 0 {
		return wire.OnIPv4OptionMalformed
	}
	for b = b[6:]; len(b) > 0; {
		if len(b) < 4 {
			return wire.OnIPv4OptionMalformed
		}
		kind, n := b[0], int(b[1])
		known := kind == 1 || kind == 2 || kind == 5 || kind == 6 || kind == 7
		if n < 4 || n > len(b) || !known || kind != 7 && b[2] != 0 {
			return wire.OnIPv4OptionMalformed
		}
		b = b[n:]
	}
	return ""
}
