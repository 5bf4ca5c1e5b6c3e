package smb

import (
	"bytes"
	"encoding/binary"
	"testing"

	"github.com/yagura-project/yagura/dissect"
)

// TestCompressed writes a file in a compressed message and in a chain of parts (MS-SMB2 §2.2.42.1, §2.2.42.2).
func TestCompressed(t *testing.T) {
	letters := "abcdefghijklmnopqrstuvwxyz"
	one := func(m []byte) []byte { // all but the letters stands before the compressed part
		b := append([]byte("\xfcSMB"), make([]byte, 12)...)
		le.PutUint32(b[4:], uint32(len(letters)))
		le.PutUint16(b[8:], algLZ77)
		le.PutUint32(b[12:], uint32(len(m)-len(letters)))
		b = append(append(b, m[:len(m)-len(letters)]...), "\x3f\x00\x00\x00"+letters...)
		return append(binary.BigEndian.AppendUint32(nil, uint32(len(b))), b...)
	}
	chain := func(m []byte) []byte { // the header as it is, the data as a pattern
		b := append([]byte("\xfcSMB"), le.AppendUint32(nil, uint32(len(m)))...)
		head := len(m) - 26
		b = append(b, 0, 0, 1, 0)
		b = append(le.AppendUint32(b, uint32(head)), m[:head]...)
		b = append(b, algPattern, 0, 0, 0, 8, 0, 0, 0, 'x', 0, 0, 0, 26, 0, 0, 0)
		return append(binary.BigEndian.AppendUint32(nil, uint32(len(b))), b...)
	}
	for name, pack := range map[string]func([]byte) []byte{"one": one, "chain": chain} {
		x := newTalk(t, false)
		x.say(dissect.Orig, compound(createRequest(1, "a.txt")))
		x.say(dissect.Resp, compound(createResponse(1, 9)))
		w := writeRequest(2, 9, 0, len(letters))[frameHead:]
		copy(w[headLen+fixedLen:], letters)
		if name == "chain" {
			copy(w[headLen+fixedLen:], bytes.Repeat([]byte("x"), 26))
		}
		x.say(dissect.Orig, pack(w))
		x.say(dissect.Resp, compound(message(cmdWrite, flagResponse, 2, 0, make([]byte, 16))))
		if e := x.last("write"); e.Path != "a.txt" || e.Bytes != 26 || e.File == nil || e.File.Size != 26 {
			t.Errorf("%s: %+v %+v", name, e, e.File)
		}
	}
}

// TestBadCompression meets lengths that lead beyond the message, as the attack on CVE-2020-0796 sends them.
func TestBadCompression(t *testing.T) {
	for _, b := range []string{
		"\xfcSMB\xff\xff\xff\xff\x01\x00\x00\x00\xff\xff\xff\xff" + "data",
		"\xfcSMB\x10\x00\x00\x00\x01\x00\x00\x00\xff\xff\xff\x7f" + "data",
		"\xfcSMB\x10\x00\x00\x00\x04\x00\x01\x00\x08\x00\x00\x00x\x00\x00\x00\xff\xff\xff\xff",
		"\xfcSMB\x10\x00\x00\x00",
	} {
		if d, ok := expand([]byte(b)); ok {
			t.Errorf("%q gives %d bytes", b, len(d))
		}
	}
}
