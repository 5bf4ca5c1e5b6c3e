package wire

// Buffers of QUIC (RFC 9000) and of Google's versions before it; JA3 and JA4 are those of TLS.
const (
	QUICVersion   Buffer = baseQUIC + iota // 4 bytes as sent: "Q046", 00 00 00 01
	QUICSNI                                // server name of the ClientHello
	QUICUA                                 // user agent of Google's versions
	QUICCYUHash                            // MD5 of QUICCYUString
	QUICCYUString                          // "46,PAD-SNI-…": version and tags of a hello of Google's versions
)

var quicApps = []string{"quic"}

var quicBuffers = []Description{
	{ID: QUICVersion, Name: "quic.version", Apps: quicApps},
	{ID: QUICSNI, Name: "quic.sni", Apps: quicApps, Dirs: fromOrig},
	{ID: QUICUA, Name: "quic.ua", Apps: quicApps, Dirs: fromOrig},
	{ID: QUICCYUHash, Name: "quic.cyu.hash", Apps: quicApps},
	{ID: QUICCYUString, Name: "quic.cyu.string", Apps: quicApps},
}
