package dhcpv6

import (
	"encoding/binary"
	"encoding/hex"
	"net/netip"
	"strconv"
	"strings"

	"github.com/yagura-project/yagura/dissect/utf16le"
	"github.com/yagura-project/yagura/event"
)

// Options that are read (RFC 8415 §21 but where noted).
const (
	optClientID    = 1
	optServerID    = 2
	optIANA        = 3
	optIATA        = 4
	optIAAddr      = 5
	optRequest     = 6
	optRelayed     = 9
	optStatus      = 13
	optVendorClass = 16
	optInterfaceID = 18
	optResolvers   = 23 // RFC 3646 §3
	optIAPD        = 25
	optIAPrefix    = 26
	optRemoteID    = 37 // RFC 4649
	optFQDN        = 39 // RFC 4704
	maxOptions     = 128
	maxResolvers   = 16
)

// options gives each option to fn.
func options(b []byte, fn func(code uint16, v []byte)) error {
	for range maxOptions {
		if len(b) == 0 {
			return nil
		}
		if len(b) < 4 || int(binary.BigEndian.Uint16(b[2:])) > len(b)-4 {
			return errMessage
		}
		n := 4 + int(binary.BigEndian.Uint16(b[2:]))
		fn(binary.BigEndian.Uint16(b), b[4:n])
		b = b[n:]
	}
	return nil
}

// relayed takes a message out of what a relay wrapped around it.
func relayed(a *event.DHCPActivity, b []byte) (in []byte, err error) {
	if link := addr(b[2:18]); link.IsValid() {
		a.RelayIP = link
	}
	err = options(b[relayLen:], func(code uint16, v []byte) {
		switch code {
		case optRelayed:
			in = v
		case optInterfaceID:
			a.CircuitID = textOrHex(v)
		case optRemoteID:
			if len(v) > 4 {
				a.RemoteID = textOrHex(v[4:])
			}
		}
	})
	if in == nil && err == nil {
		err = errMessage
	}
	return in, err
}

// read fills in what one option tells.
func read(a *event.DHCPActivity, code uint16, v []byte) {
	switch code {
	case optClientID:
		a.ClientID = hex.EncodeToString(v[:min(len(v), 130)])
		a.ClientMAC = hardware(v)
	case optServerID:
		a.ServerID = hex.EncodeToString(v[:min(len(v), 130)])
	case optIANA, optIAPD:
		if len(v) >= 12 {
			times(a, v)
			_ = options(v[12:], func(code uint16, v []byte) { lease(a, code, v) })
		}
	case optIATA:
		if len(v) >= 4 {
			_ = options(v[4:], func(code uint16, v []byte) { lease(a, code, v) })
		}
	case optStatus:
		outcome(a, v)
	case optResolvers:
		for ; len(v) >= 16 && len(a.Resolvers) < maxResolvers; v = v[16:] {
			if ip := addr(v[:16]); ip.IsValid() {
				a.Resolvers = append(a.Resolvers, ip)
			}
		}
	case optRequest:
		a.Params = numbers(v)
	case optVendorClass:
		if len(v) > 6 {
			a.Vendor = text(v[6:])
		}
	case optFQDN:
		if len(v) > 1 {
			a.FQDN = name(v[1:])
		}
	}
}

// times reads T1 and T2 of what a server gives (RFC 8415 §21.4, §21.21); 0 leaves them to the client.
func times(a *event.DHCPActivity, v []byte) {
	if a.FromServer() && a.RenewSec == 0 {
		a.RenewSec, a.RebindSec = binary.BigEndian.Uint32(v[4:]), binary.BigEndian.Uint32(v[8:])
	}
}

// outcomes are the codes of a status (RFC 8415 §21.13, RFC 3633 §16).
var outcomes = [...]string{1: "UnspecFail", 2: "NoAddrsAvail", 3: "NoBinding", 4: "NotOnLink", 5: "UseMulticast", 6: "NoPrefixAvail"}

// outcome is why a server does not give what it was asked for: the first failure counts, wherever it stands.
func outcome(a *event.DHCPActivity, v []byte) {
	if len(v) < 2 || a.Status != "" {
		return
	}
	if code := int(binary.BigEndian.Uint16(v)); code < len(outcomes) {
		a.Status = outcomes[code]
	} else {
		a.Status = strconv.Itoa(code)
	}
}

// lease reads an address or a prefix with its lifetimes (RFC 8415 §21.6, §21.22): asked for by a client, given by a server.
func lease(a *event.DHCPActivity, code uint16, v []byte) {
	var ip netip.Addr
	var seconds uint32
	switch {
	case code == optStatus:
		outcome(a, v)
	case code == optIAAddr && len(v) >= 24:
		ip, seconds = addr(v[:16]), binary.BigEndian.Uint32(v[20:])
	case code == optIAPrefix && len(v) >= 25:
		ip, seconds = addr(v[9:25]), binary.BigEndian.Uint32(v[4:])
	}
	if !ip.IsValid() {
		return
	}
	if !a.FromServer() {
		if !a.RequestedIP.IsValid() {
			a.RequestedIP = ip
		}
		return
	}
	if !a.YourIP.IsValid() {
		a.YourIP, a.LeaseSec = ip, seconds
	}
}

// hardware is the Ethernet address within a DUID (RFC 8415 §11.2, §11.4), zero where it has none.
func hardware(duid []byte) (mac event.MAC) {
	if len(duid) < 4 || binary.BigEndian.Uint16(duid[2:]) != 1 {
		return mac
	}
	switch kind := binary.BigEndian.Uint16(duid); {
	case kind == 1 && len(duid) == 14:
		copy(mac[:], duid[8:])
	case kind == 3 && len(duid) == 10:
		copy(mac[:], duid[4:])
	}
	return mac
}

func addr(b []byte) netip.Addr {
	ip, ok := netip.AddrFromSlice(b)
	if !ok || ip.IsUnspecified() {
		return netip.Addr{}
	}
	return ip
}

// name is a domain name on the wire, which may lack its end (RFC 4704 §4.2).
func name(b []byte) string {
	var labels []string
	for len(b) > 0 && b[0] != 0 && len(b) > int(b[0]) && len(labels) < 64 {
		labels = append(labels, text(b[1:1+b[0]]))
		b = b[1+b[0]:]
	}
	return strings.Join(labels, ".")
}

func numbers(b []byte) string {
	var s []string
	for ; len(b) >= 2 && len(s) < 64; b = b[2:] {
		s = append(s, strconv.Itoa(int(binary.BigEndian.Uint16(b))))
	}
	return strings.Join(s, ",")
}

func text(b []byte) string { return utf16le.Printable(string(b[:min(len(b), 255)])) }

func textOrHex(b []byte) string {
	for _, c := range b {
		if c < ' ' || c > '~' {
			return hex.EncodeToString(b)
		}
	}
	return string(b)
}
