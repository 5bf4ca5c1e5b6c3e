package tls

import (
	"crypto/md5"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
)

// JA3String is what JA3 hashes: version, ciphers, extensions, groups and point formats, without GREASE (Salesforce).
func (h *Hello) JA3String() string {
	var room [8]uint16
	formats := room[:0]
	for _, f := range h.formats {
		formats = append(formats, uint16(f))
	}
	return joined(h.Legacy, h.Ciphers, h.Extensions, h.Groups, formats)
}

// JA3 is the fingerprint of a client, an MD5 in hexadecimal.
func (h *Hello) JA3() string { return digest(h.JA3String()) }

// JA3SString is what JA3S hashes of a ServerHello: version, cipher, extensions.
func (h *Hello) JA3SString() string { return joined(h.Legacy, h.Ciphers, h.Extensions) }

// JA3S is the fingerprint of a server, an MD5 in hexadecimal.
func (h *Hello) JA3S() string { return digest(h.JA3SString()) }

func digest(s string) string {
	sum := md5.Sum([]byte(s))
	return hex.EncodeToString(sum[:])
}

func joined(version uint16, lists ...[]uint16) string {
	var room [512]byte
	b := strconv.AppendUint(room[:0], uint64(version), 10)
	for _, list := range lists {
		b = append(b, ',')
		first := true
		for _, v := range list {
			if grease(v) {
				continue
			}
			if !first {
				b = append(b, '-')
			}
			first = false
			b = strconv.AppendUint(b, uint64(v), 10)
		}
	}
	return string(b)
}

// JA4 is FoxIO's fingerprint of a client (JA4 technical details, BSD 3-clause); transport is 't' for TCP, 'q' for QUIC.
func (h *Hello) JA4(transport byte) string {
	var c, e [ja4Lists]uint16
	ciphers, extensions := without(c[:0], h.Ciphers), without(e[:0], h.Extensions)
	var room [64]byte
	name := byte('i')
	if h.hasSNI {
		name = 'd'
	}
	out := append(append(append(room[:0], transport), ja4Version(h)...), name)
	out = append(twoDigits(twoDigits(out, len(ciphers)), len(extensions)), ja4ALPN(h.ALPN)...)
	slices.Sort(ciphers)
	rest := slices.DeleteFunc(extensions, func(v uint16) bool { return v == extServerName || v == extALPN })
	slices.Sort(rest)
	var text [1024]byte
	out = short(append(out, '_'), hexes(text[:0], ciphers))
	t := hexes(text[:0], rest)
	var g [ja4Lists]uint16
	if signatures := without(g[:0], h.signatures); len(rest) > 0 && len(signatures) > 0 {
		t = hexes(append(t, '_'), signatures)
	}
	return string(short(append(out, '_'), t))
}

// ja4Lists is how long lists usually are at most; longer ones cost an allocation.
const ja4Lists = 96

// twoDigits appends n, 99 at most.
func twoDigits(b []byte, n int) []byte {
	n = min(n, 99)
	return append(b, '0'+byte(n/10), '0'+byte(n%10))
}

// without appends a list without GREASE.
func without(to, list []uint16) []uint16 {
	for _, v := range list {
		if !grease(v) {
			to = append(to, v)
		}
	}
	return to
}

// ja4Version is the highest version offered.
func ja4Version(h *Hello) string {
	v := uint16(0)
	for _, x := range h.Versions {
		if !grease(x) {
			v = max(v, x)
		}
	}
	if v == 0 {
		v = h.Legacy
	}
	switch v {
	case 0x0304:
		return "13"
	case 0x0303:
		return "12"
	case 0x0302:
		return "11"
	case 0x0301:
		return "10"
	case 0x0300:
		return "s3"
	case 0x0002:
		return "s2"
	}
	return "00"
}

// ja4ALPN is the first and the last character of the first name; of its hexadecimal form where one of
// them is not alphanumeric.
func ja4ALPN(names []string) string {
	if len(names) == 0 || names[0] == "" {
		return "00"
	}
	n := names[0]
	if !alnum(n[0]) || !alnum(n[len(n)-1]) {
		n = hex.EncodeToString([]byte(n))
	}
	return string([]byte{n[0], n[len(n)-1]})
}

func alnum(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z'
}

// hexes appends numbers of four digits with commas between them.
func hexes(to []byte, list []uint16) []byte {
	const digits = "0123456789abcdef"
	for i, v := range list {
		if i > 0 {
			to = append(to, ',')
		}
		to = append(to, digits[v>>12], digits[v>>8&0xf], digits[v>>4&0xf], digits[v&0xf])
	}
	return to
}

// short appends the first 12 digits of SHA-256, zeros for nothing.
func short(to, text []byte) []byte {
	if len(text) == 0 {
		return append(to, "000000000000"...)
	}
	sum := sha256.Sum256(text)
	return hex.AppendEncode(to, sum[:6])
}
