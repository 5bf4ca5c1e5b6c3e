package tds

import (
	"encoding/binary"
	"strings"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/ntlm"
	"github.com/yagura-project/yagura/dissect/utf16le"
)

// Tokens of a response (MS-TDS §2.2.7).
const (
	tokenError   = 0xaa
	tokenInfo    = 0xab
	tokenLogin   = 0xad
	tokenEnviron = 0xe3
	tokenState   = 0xe4
	tokenSSPI    = 0xed
	tokenFedAuth = 0xee
	maxTokens    = 64

	loginFailed = 18456 // "Login failed for user '…'", in whatever language
)

// nextToken cuts the next token off: most have a length of 2 bytes, some one of 4; false where the list cannot be read on.
func nextToken(b []byte) (kind byte, v, rest []byte, ok bool) {
	if len(b) < 5 {
		return 0, nil, nil, false
	}
	head, n := 3, uint64(binary.LittleEndian.Uint16(b[1:]))
	switch kind = b[0]; kind {
	case tokenError, tokenInfo, tokenLogin, tokenEnviron, tokenSSPI:
	case tokenState, tokenFedAuth:
		head, n = 5, uint64(binary.LittleEndian.Uint32(b[1:]))
	default:
		return kind, nil, nil, false
	}
	if n > uint64(len(b)-head) {
		return kind, nil, nil, false
	}
	return kind, b[head : head+int(n)], b[head+int(n):], true
}

// answer looks for the outcome of the log-on. One that tells neither of success nor of an error is none.
func (s *stream) answer(b []byte) error {
	failure := uint32(0)
	for range maxTokens {
		kind, v, rest, ok := nextToken(b)
		if !ok {
			break
		}
		b = rest
		switch {
		case kind == tokenSSPI:
			if m, ok := ntlm.Find(v); ok && m.Type == ntlm.Challenge {
				s.server = m.Name()
			}
			return nil
		case kind == tokenFedAuth: // who issues tokens: the client comes back with one (§2.2.7.12)
			return nil
		case kind == tokenError && len(v) >= 4 && failure == 0:
			failure = binary.LittleEndian.Uint32(v)
			s.refused(failure, v)
		case kind == tokenLogin:
			s.tell(true, true, 0)
			return dissect.ErrDone
		}
	}
	s.tell(failure != 0, false, failure)
	return dissect.ErrDone
}

// refused finds whose log-on failed where TLS has hidden the name: the error says it in quotation marks (§2.2.7.10: number, state, class,
// length in characters, text).
func (s *stream) refused(number uint32, v []byte) {
	const head = 8
	if number != loginFailed || s.logon.User != "" || len(v) < head {
		return
	}
	words := utf16le.Text(v[head:min(len(v), head+2*int(binary.LittleEndian.Uint16(v[6:])))], maxText)
	to := strings.LastIndexByte(words, '\'')
	if from := strings.LastIndex(words[:max(to, 0)], " '") + 2; from >= 2 && from < to { // French has quotation marks within words, names may, too
		s.logon.User = words[from:to]
		s.login.Add("user", s.logon.User)
	}
}
