package http

import (
	"encoding/binary"
	"html"
	"strings"
	"unicode/utf16"
)

// maxSOAP are bytes of a call of WinRM that are looked at, in UTF-16 for the most part: namespaces come first, a shell's command behind them.
const maxSOAP = 8 << 10

// manages tells a call of WinRM (MS-WSMV §2.1).
func (x *exchange) manages() bool {
	return x.a.Method == "POST" && len(x.a.URI) >= 6 && strings.EqualFold(x.a.URI[:6], "/wsman")
}

// soap is what such a call says.
func (x *exchange) soap() string {
	if x.call != "" {
		return x.call
	}
	return x.a.Body
}

// program is what a call has a shell run, without what stands behind it: passwords are given so (MS-WSMV §2.2.4.8).
func program(soap string) string {
	command := strings.TrimSpace(html.UnescapeString(element(soap, "Command")))
	if rest, ok := strings.CutPrefix(command, `"`); ok {
		command, _, _ = strings.Cut(rest, `"`)
		return command
	}
	command, _, _ = strings.Cut(command, " ")
	return command
}

// plain is text in UTF-16 as UTF-8, where a mark or the first character shows that it is that (RFC 2781 §3.2, XML 1.0 Appendix F); other bytes stay.
func plain(b []byte) []byte {
	if len(b) < 4 {
		return b
	}
	var order binary.ByteOrder
	switch head := string(b[:2]); {
	case head == "\xff\xfe" && string(b[2:4]) != "\x00\x00": // that is UTF-32
		order, b = binary.LittleEndian, b[2:]
	case head == "\xfe\xff":
		order, b = binary.BigEndian, b[2:]
	case b[1] == 0 && b[3] == 0 && (b[0] == '<' || b[0] == '{'):
		order = binary.LittleEndian
	case b[0] == 0 && b[2] == 0 && (b[1] == '<' || b[1] == '{'):
		order = binary.BigEndian
	default:
		return b
	}
	units := make([]uint16, 0, len(b)/2)
	for ; len(b) >= 2; b = b[2:] {
		units = append(units, order.Uint16(b))
	}
	return []byte(string(utf16.Decode(units)))
}
