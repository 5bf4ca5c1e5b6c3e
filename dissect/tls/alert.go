package tls

import (
	"strconv"

	"github.com/yagura-project/yagura/dissect"
)

var alerts = map[byte]string{
	0: "close_notify", 10: "unexpected_message", 20: "bad_record_mac", 22: "record_overflow", 40: "handshake_failure",
	42: "bad_certificate", 43: "unsupported_certificate", 44: "certificate_revoked", 45: "certificate_expired", 46: "certificate_unknown",
	47: "illegal_parameter", 48: "unknown_ca", 49: "access_denied", 50: "decode_error", 51: "decrypt_error", 70: "protocol_version",
	71: "insufficient_security", 80: "internal_error", 86: "inappropriate_fallback", 90: "user_canceled", 100: "no_renegotiation",
	109: "missing_extension", 110: "unsupported_extension", 112: "unrecognized_name", 113: "bad_certificate_status_response",
	115: "unknown_psk_identity", 116: "certificate_required", 120: "no_application_protocol",
}

// alert reads what is said in the open: a level and a description (RFC 8446 §6).
func (p *parser) alert(dir dissect.Dir, b []byte) {
	if len(b) == 2 {
		p.t.Alert = alert(b[1])
	}
	if (len(b) != 2 || b[0] != warning && b[0] != fatal) && !p.f.Midstream { // mid-stream it may be encrypted
		p.anomaly(dir, "tls.invalid_alert_message")
	}
}

// Levels of alerts.
const (
	warning = 1
	fatal   = 2
)

// alert names a description (RFC 8446 §6).
func alert(code byte) string {
	if s := alerts[code]; s != "" {
		return s
	}
	return strconv.Itoa(int(code))
}
