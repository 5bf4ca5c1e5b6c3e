package eve

import (
	"strconv"
	"strings"

	"github.com/yagura-project/yagura/event"
)

func (w *Encoder) quicObject(t *event.TLS) {
	o := &w.o
	o.open("quic")
	o.text("version", t.QUIC)
	o.text("sni", t.SNI)
	o.text("ua", t.UserAgent)
	if t.CYU != "" {
		o.list("cyu")
		o.item()
		o.str("hash", t.CYU)
		o.str("string", t.CYUText)
		o.close()
		o.endList()
	}
	w.hash("ja3", t.JA3, t.JA3Text)
	w.hash("ja3s", t.JA3S, t.JA3SText)
	o.text("ja4", t.JA4)
	o.texts("client_alpns", t.ALPN)
	w.extensions(t)
	o.close()
}

// extensionNames are those of TLS (IANA TLS ExtensionType Values) as readers of Suricata find them.
var extensionNames = map[int]string{
	0: "server_name", 1: "max_fragment_length", 5: "status_request", 10: "supported_groups", 11: "ec_point_formats", 13: "signature_algorithms", 16: "alpn",
	18: "signed_certificate_timestamp", 21: "padding", 23: "extended_master_secret", 27: "compress_certificate", 28: "record_size_limit", 35: "session_ticket",
	41: "pre_shared_key", 42: "early_data", 43: "supported_versions", 45: "psk_key_exchange_modes", 49: "post_handshake_auth", 50: "signature_algorithms_cert",
	51: "key_share", 57: "quic_transport_parameters", 65037: "encrypted_client_hello", 65281: "renegotiation_info",
}

// extensions writes those that the client sent, in their order, which the text behind JA3 has; those that only keep servers from relying on
// a list (RFC 8701) are not within.
func (w *Encoder) extensions(t *event.TLS) {
	parts := strings.Split(t.JA3Text, ",")
	if len(parts) < 3 || parts[2] == "" {
		return
	}
	o := &w.o
	o.list("extensions")
	for v := range strings.SplitSeq(parts[2], "-") {
		n, err := strconv.Atoi(v)
		if err != nil {
			continue
		}
		o.item()
		o.text("name", extensionNames[n])
		o.num("type", uint64(n))
		switch {
		case n == 0 && t.SNI != "":
			o.texts("values", []string{t.SNI})
		case n == 16:
			o.texts("values", t.ALPN)
		}
		o.close()
	}
	o.endList()
}
