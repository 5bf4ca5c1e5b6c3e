package tls

import (
	"crypto/md5"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// JA3String is what JA3 hashes: version, ciphers, extensions, groups and point formats, without GREASE (Salesforce).
func (h *Hello) JA3String() string {
	formats := make([]uint16, len(h.formats))
	for i, f := range h.formats {
		formats[i] = uint16(f)
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
	b := strconv.AppendUint(make([]byte, 0, 256), uint64(version), 10)
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
	ciphers, extensions := without(h.Ciphers), without(h.Extensions)
	name := byte('i')
	if h.hasSNI {
		name = 'd'
	}
	a := fmt.Sprintf("%c%s%c%02d%02d%s", transport, ja4Version(h), name, min(len(ciphers), 99), min(len(extensions), 99), ja4ALPN(h.ALPN))
	slices.Sort(ciphers)
	rest := slices.DeleteFunc(extensions, func(v uint16) bool { return v == extServerName || v == extALPN })
	slices.Sort(rest)
	c := hexes(rest)
	if signatures := without(h.signatures); len(rest) > 0 && len(signatures) > 0 {
		c += "_" + hexes(signatures)
	}
	return a + "_" + short(hexes(ciphers)) + "_" + short(c)
}

func without(list []uint16) []uint16 {
	return slices.DeleteFunc(slices.Clone(list), grease)
}

// ja4Version is the highest version offered.
func ja4Version(h *Hello) string {
	v := h.Legacy
	if versions := without(h.Versions); len(versions) > 0 {
		v = slices.Max(versions)
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

func hexes(list []uint16) string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = fmt.Sprintf("%04x", v)
	}
	return strings.Join(out, ",")
}

// short is the first 12 digits of SHA-256, zeros for nothing.
func short(s string) string {
	if s == "" {
		return "000000000000"
	}
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:6])
}
