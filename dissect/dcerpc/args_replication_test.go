package dcerpc

import (
	"encoding/binary"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"github.com/yagura-project/yagura/event"
)

// TestReplication reads which naming context is asked for, as a DRS_MSG_GETCHGREQ_V8 lies on the wire (MS-DRSR §4.1.10.2.7).
func TestReplication(t *testing.T) {
	stub := make([]byte, 180)
	binary.LittleEndian.PutUint32(stub[20:], 8)
	binary.LittleEndian.PutUint32(stub[24:], 8)
	binary.LittleEndian.PutUint32(stub[flagsAt:], 0x70)
	for _, u := range utf16.Encode([]rune("DC=machi,DC=example\x00")) {
		stub = binary.LittleEndian.AppendUint16(stub, u)
	}
	c := &call{stub: stub, out: event.DCERPC{Interface: "drsuapi", Operation: "DRSGetNCChanges"}}
	if d := cmp.Diff(args{"nc": "DC=machi,DC=example", "flags": "0x70"}, arguments(c)); d != "" {
		t.Error(d)
	}
	c.stub = stub[:180]
	if a := arguments(c); a != nil {
		t.Errorf("a stub without a name gives %v", a)
	}
}
