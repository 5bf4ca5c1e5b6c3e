package wire

// Buffers of RFB (RFC 6143).
const (
	RFBSecType   Buffer = baseRFB + iota // security type that was agreed on (§7.1.2)
	RFBSecResult                         // 0 OK, 1 failed (§7.1.3)
	RFBName                              // of the desktop (§7.3.2)
	RFBFramePDU                          // a message of the handshake
)

var rfbApps = []string{"rfb"}

var rfbBuffers = []Description{
	{ID: RFBSecType, Name: "rfb.sectype", Number: true, Bits: 32, Apps: rfbApps, Dirs: [2]bool{Resp: true}},
	{ID: RFBSecResult, Name: "rfb.secresult", Number: true, Bits: 32, Apps: rfbApps, Dirs: [2]bool{Resp: true},
		Enum: map[string]uint64{"ok": 0, "fail": 1, "toomany": 2}},
	{ID: RFBName, Name: "rfb.name", Apps: rfbApps, Dirs: [2]bool{Resp: true}},
	{ID: RFBFramePDU, Name: "frame:rfb.pdu", Apps: rfbApps},
}
