package wire

// Buffers of SIP (RFC 3261). A header's buffer has one field a line, without white space around it, also where its
// compact form was sent.
const (
	SIPMethod Buffer = baseSIP + iota
	SIPURI
	SIPRequestLine // without the end of the line
	SIPStatCode
	SIPStatMsg
	SIPResponseLine
	SIPProtocol // "SIP/2.0"
	SIPFrom
	SIPTo
	SIPVia
	SIPUserAgent
	SIPContentType
	SIPContentLength
	SIPFramePDU
	SIPFrameRequestLine // with the end of the line, as the following
	SIPFrameRequestHeaders
	SIPFrameRequestBody
	SIPFrameResponseLine
	SIPFrameResponseHeaders
	SIPFrameResponseBody
	SDPOrigin // values of SDP's lines (RFC 8866), behind the "=": of the session …
	SDPSessionName
	SDPSessionInfo
	SDPURI
	SDPEmail
	SDPPhoneNumber
	SDPConnectionData
	SDPBandwidth
	SDPTime
	SDPRepeatTime
	SDPTimezone
	SDPEncryptionKey
	SDPAttribute // of the session and of its media
	SDPMediaMedia
	SDPMediaInfo // … and of its media
	SDPMediaConnectionData
	SDPMediaEncryptionKey
)

var sipApps = []string{"sip"}

var sipBuffers = []Description{
	{ID: SIPMethod, Name: "sip.method", Apps: sipApps, Dirs: fromOrig},
	{ID: SIPURI, Name: "sip.uri", Apps: sipApps, Dirs: fromOrig},
	{ID: SIPRequestLine, Name: "sip.request_line", Apps: sipApps, Dirs: fromOrig},
	{ID: SIPStatCode, Name: "sip.stat_code", Apps: sipApps, Dirs: fromResp},
	{ID: SIPStatMsg, Name: "sip.stat_msg", Apps: sipApps, Dirs: fromResp},
	{ID: SIPResponseLine, Name: "sip.response_line", Apps: sipApps, Dirs: fromResp},
	{ID: SIPProtocol, Name: "sip.protocol", Apps: sipApps},
	{ID: SIPFrom, Name: "sip.from", Apps: sipApps},
	{ID: SIPTo, Name: "sip.to", Apps: sipApps},
	{ID: SIPVia, Name: "sip.via", Apps: sipApps},
	{ID: SIPUserAgent, Name: "sip.user_agent", Apps: sipApps},
	{ID: SIPContentType, Name: "sip.content_type", Apps: sipApps},
	{ID: SIPContentLength, Name: "sip.content_length", Apps: sipApps},
	{ID: SIPFramePDU, Name: "frame:sip.pdu", Apps: sipApps},
	{ID: SIPFrameRequestLine, Name: "frame:sip.request.line", Apps: sipApps},
	{ID: SIPFrameRequestHeaders, Name: "frame:sip.request.headers", Apps: sipApps},
	{ID: SIPFrameRequestBody, Name: "frame:sip.request.body", Apps: sipApps},
	{ID: SIPFrameResponseLine, Name: "frame:sip.response.line", Apps: sipApps},
	{ID: SIPFrameResponseHeaders, Name: "frame:sip.response.headers", Apps: sipApps},
	{ID: SIPFrameResponseBody, Name: "frame:sip.response.body", Apps: sipApps},
	{ID: SDPOrigin, Name: "sdp.origin", Apps: sipApps},
	{ID: SDPSessionName, Name: "sdp.session_name", Apps: sipApps},
	{ID: SDPSessionInfo, Name: "sdp.session_info", Apps: sipApps},
	{ID: SDPURI, Name: "sdp.uri", Apps: sipApps},
	{ID: SDPEmail, Name: "sdp.email", Apps: sipApps},
	{ID: SDPPhoneNumber, Name: "sdp.phone_number", Apps: sipApps},
	{ID: SDPConnectionData, Name: "sdp.connection_data", Apps: sipApps},
	{ID: SDPBandwidth, Name: "sdp.bandwidth", Apps: sipApps},
	{ID: SDPTime, Name: "sdp.time", Apps: sipApps},
	{ID: SDPRepeatTime, Name: "sdp.repeat_time", Apps: sipApps},
	{ID: SDPTimezone, Name: "sdp.timezone", Apps: sipApps},
	{ID: SDPEncryptionKey, Name: "sdp.encryption_key", Apps: sipApps},
	{ID: SDPAttribute, Name: "sdp.attribute", Apps: sipApps},
	{ID: SDPMediaMedia, Name: "sdp.media.media", Old: []string{"sdp.media_description.media"}, Apps: sipApps},
	{ID: SDPMediaInfo, Name: "sdp.media.media_info", Old: []string{"sdp.media_description.session_info"}, Apps: sipApps},
	{ID: SDPMediaConnectionData, Name: "sdp.media.connection_data", Old: []string{"sdp.media_description.connection_data"}, Apps: sipApps},
	{ID: SDPMediaEncryptionKey, Name: "sdp.media.encryption_key", Old: []string{"sdp.media_description.encryption_key"}, Apps: sipApps},
}
