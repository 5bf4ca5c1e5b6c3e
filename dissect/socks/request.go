package socks

import (
	"bytes"
	"encoding/binary"
	"net/netip"
	"strconv"

	"github.com/yagura-project/yagura/dissect"
)

// address reads "version, command, reserved, type, address, port" (RFC 1928 §4, §5).
func address(b []byte) (where string, n int, err error) {
	if len(b) < 5 {
		return "", 0, nil
	}
	switch b[3] {
	case 1:
		n = 4 + 4
	case 4:
		n = 4 + 16
	case 3:
		n = 5 + int(b[4])
	default:
		return "", 0, errMessage
	}
	if len(b) < n+2 {
		return "", 0, nil
	}
	port := binary.BigEndian.Uint16(b[n:])
	if ip, ok := netip.AddrFromSlice(b[4:n]); ok && b[3] != 3 {
		return netip.AddrPortFrom(ip, port).String(), n + 2, nil
	}
	return string(bytes.ToValidUTF8(b[5:n], []byte("?"))) + ":" + strconv.Itoa(int(port)), n + 2, nil
}

const maxName = 512

// old reads a request of SOCKS 4; an address 0.0.0.x means that a name follows (4A).
func old(b []byte) (where string, n int, err error) {
	if len(b) < 9 {
		return "", 0, nil
	}
	end, err := text(b[8:])
	if end < 0 {
		return "", 0, err
	}
	n = 8 + end + 1
	host := netip.AddrFrom4([4]byte(b[4:8])).String()
	if b[4]|b[5]|b[6] == 0 && b[7] != 0 {
		if end, err = text(b[n:]); end < 0 {
			return "", 0, err
		}
		host = string(bytes.ToValidUTF8(b[n:n+end], []byte("?")))
		n += end + 1
	}
	return host + ":" + strconv.Itoa(int(binary.BigEndian.Uint16(b[2:]))), n, nil
}

// userID is who asks, by a request of SOCKS 4 that is whole.
func userID(b []byte) string {
	id, _, _ := bytes.Cut(b[8:], []byte{0})
	return dissect.Text(string(id), "?")
}

// text is where a text that ends with a zero ends; -1 where that has not come, or, with an error, must have come before.
func text(b []byte) (end int, err error) {
	if end = bytes.IndexByte(b[:min(len(b), maxName+1)], 0); end < 0 && len(b) > maxName {
		err = errMessage
	}
	return end, err
}
