package ldap

import (
	"encoding/binary"
	"strings"
	"testing"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event"
)

// TestLargeSignedBuffer: an answer of a directory that is signed comes in one buffer, however large: the end of a search is read behind an entry that
// is longer than what is looked at, and the next buffer behind what follows on the messages.
func TestLargeSignedBuffer(t *testing.T) {
	long := func(tag byte, body string) string {
		return string(binary.BigEndian.AppendUint32([]byte{tag, 0x84}, uint32(len(body)))) + body
	}
	entry := long(0x30, "\x02\x01\x07"+long(0x64, element(4, "cn=a")+long(0x30, strings.Repeat("x", 100<<10))))
	done := "\x30\x0c\x02\x01\x07\x65\x07\x0a\x01\x00\x04\x00\x04\x00"
	for name, tail := range map[string]string{"": "", "checksum behind": strings.Repeat("\x30", 12)} {
		in := "\x01\x00\x00\x00" + strings.Repeat("s", 12) + entry + done + tail
		buffer := string(binary.BigEndian.AppendUint32(nil, uint32(len(in)))) + in
		small := "\x01\x00\x00\x00" + strings.Repeat("s", 12) + strings.ReplaceAll(done, "\x02\x01\x07", "\x02\x01\x08")
		buffer += string(binary.BigEndian.AppendUint32(nil, uint32(len(small)))) + small
		var got []*event.LDAPActivity
		s := newStream(&dissect.Flow{Emit: func(e event.Event) { got = append(got, e.(*event.LDAPActivity)) }})
		s.secured = true
		for id := range byte(2) {
			m, _ := searchFor(7+id, 1)
			if _, err := s.Data(dissect.Orig, []byte(m)); err != nil {
				t.Fatal(err)
			}
		}
		for at, n := 0, 0; at < len(buffer); at += n {
			var err error
			if n, err = s.Data(dissect.Resp, []byte(buffer[at:])); err != nil || n == 0 {
				t.Fatalf("%s: %d of %d bytes, %v", name, at+n, len(buffer), err)
			}
		}
		if len(got) != 2 || !got[0].Answered || got[0].Entries != 1 || got[0].MessageID != 7 || !got[1].Answered || got[1].MessageID != 8 {
			t.Errorf("%s: %+v", name, got)
		}
	}
}
