package wire

// Buffers of HTTP/2 alone (RFC 9113). One transaction is a stream; frames of stream 0 are transactions of their own.
const (
	HTTP2FrameType   Buffer = baseHTTP2 + iota // of each frame
	HTTP2ErrorCode                             // of RST_STREAM and GOAWAY
	HTTP2Priority                              // weight of PRIORITY, or of HEADERS with one
	HTTP2Window                                // increment of WINDOW_UPDATE
	HTTP2SizeUpdate                            // of HPACK's dynamic table
	HTTP2Setting                               // one each: the setting in the upper 32 bits, its value below; rules ask by http2.settings
	HTTP2HeaderName                            // one each
	HTTP2Header                                // "name: value", one each; a colon of either is doubled
	FrameHTTP2Header                           // nine bytes
	FrameHTTP2Data                             // payload of a frame
	FrameHTTP2PDU                              // both
)

var http2Apps = []string{"http2", "doh2"}

var http2Types = map[string]uint64{
	"data": 0, "headers": 1, "priority": 2, "rststream": 3, "rst_stream": 3, "settings": 4, "pushpromise": 5, "push_promise": 5, "ping": 6, "goaway": 7,
	"windowupdate": 8, "window_update": 8, "continuation": 9,
}

var http2Errors = map[string]uint64{
	"no_error": 0, "protocol_error": 1, "internal_error": 2, "flow_control_error": 3, "settings_timeout": 4, "stream_closed": 5,
	"frame_size_error": 6, "refused_stream": 7, "cancel": 8, "compression_error": 9, "connect_error": 10, "enhance_your_calm": 11,
	"inadequate_security": 12, "http_1_1_required": 13,
}

// HTTP2Settings are the words for settings (RFC 9113 §6.5.2).
var HTTP2Settings = map[string]uint64{
	"settings_header_table_size": 1, "settings_enable_push": 2, "settings_max_concurrent_streams": 3, "settings_initial_window_size": 4,
	"settings_max_frame_size": 5, "settings_max_header_list_size": 6, "header_table_size": 1, "enable_push": 2, "max_concurrent_streams": 3,
	"initial_window_size": 4, "max_frame_size": 5, "max_header_list_size": 6,
}

var http2Buffers = []Description{
	{ID: HTTP2FrameType, Name: "http2.frametype", Number: true, Bits: 8, Enum: http2Types, Apps: http2Apps},
	{ID: HTTP2ErrorCode, Name: "http2.errorcode", Number: true, Bits: 32, Enum: http2Errors, Apps: http2Apps},
	{ID: HTTP2Priority, Name: "http2.priority", Number: true, Bits: 8, Apps: http2Apps},
	{ID: HTTP2Window, Name: "http2.window", Number: true, Bits: 32, Apps: http2Apps},
	{ID: HTTP2SizeUpdate, Name: "http2.size_update", Number: true, Bits: 64, Apps: http2Apps},
	{ID: HTTP2Setting, Name: "http2.settings", Number: true, Bits: 64, Apps: http2Apps},
	{ID: HTTP2HeaderName, Name: "http2.header_name", Apps: http2Apps},
	{ID: HTTP2Header, Name: "http2.header", Apps: http2Apps},
	{ID: FrameHTTP2Header, Name: "frame:http2.hdr", Apps: http2Apps},
	{ID: FrameHTTP2Data, Name: "frame:http2.data", Apps: http2Apps},
	{ID: FrameHTTP2PDU, Name: "frame:http2.pdu", Apps: http2Apps},
}
