package wire

// Buffers of HTTP/1 (RFC 9112) and what HTTP/2 has in common.
const (
	HTTPURI Buffer = baseHTTP + iota // http.uri, normalised
)

var httpBuffers = []Description{
	{ID: HTTPURI, Name: "http.uri", Old: []string{"uri"}, Apps: []string{"http", "http1", "http2"}, Dirs: [2]bool{Orig: true}},
}
