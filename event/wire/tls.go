package wire

// Buffers of TLS.
const (
	TLSSNI Buffer = baseTLS + iota // server name of the ClientHello
)

var tlsBuffers = []Description{
	{ID: TLSSNI, Name: "tls.sni", Old: []string{"tls_sni"}, Apps: []string{"tls"}, Dirs: [2]bool{Orig: true}},
}
