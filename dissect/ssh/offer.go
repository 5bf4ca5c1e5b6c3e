package ssh

import (
	"crypto/md5"
	"encoding/hex"
	"strings"

	"golang.org/x/crypto/cryptobyte"

	"github.com/yagura-project/yagura/dissect"
)

// Name lists of SSH_MSG_KEXINIT in their order (RFC 4253 §7.1).
const (
	listKex = iota
	listHostKey
	listCipherUp
	listCipherDown
	listMACUp
	listMACDown
	listCompressUp
	listCompressDown
	listCount
)

// offer is what one side can do.
type offer [listCount]string

const cookie = 16

// readOffer reads the payload of SSH_MSG_KEXINIT behind its number.
func readOffer(b []byte) (o offer, ok bool) {
	s := cryptobyte.String(b)
	if !s.Skip(cookie) {
		return o, false
	}
	for i := range o {
		var n uint32
		var list []byte
		if !s.ReadUint32(&n) || n > uint32(len(s)) || !s.ReadBytes(&list, int(n)) {
			return o, false
		}
		o[i] = string(list)
	}
	return o, true
}

// hassh is the fingerprint of an offer: key exchange, ciphers, MACs and compression in the sender's direction.
func (o *offer) hassh(dir dissect.Dir) (text, hash string) {
	parts := []string{o[listKex], o[listCipherUp], o[listMACUp], o[listCompressUp]}
	if dir == dissect.Resp {
		parts = []string{o[listKex], o[listCipherDown], o[listMACDown], o[listCompressDown]}
	}
	text = strings.Join(parts, ";")
	sum := md5.Sum([]byte(text))
	return text, hex.EncodeToString(sum[:])
}

// agree is the client's first name that the server has, too (RFC 4253 §7.1). A list may have thousands of names: each is looked at once.
func agree(client, server *offer, list int) string {
	theirs := map[string]bool{}
	for name := range strings.SplitSeq(server[list], ",") {
		theirs[name] = true
	}
	for name := range strings.SplitSeq(client[list], ",") {
		if name != "" && theirs[name] {
			return name[:min(len(name), 128)]
		}
	}
	return ""
}
