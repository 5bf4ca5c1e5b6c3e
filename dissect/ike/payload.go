package ike

import (
	"encoding/binary"
	"encoding/hex"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/wire"
)

// Payloads of version 1 (RFC 2408 §3.1) and version 2 (RFC 7296 §3.2).
const (
	keyExchange1 = 4
	identity1    = 5
	nonce1       = 10
	notify1      = 11
	vendor1      = 13

	sa1          = 1
	sa2          = 33
	keyExchange2 = 34
	nonce2       = 40
	notify2      = 41
	vendor2      = 43
	sealed2      = 46
	sealedPart2  = 53
)

const maxPayloads = 64

// message is one message whose payloads are read.
type message struct {
	t       *wire.Tx
	dir     dissect.Dir
	version byte

	chosen   []event.Attr // algorithms that the responder took
	notes    []string     // notifications
	identity string       // of version 1 where it is not encrypted, as in its aggressive mode
}

// payloads walks the chain: next, flags, length, content.
func (m *message) payloads(kind byte, b []byte) error {
	for range maxPayloads {
		if kind == 0 || m.version == 2 && (kind == sealed2 || kind == sealedPart2) {
			return nil
		}
		if len(b) < 4 {
			return errMessage
		}
		size := int(binary.BigEndian.Uint16(b[2:]))
		if size < 4 || size > len(b) {
			return errMessage
		}
		m.payload(kind, b[4:size])
		kind, b = b[0], b[size:]
	}
	return errMessage
}

func (m *message) payload(kind byte, b []byte) {
	switch v2 := m.version == 2; {
	case v2 && kind == sa2:
		m.proposals(b)
	case !v2 && kind == sa1 && m.dir == dissect.Resp:
		m.chosen1(b)
	case !v2 && kind == keyExchange1:
		m.put(wire.IKEKeyExchange, wire.IKEKeyExchangeLen, b)
	case v2 && kind == keyExchange2 && len(b) >= 4: // group and reserved come first
		m.put(wire.IKEKeyExchange, wire.IKEKeyExchangeLen, b[4:])
	case v2 && kind == nonce2, !v2 && kind == nonce1:
		m.put(wire.IKENonce, wire.IKENonceLen, b)
	case v2 && kind == notify2:
		m.note(b, 0)
	case !v2 && kind == notify1: // a domain of interpretation comes first (RFC 2408 §3.14)
		m.note(b, 4)
	case !v2 && kind == identity1:
		m.identify(b)
	case v2 && kind == vendor2, !v2 && kind == vendor1:
		m.t.PutString(wire.IKEVendor, m.dir, hex.EncodeToString(b))
	}
}

func (m *message) put(content, length wire.Buffer, b []byte) {
	m.t.Put(content, m.dir, append(make([]byte, 0, len(b)), b...))
	m.t.PutNumber(length, m.dir, uint64(len(b)))
}

// Transform types (RFC 7296 §3.3.2).
const (
	encryption = 1
	prf        = 2
	integrity  = 3
	group      = 4
)

// keyLength is an attribute of a transform, in bits, both versions (RFC 7296 §3.3.5, RFC 2409 Appendix A).
const keyLength = 14

// Protocols of a proposal (RFC 7296 §3.3.1).
const (
	protocolAH  = 2
	protocolESP = 3
)

// weak algorithms by transform type (IANA IKEv2 parameters): what RFC 8247 says MUST NOT or SHOULD NOT be used.
var weak = [5]map[uint16]bool{
	encryption: {1: true, 2: true, 3: true, 4: true, 5: true, 6: true, 7: true, 8: true, 9: true, 11: true},
	prf:        {0: true, 1: true, 2: true},
	integrity:  {1: true, 2: true, 3: true, 4: true, 6: true, 7: true},
	group:      {0: true, 1: true, 2: true, 5: true, 22: true},
}

// aead ciphers need no transform for integrity (RFC 5282, RFC 7634).
var aead = map[uint16]bool{14: true, 15: true, 16: true, 18: true, 19: true, 20: true, 28: true}

var weakness = [5]string{encryption: "ike.weak_crypto_enc", prf: "ike.weak_crypto_prf", integrity: "ike.weak_crypto_auth", group: "ike.weak_crypto_dh"}

// proposals reads an SA payload (RFC 7296 §3.3).
func (m *message) proposals(b []byte) {
	for n := 1; len(b) >= 8; n++ {
		size := int(binary.BigEndian.Uint16(b[2:]))
		spi := 8 + int(b[6])
		if size < spi || size > len(b) {
			m.t.Event(m.dir, "ike.invalid_proposal")
			return
		}
		switch {
		case b[5] == protocolAH:
			m.t.Event(m.dir, "ike.no_encryption")
		case b[5] == 0 || b[5] > protocolESP:
			m.t.Event(m.dir, "ike.unknown_proposal")
		}
		if n == 2 && m.dir == dissect.Resp { // the answer is one of those that were offered
			m.t.Event(m.dir, "ike.multiple_server_proposal")
		}
		m.transforms(b[spi:size])
		b = b[size:]
	}
}

// transforms judges one proposal.
func (m *message) transforms(b []byte) {
	var has [5]bool
	sealed := false
	for len(b) >= 8 {
		size := int(binary.BigEndian.Uint16(b[2:]))
		if size < 8 || size > len(b) {
			return
		}
		kind, id := b[4], binary.BigEndian.Uint16(b[6:])
		if m.dir == dissect.Resp {
			m.chosen2(kind, id)
			if kind == encryption && size >= 12 && binary.BigEndian.Uint16(b[8:]) == 0x8000|keyLength { // the only attribute there is (§3.3.5)
				m.choose("sa_key_length", nil, uint64(binary.BigEndian.Uint16(b[10:])))
			}
		}
		if int(kind) < len(weak) {
			has[kind] = true
			sealed = sealed || kind == encryption && aead[id]
			if weak[kind][id] {
				m.t.Event(m.dir, weakness[kind])
			}
		}
		b = b[size:]
	}
	if !has[group] {
		m.t.Event(m.dir, "ike.weak_crypto_nodh")
	}
	if !has[integrity] && !sealed {
		m.t.Event(m.dir, "ike.weak_crypto_noauth")
	}
}
