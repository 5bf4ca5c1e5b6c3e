package event

import "time"

// TLS is what a handshake told (OCSF tls object).
type TLS struct {
	Version     string       `json:"version,omitempty"` // "1.2", "1.3" as negotiated
	Draft       uint8        `json:"-"`                 // of 1.3, 0: none
	SNI         string       `json:"sni,omitempty"`
	ALPN        []string     `json:"alpn,omitempty"`
	Cipher      uint16       `json:"cipher,omitempty"`
	JA3         string       `json:"ja3,omitempty"`  // MD5 hex
	JA3S        string       `json:"ja3s,omitempty"` // MD5 hex
	JA3Text     string       `json:"-"`              // what JA3 hashes
	JA3SText    string       `json:"-"`              // what JA3S hashes
	JA4         string       `json:"ja4,omitempty"`
	Certificate *Certificate `json:"certificate,omitempty"`        // the leaf; absent in TLS 1.3 and resumption
	Client      *Certificate `json:"client_certificate,omitempty"` // of a client that proves who it is; in the open up to TLS 1.2
	Resumed     bool         `json:"resumed,omitempty"`
	Alert       string       `json:"alert,omitempty"`
	QUIC        string       `json:"quic,omitempty"`       // version of QUIC; "" over TCP
	UserAgent   string       `json:"user_agent,omitempty"` // of old versions of QUIC
	CYU         string       `json:"cyu,omitempty"`        // of the same: MD5 hex of what a hello holds
	CYUText     string       `json:"-"`                    // what CYU hashes
}

// Certificate is the leaf certificate of one side (RFC 5280).
type Certificate struct {
	Subject    string    `json:"subject,omitempty"`
	Issuer     string    `json:"issuer,omitempty"`
	SubjectDN  string    `json:"-"`                // "C=JP, O=Town, CN=www": in the order of the certificate, as rules see it
	IssuerDN   string    `json:"-"`                // the same of the issuer
	Serial     string    `json:"serial,omitempty"` // upper-case hex
	SHA1       string    `json:"sha1,omitempty"`
	SHA256     string    `json:"sha256,omitempty"`
	SANs       []string  `json:"sans,omitempty"`
	NotBefore  time.Time `json:"not_before,omitzero"`
	NotAfter   time.Time `json:"not_after,omitzero"`
	SelfSigned bool      `json:"self_signed,omitempty"`
}
