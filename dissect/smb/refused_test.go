package smb

import (
	"testing"

	"github.com/yagura-project/yagura/dissect"
)

// TestRefusedWrite: of a file of which a write is refused nobody has what went by.
func TestRefusedWrite(t *testing.T) {
	const full = 0xc000007f // STATUS_DISK_FULL
	for _, status := range []uint32{0, full} {
		x := newTalk(t, false)
		x.say(dissect.Orig, compound(createRequest(1, "a.exe")))
		x.say(dissect.Resp, compound(createResponse(1, 7)))
		x.say(dissect.Orig, writeRequest(2, 7, 0, 3000))
		x.say(dissect.Resp, compound(message(cmdWrite, flagResponse, 2, 0, make([]byte, 16))))
		x.say(dissect.Orig, writeRequest(3, 7, 3000, 3000))
		x.say(dissect.Resp, compound(message(cmdWrite, flagResponse, 3, status, make([]byte, 16))))
		x.say(dissect.Orig, compound(closeRequest(4, 0, fileID{7})))
		x.say(dissect.Resp, compound(message(cmdClose, flagResponse, 4, 0, make([]byte, 60))))
		if e := x.last("close"); e.File.Partial != (status != 0) || e.Bytes != 6000 {
			t.Errorf("status %#x: %d bytes, partial %v", status, e.Bytes, e.File.Partial)
		}
	}
}
