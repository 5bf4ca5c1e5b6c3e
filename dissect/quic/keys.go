package quic

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"

	"golang.org/x/crypto/cryptobyte"
)

// Salts of the initial secrets: RFC 9001 §5.2, RFC 9369 §3.3.1, and the drafts of RFC 9001.
var (
	salt1  = []byte("\x38\x76\x2c\xf7\xf5\x59\x34\xb3\x4d\x17\x9a\xe6\xa4\xc8\x0c\xad\xcc\xbb\x7f\x0a")
	salt2  = []byte("\x0d\xed\xe3\xde\xf7\x00\xa6\xdb\x81\x93\x81\xbe\x6e\x26\x9d\xcb\xf9\xbd\x2e\xd9")
	salt29 = []byte("\xaf\xbf\xec\x28\x99\x93\xd2\x4c\x9e\x97\x86\xf1\x9c\x61\x11\xe0\x43\x90\xa8\x99")
	salt23 = []byte("\xc3\xee\xf7\x12\xc7\x2e\xbb\x5a\x11\xa7\xd2\x43\x2b\xb4\x63\x65\xbe\xf9\xf5\x02")
)

func salt(version uint32) []byte {
	switch {
	case version == version2:
		return salt2
	case version == facebook2, version >= draft23 && version < draft29:
		return salt23
	case version >= draft29 && version <= draft+32:
		return salt29
	}
	return salt1
}

// keys open the Initial packets of one direction.
type keys struct {
	aead cipher.AEAD
	mask cipher.Block
	iv   []byte
}

// initialKeys derives those of client and server from the connection ID that the client chose for the server.
func initialKeys(version uint32, dcid []byte) (k [2]keys, err error) {
	secret, err := hkdf.Extract(sha256.New, dcid, salt(version))
	if err != nil {
		return k, err
	}
	prefix := "quic "
	if version == version2 {
		prefix = "quicv2 "
	}
	for i, label := range []string{"client in", "server in"} {
		own, err := expand(secret, label, sha256.Size)
		if err != nil {
			return k, err
		}
		key, err1 := expand(own, prefix+"key", 16)
		iv, err2 := expand(own, prefix+"iv", 12)
		hp, err3 := expand(own, prefix+"hp", 16)
		if err1 != nil || err2 != nil || err3 != nil {
			return k, errKeys
		}
		block, err := aes.NewCipher(key)
		if err != nil {
			return k, err
		}
		if k[i].aead, err = cipher.NewGCM(block); err != nil {
			return k, err
		}
		if k[i].mask, err = aes.NewCipher(hp); err != nil {
			return k, err
		}
		k[i].iv = iv
	}
	return k, nil
}

// expand is HKDF-Expand-Label of RFC 8446 §7.1 without a context.
func expand(secret []byte, label string, size int) ([]byte, error) {
	var b cryptobyte.Builder
	b.AddUint16(uint16(size))
	b.AddUint8LengthPrefixed(func(c *cryptobyte.Builder) { c.AddBytes([]byte("tls13 " + label)) })
	b.AddUint8(0)
	info, err := b.Bytes()
	if err != nil {
		return nil, err
	}
	return hkdf.Expand(sha256.New, secret, string(info), size)
}

const sample = 16

// open removes the protection of a packet (RFC 9001 §5.3, §5.4) and gives its frames.
func (k *keys) open(packet []byte, number int) (frames []byte, ok bool) {
	if k.aead == nil || number+4+sample > len(packet) {
		return nil, false
	}
	var mask [aes.BlockSize]byte
	k.mask.Encrypt(mask[:], packet[number+4:number+4+sample])
	first := packet[0] ^ mask[0]&0x0f
	n := int(first&3) + 1
	head := append([]byte(nil), packet[:number+n]...)
	head[0] = first
	nonce := append([]byte(nil), k.iv...)
	for i := range n {
		c := packet[number+i] ^ mask[1+i]
		head[number+i] = c
		nonce[len(nonce)-n+i] ^= c
	}
	frames, err := k.aead.Open(nil, nonce, packet[number+n:], head)
	return frames, err == nil
}
