package wire

import (
	"bytes"
	"encoding/binary"
	"strconv"
	"strings"
	"time"
)

// tlsNames are versions as EVE names them.
var tlsNames = map[uint64]string{0x0002: "SSLv2", 0x0300: "SSLv3", 0x0301: "TLSv1", 0x0302: "TLS 1.1", 0x0303: "TLS 1.2", 0x0304: "TLS 1.3"}

// moment is a number of seconds as EVE has the times of certificates.
func moment(f *Field) string { return time.Unix(int64(f.N), 0).UTC().Format("2006-01-02T15:04:05") }

// mediaType is a content type without its parameters.
func mediaType(f *Field) string {
	kind, _, _ := strings.Cut(string(f.B[:min(len(f.B), maxFactValue)]), ";")
	return strings.TrimRight(kind, " \t")
}

// hostPort is the port that stands behind a host, outside of an address of IPv6 in brackets.
func hostPort(f *Field) (int64, bool) {
	i := bytes.LastIndexByte(f.B, ':')
	if i < 0 || bytes.IndexByte(f.B[i:], ']') >= 0 {
		return 0, false
	}
	n, ok := whole(f.B[i+1:])
	return n, ok && n <= 65535
}

// quicVersion is a version as EVE has it: those of Google are letters and digits, others numbers.
func quicVersion(f *Field) string {
	if len(f.B) != 4 {
		return ""
	}
	if f.B[0] == 'Q' || f.B[0] == 'T' {
		return string(f.B)
	}
	return strconv.FormatUint(uint64(binary.BigEndian.Uint32(f.B)), 16)
}
