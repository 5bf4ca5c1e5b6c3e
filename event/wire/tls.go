package wire

// Buffers of TLS. Those of a certificate are the first one's of a chain, the server's under Resp and the client's
// under Orig.
const (
	TLSSNI            Buffer = baseTLS + iota // server name of the ClientHello as sent
	TLSCertSubject                            // "C=JP, O=Town, CN=www.town.lg.jp", in the order of the certificate
	TLSCertIssuer                             // the same of the issuer
	TLSCertSerial                             // "00:C7:D4"
	TLSCertPrint                              // SHA-1, "3a:0b:3b…"
	TLSCerts                                  // DER, one field a certificate
	TLSCertChainLen                           // how many certificates
	TLSSubjectAltName                         // one field a name
	TLSVersion                                // 0x0303 …: of the hello, else of the record
	TLSRandom                                 // 32 bytes of a hello
	TLSRandomTime                             // its first 4
	TLSRandomBytes                            // its last 28
	TLSALPN                                   // one field a protocol offered or chosen
	TLSCertNotBefore                          // Unix seconds as int64
	TLSCertNotAfter                           // the same
	SSLVersion                                // as TLSVersion; 0x0002 is SSL 2
	SSLState                                  // a message that was seen, one of SSLClientHello …
	JA3Hash                                   // MD5, lower-case hexadecimal
	JA3String                                 // what is hashed
	JA3SHash
	JA3SString
	JA4Hash
	TLSFramePDU // a record that is not encrypted; the following are its parts, and those of some types
	TLSFrameHdr
	TLSFrameData
	TLSFrameAlert
	TLSFrameHeartbeat
	TLSFrameSSL2PDU // a hello of SSL 2
	TLSFrameSSL2Hdr // the 2 bytes of its length
)

// Values of SSLState.
const (
	SSLClientHello = 1 + iota
	SSLServerHello
	SSLClientKeyExchange
	SSLServerKeyExchange
)

var (
	tlsApps  = []string{"tls"}
	helloApp = []string{"tls", "quic"}
	fromOrig = [2]bool{Orig: true}
	fromResp = [2]bool{Resp: true}
)

var tlsVersions = map[string]uint64{"1.0": 0x0301, "1.1": 0x0302, "1.2": 0x0303, "1.3": 0x0304}

var sslVersions = map[string]uint64{"sslv2": 0x0002, "sslv3": 0x0300, "tls1.0": 0x0301, "tls1.1": 0x0302, "tls1.2": 0x0303, "tls1.3": 0x0304}

var sslStates = map[string]uint64{
	"client_hello": SSLClientHello, "server_hello": SSLServerHello, "client_keyx": SSLClientKeyExchange, "server_keyx": SSLServerKeyExchange,
}

var tlsBuffers = []Description{
	{ID: TLSSNI, Name: "tls.sni", Old: []string{"tls_sni"}, Apps: tlsApps, Dirs: fromOrig},
	{ID: TLSCertSubject, Name: "tls.cert_subject", Old: []string{"tls_cert_subject"}, Apps: tlsApps},
	{ID: TLSCertIssuer, Name: "tls.cert_issuer", Old: []string{"tls_cert_issuer"}, Apps: tlsApps},
	{ID: TLSCertSerial, Name: "tls.cert_serial", Old: []string{"tls_cert_serial"}, Apps: tlsApps},
	{ID: TLSCertPrint, Name: "tls.cert_fingerprint", Old: []string{"tls_cert_fingerprint"}, Apps: tlsApps},
	{ID: TLSCerts, Name: "tls.certs", Apps: tlsApps},
	{ID: TLSCertChainLen, Name: "tls.cert_chain_len", Number: true, Bits: 32, Apps: tlsApps},
	{ID: TLSSubjectAltName, Name: "tls.subjectaltname", Apps: tlsApps, Dirs: fromResp},
	{ID: TLSVersion, Name: "tls.version", Number: true, Bits: 16, Enum: tlsVersions, Apps: tlsApps},
	{ID: TLSRandom, Name: "tls.random", Apps: tlsApps},
	{ID: TLSRandomTime, Name: "tls.random_time", Apps: tlsApps},
	{ID: TLSRandomBytes, Name: "tls.random_bytes", Apps: tlsApps},
	{ID: TLSALPN, Name: "tls.alpn", Apps: tlsApps},
	{ID: TLSCertNotBefore, Name: "tls_cert_notbefore", Number: true, Bits: 64, Apps: tlsApps},
	{ID: TLSCertNotAfter, Name: "tls_cert_notafter", Number: true, Bits: 64, Apps: tlsApps},
	{ID: SSLVersion, Name: "ssl_version", Number: true, Bits: 16, Enum: sslVersions, Apps: tlsApps},
	{ID: SSLState, Name: "ssl_state", Number: true, Bits: 8, Enum: sslStates, Apps: tlsApps},
	{ID: JA3Hash, Name: "ja3.hash", Old: []string{"ja3_hash"}, Apps: helloApp, Dirs: fromOrig},
	{ID: JA3String, Name: "ja3.string", Old: []string{"ja3_string"}, Apps: helloApp, Dirs: fromOrig},
	{ID: JA3SHash, Name: "ja3s.hash", Apps: helloApp, Dirs: fromResp},
	{ID: JA3SString, Name: "ja3s.string", Apps: helloApp, Dirs: fromResp},
	{ID: JA4Hash, Name: "ja4.hash", Apps: helloApp, Dirs: fromOrig},
	{ID: TLSFramePDU, Name: "frame:tls.pdu", Apps: tlsApps},
	{ID: TLSFrameHdr, Name: "frame:tls.hdr", Apps: tlsApps},
	{ID: TLSFrameData, Name: "frame:tls.data", Apps: tlsApps},
	{ID: TLSFrameAlert, Name: "frame:tls.alert", Apps: tlsApps},
	{ID: TLSFrameSSL2PDU, Name: "frame:tls.ssl2.pdu", Apps: tlsApps},
	{ID: TLSFrameSSL2Hdr, Name: "frame:tls.ssl2.hdr", Apps: tlsApps},
	{ID: TLSFrameHeartbeat, Name: "frame:tls.heartbeat", Apps: tlsApps},
}
