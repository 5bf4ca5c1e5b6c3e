package wire

// Buffers of WebSocket (RFC 6455); one transaction is a message or a control frame.
const (
	WebSocketPayload     Buffer = baseWebSocket + iota // unmasked, inflated (RFC 7692)
	WebSocketMask                                      // masking key
	WebSocketOpcode                                    //
	WebSocketFlags                                     // as in the first byte: FIN 0x80, RSV 0x40 0x20 0x10
	WebSocketFrameHeader                               // head of a frame as sent, with its mask
	WebSocketFrameData                                 // its payload as sent, still masked, as far as it is kept
	WebSocketFramePDU                                  // both
)

var websocketApps = []string{"websocket"}

var websocketBuffers = []Description{
	{ID: WebSocketPayload, Name: "websocket.payload", Apps: websocketApps},
	{ID: WebSocketMask, Name: "websocket.mask", Number: true, Bits: 32, Apps: websocketApps},
	{ID: WebSocketOpcode, Name: "websocket.opcode", Number: true, Bits: 8, Apps: websocketApps,
		Enum: map[string]uint64{"continuation": 0, "text": 1, "binary": 2, "connection_close": 8, "close": 8, "ping": 9, "pong": 10}},
	{ID: WebSocketFrameHeader, Name: "frame:websocket.header", Apps: websocketApps},
	{ID: WebSocketFrameData, Name: "frame:websocket.data", Apps: websocketApps},
	{ID: WebSocketFramePDU, Name: "frame:websocket.pdu", Apps: websocketApps},
	{ID: WebSocketFlags, Name: "websocket.flags", Number: true, Bits: 8, Apps: websocketApps, Enum: map[string]uint64{"fin": 0x80, "comp": 0x40}},
}
