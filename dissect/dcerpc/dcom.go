package dcerpc

import (
	"bytes"
	"encoding/binary"
	"strings"

	"github.com/yagura-project/yagura/dissect/utf16le"
)

// orpcThis is the length of an ORPCTHIS without extensions (MS-DCOM §2.2.13.3): version, flags, reserved, causality, extensions.
const orpcThis = 32

// isORPC tells whether a stub begins as each DCOM call does: version 5.1 … 5.7, flags 0, reserved 0.
func isORPC(b []byte) bool {
	return len(b) >= orpcThis && b[0] == 5 && b[1] == 0 && b[2] >= 1 && b[2] <= 7 && b[3] == 0 &&
		binary.LittleEndian.Uint32(b[4:]) <= 1 && binary.LittleEndian.Uint32(b[8:]) == 0
}

// activation reads the class that a client asks a machine to start (MS-DCOM §2.2.22.2.1, InstantiationInfoData).
// The properties are blobs with a type serialisation header (MS-RPCE §2.2.6) each; the one that begins with the class
// is told by what follows it: context flags, surrogate, number of interfaces, and the client's COM version.
func activation(r *ndr, a args) {
	header := []byte{0x01, 0x10, 0x08, 0x00, 0xcc, 0xcc, 0xcc, 0xcc}
	b := r.b
	for {
		i := bytes.Index(b, header)
		if i < 0 || len(b) < i+16+52 {
			r.bad = len(a) == 0
			return
		}
		b = b[i+16:]
		if isInstantiation(b) {
			a.put("clsid", formatUUID(b, binary.LittleEndian))
			return
		}
	}
}

// isInstantiation checks class, class context, activation flags, surrogate, cIID, instance flag, pIID, size, COM version.
func isInstantiation(b []byte) bool {
	u := func(at int) uint32 { return binary.LittleEndian.Uint32(b[at:]) }
	zero := bytes.Count(b[:16], []byte{0}) == 16
	return !zero && u(24) <= 1 && u(28) >= 1 && u(28) <= 64 && u(32) <= 1 && u(36) != 0 &&
		b[44] == 5 && b[45] == 0 && b[46] >= 1 && b[46] <= 7 && b[47] == 0
}

// WMI: MS-WMI §3.1.4.3. Texts are FLAGGED_WORD_BLOBs (MS-OAUT §2.2.23.1) behind ORPCTHIS.
var wmiReaders = map[string]reader{
	"ExecMethod":      words("object", "method"),
	"ExecMethodAsync": words("object", "method"),
	"ExecQuery":       words("language", "query"),
	"ExecQueryAsync":  words("language", "query"),
	"GetObject":       words("object"),
	"OpenNamespace":   words("namespace"),
}

// words takes the FLAGGED_WORD_BLOBs of a stub in order and gives them the names.
func words(names ...string) reader {
	return func(r *ndr, a args) {
		at := orpcThis
		for _, name := range names {
			var s string
			if s, at = blob(r.b, at); s == "" {
				r.bad = len(a) == 0
				return
			}
			a.put(name, s)
		}
	}
}

// blob finds the next FLAGGED_WORD_BLOB: maximum, bytes, count, characters; bytes is twice the count.
func blob(b []byte, at int) (s string, end int) {
	for ; at+12 <= len(b); at += 4 {
		u := func(i int) uint32 { return binary.LittleEndian.Uint32(b[at+i:]) }
		n := int(u(0))
		if n == 0 || n > 4096 || int(u(8)) != n || int(u(4)) != 2*n || at+12+2*n > len(b) {
			continue
		}
		s = utf16le.Text(b[at+12:at+12+2*n], maxText)
		if len([]rune(s)) == n && !strings.ContainsRune(s, 0xfffd) {
			return s, (at + 12 + 2*n + 3) &^ 3
		}
	}
	return "", len(b)
}
