package ike

import (
	"encoding/binary"
	"net/netip"
	"strconv"

	"github.com/yagura-project/yagura/dissect/utf16le"
	"github.com/yagura-project/yagura/event"
)

// kindOf is how an algorithm is told: under which name, and what its numbers mean.
type kindOf struct {
	attr  string
	names map[uint64]string
}

// Algorithms by their numbers (IANA, "IKEv2 Parameters" and "IPSec Registry").
var (
	groups = map[uint64]string{1: "MODP_768", 2: "MODP_1024", 5: "MODP_1536", 14: "MODP_2048", 15: "MODP_3072", 16: "MODP_4096", 17: "MODP_6144", 18: "MODP_8192",
		19: "ECP_256", 20: "ECP_384", 21: "ECP_521", 22: "MODP_1024_160", 23: "MODP_2048_224", 24: "MODP_2048_256", 31: "CURVE25519", 32: "CURVE448"}
	algorithms2 = [5]kindOf{
		encryption: {"alg_enc", map[uint64]string{1: "ENCR_DES_IV64", 2: "ENCR_DES", 3: "ENCR_3DES", 4: "ENCR_RC5", 5: "ENCR_IDEA", 6: "ENCR_CAST", 7: "ENCR_BLOWFISH", 11: "ENCR_NULL",
			12: "ENCR_AES_CBC", 13: "ENCR_AES_CTR", 14: "ENCR_AES_CCM_8", 15: "ENCR_AES_CCM_12", 16: "ENCR_AES_CCM_16", 18: "ENCR_AES_GCM_8", 19: "ENCR_AES_GCM_12",
			20: "ENCR_AES_GCM_16", 23: "ENCR_CAMELLIA_CBC", 28: "ENCR_CHACHA20_POLY1305"}},
		prf: {"alg_prf", map[uint64]string{1: "PRF_HMAC_MD5", 2: "PRF_HMAC_SHA1", 4: "PRF_AES128_XCBC", 5: "PRF_HMAC_SHA2_256", 6: "PRF_HMAC_SHA2_384", 7: "PRF_HMAC_SHA2_512"}},
		integrity: {"alg_auth", map[uint64]string{0: "NONE", 1: "AUTH_HMAC_MD5_96", 2: "AUTH_HMAC_SHA1_96", 5: "AUTH_AES_XCBC_96", 12: "AUTH_HMAC_SHA2_256_128",
			13: "AUTH_HMAC_SHA2_384_192", 14: "AUTH_HMAC_SHA2_512_256"}},
		group: {"alg_dh", groups},
	}
	algorithms1 = map[uint16]kindOf{
		1:  {"alg_enc", map[uint64]string{1: "ENCR_DES", 2: "ENCR_IDEA", 3: "ENCR_BLOWFISH", 4: "ENCR_RC5", 5: "ENCR_3DES", 6: "ENCR_CAST", 7: "ENCR_AES_CBC", 8: "ENCR_CAMELLIA_CBC"}},
		2:  {"alg_hash", map[uint64]string{1: "MD5", 2: "SHA1", 3: "TIGER", 4: "SHA2_256", 5: "SHA2_384", 6: "SHA2_512"}},
		3:  {"alg_auth", map[uint64]string{1: "PRE_SHARED_KEY", 2: "DSS_SIGNATURES", 3: "RSA_SIGNATURES", 4: "RSA_ENCRYPTION", 5: "RSA_REVISED_ENCRYPTION", 65001: "XAUTH_PRE_SHARED_KEY"}},
		4:  {"alg_dh", groups},
		14: {"sa_key_length", nil},
	}
)

// choose keeps an algorithm that the responder took, the first of its kind.
func (m *message) choose(attr string, names map[uint64]string, id uint64) {
	for _, x := range m.chosen {
		if x.Name == attr {
			return
		}
	}
	name := names[id]
	if name == "" {
		name = strconv.FormatUint(id, 10)
	}
	m.chosen = append(m.chosen, event.Attr{Name: attr, Value: name})
}

// notices are types of notifications (RFC 7296 §3.10.1, RFC 2408 §3.14.1, IANA), which both versions number alike as far as they have the same.
var notices = map[uint16]string{1: "UNSUPPORTED_CRITICAL_PAYLOAD", 4: "INVALID_IKE_SPI", 5: "INVALID_MAJOR_VERSION", 7: "INVALID_SYNTAX", 9: "INVALID_MESSAGE_ID", 11: "INVALID_SPI",
	14: "NO_PROPOSAL_CHOSEN", 16: "PAYLOAD_MALFORMED", 17: "INVALID_KE_PAYLOAD", 18: "INVALID_ID_INFORMATION", 24: "AUTHENTICATION_FAILED", 36: "TS_UNACCEPTABLE", 37: "INVALID_SELECTORS",
	16384: "INITIAL_CONTACT", 16388: "NAT_DETECTION_SOURCE_IP", 16389: "NAT_DETECTION_DESTINATION_IP", 16390: "COOKIE", 16393: "REKEY_SA", 16396: "MOBIKE_SUPPORTED",
	16404: "MULTIPLE_AUTH_SUPPORTED", 16406: "REDIRECT_SUPPORTED", 16407: "REDIRECT", 16408: "REDIRECTED_FROM", 16418: "CHILDLESS_IKEV2_SUPPORTED",
	16430: "IKEV2_FRAGMENTATION_SUPPORTED", 16431: "SIGNATURE_HASH_ALGORITHMS", 16438: "INTERMEDIATE_EXCHANGE_SUPPORTED", 24576: "CONNECTED"}

const maxNotes = 16

// note reads a notification: protocol, size of an SPI, type, behind at bytes.
func (m *message) note(b []byte, at int) {
	if len(b) < at+4 || len(m.notes) >= maxNotes {
		return
	}
	n := binary.BigEndian.Uint16(b[at+2:])
	if name := notices[n]; name != "" {
		m.notes = append(m.notes, name)
	} else {
		m.notes = append(m.notes, strconv.Itoa(int(n)))
	}
}

// Types of identity (RFC 2407 §4.6.2.1).
const (
	identIPv4 = 1
	identName = 2
	identUser = 3
	identIPv6 = 5
	identKey  = 11
)

// identify reads who a side says that it is (RFC 2407 §4.6.2): type, protocol, port, then what the type says.
func (m *message) identify(b []byte) {
	if len(b) <= 4 || m.identity != "" {
		return
	}
	switch v := b[4:]; b[0] {
	case identIPv4, identIPv6:
		if ip, ok := netip.AddrFromSlice(v); ok {
			m.identity = ip.String()
		}
	case identName, identUser, identKey:
		m.identity = utf16le.OEM(v, event.MaxAttrValue)
	}
}
