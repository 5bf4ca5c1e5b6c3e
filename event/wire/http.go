package wire

// Buffers of HTTP/1 (RFC 9112) and what HTTP/2 (RFC 9113) has in common.
const (
	HTTPURI            Buffer = baseHTTP + iota // normalised: escapes decoded, path without dots and doubled slashes
	HTTPRawURI                                  // request target as sent
	HTTPMethod                                  // as sent
	HTTPProtocol                                // "HTTP/1.1"
	HTTPRequestLine                             // without its line end
	HTTPResponseLine                            // without its line end
	HTTPHeader                                  // "Name: value\r\n" of each field but cookies; repeated ones joined
	HTTPRawHeader                               // field lines as sent
	HTTPHeaderNames                             // "\r\nHost\r\nAccept\r\n\r\n"
	HTTPStart                                   // start line and fields, with an empty line at the end
	HTTPCookie                                  // of Cookie, Set-Cookie
	HTTPHost                                    // lower-case, without port
	HTTPRawHost                                 // as sent
	HTTPUserAgent                               // value, as the ones below
	HTTPReferer                                 //
	HTTPAccept                                  //
	HTTPAcceptEnc                               //
	HTTPAcceptLang                              //
	HTTPConnection                              //
	HTTPContentLen                              //
	HTTPContentType                             //
	HTTPLocation                                //
	HTTPServer                                  //
	HTTPStatCode                                // "200"
	HTTPStatMsg                                 // "OK"
	HTTPRequestBody                             // without transfer and content codings
	HTTPResponseBody                            // likewise
	HTTPRequestHeader                           // "Name: value", one each
	HTTPResponseHeader                          // likewise
	FrameHTTPRequest                            // as sent, with its body
	FrameHTTPResponse                           // as sent, with its body
)

var (
	httpApps   = []string{"http", "http1", "http2"}
	httpAny    = [2]bool{true, true}
	http1Alone = []string{"http", "http1"}
)

var httpBuffers = []Description{
	{ID: HTTPURI, Name: "http.uri", Old: []string{"uri"}, Apps: httpApps, Dirs: toServer},
	{ID: HTTPRawURI, Name: "http.uri.raw", Apps: httpApps, Dirs: toServer},
	{ID: HTTPMethod, Name: "http.method", Apps: httpApps, Dirs: toServer},
	{ID: HTTPProtocol, Name: "http.protocol", Old: []string{"http_protocol"}, Apps: httpApps, Dirs: httpAny},
	{ID: HTTPRequestLine, Name: "http.request_line", Old: []string{"http_request_line"}, Apps: httpApps, Dirs: toServer},
	{ID: HTTPResponseLine, Name: "http.response_line", Old: []string{"http_response_line"}, Apps: httpApps, Dirs: toClient},
	{ID: HTTPHeader, Name: "http.header", Apps: httpApps, Dirs: httpAny},
	{ID: HTTPRawHeader, Name: "http.header.raw", Apps: httpApps, Dirs: httpAny},
	{ID: HTTPHeaderNames, Name: "http.header_names", Old: []string{"http_header_names"}, Apps: httpApps, Dirs: httpAny},
	{ID: HTTPStart, Name: "http.start", Old: []string{"http_start"}, Apps: http1Alone, Dirs: httpAny},
	{ID: HTTPCookie, Name: "http.cookie", Apps: httpApps, Dirs: httpAny},
	{ID: HTTPHost, Name: "http.host", Apps: httpApps, Dirs: toServer},
	{ID: HTTPRawHost, Name: "http.host.raw", Apps: httpApps, Dirs: toServer},
	{ID: HTTPUserAgent, Name: "http.user_agent", Apps: httpApps, Dirs: toServer},
	{ID: HTTPReferer, Name: "http.referer", Old: []string{"http_referer"}, Apps: httpApps, Dirs: toServer},
	{ID: HTTPAccept, Name: "http.accept", Old: []string{"http_accept"}, Apps: httpApps, Dirs: toServer},
	{ID: HTTPAcceptEnc, Name: "http.accept_enc", Old: []string{"http_accept_enc"}, Apps: httpApps, Dirs: toServer},
	{ID: HTTPAcceptLang, Name: "http.accept_lang", Old: []string{"http_accept_lang"}, Apps: httpApps, Dirs: toServer},
	{ID: HTTPConnection, Name: "http.connection", Old: []string{"http_connection"}, Apps: httpApps, Dirs: httpAny},
	{ID: HTTPContentLen, Name: "http.content_len", Old: []string{"http_content_len"}, Apps: httpApps, Dirs: httpAny},
	{ID: HTTPContentType, Name: "http.content_type", Old: []string{"http_content_type"}, Apps: httpApps, Dirs: httpAny},
	{ID: HTTPLocation, Name: "http.location", Apps: httpApps, Dirs: toClient},
	{ID: HTTPServer, Name: "http.server", Apps: httpApps, Dirs: toClient},
	{ID: HTTPStatCode, Name: "http.stat_code", Apps: httpApps, Dirs: toClient},
	{ID: HTTPStatMsg, Name: "http.stat_msg", Apps: httpApps, Dirs: toClient},
	{ID: HTTPRequestBody, Name: "http.request_body", Apps: httpApps, Dirs: toServer},
	{ID: HTTPResponseBody, Name: "http.response_body", Apps: httpApps, Dirs: toClient},
	{ID: HTTPRequestHeader, Name: "http.request_header", Old: []string{"http_request_header"}, Apps: httpApps, Dirs: toServer},
	{ID: HTTPResponseHeader, Name: "http.response_header", Old: []string{"http_response_header"}, Apps: httpApps, Dirs: toClient},
	{ID: FrameHTTPRequest, Name: "frame:http1.request", Apps: http1Alone, Dirs: toServer},
	{ID: FrameHTTPResponse, Name: "frame:http1.response", Apps: http1Alone, Dirs: toClient},
}
