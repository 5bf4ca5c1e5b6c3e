package sip

import (
	"bytes"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event/wire"
)

// Which buffer takes a line of SDP (RFC 8866 §5), in the session's part and in that of a medium.
var (
	sessionLines = [256]wire.Buffer{'o': wire.SDPOrigin, 's': wire.SDPSessionName, 'i': wire.SDPSessionInfo, 'u': wire.SDPURI, 'e': wire.SDPEmail,
		'p': wire.SDPPhoneNumber, 'c': wire.SDPConnectionData, 'b': wire.SDPBandwidth, 't': wire.SDPTime, 'r': wire.SDPRepeatTime, 'z': wire.SDPTimezone,
		'k': wire.SDPEncryptionKey, 'a': wire.SDPAttribute, 'm': wire.SDPMediaMedia}
	mediaLines = [256]wire.Buffer{'m': wire.SDPMediaMedia, 'i': wire.SDPMediaInfo, 'c': wire.SDPMediaConnectionData, 'k': wire.SDPMediaEncryptionKey,
		'b': wire.SDPBandwidth, 'a': wire.SDPAttribute}
)

// maxLines bounds what is read of a description.
const maxLines = 256

// describe shows the lines of a session's description.
func describe(t *wire.Tx, dir dissect.Dir, body []byte) {
	lines := &sessionLines
	for range maxLines {
		line, rest, more := bytes.Cut(body, []byte("\n"))
		line = bytes.TrimSuffix(line, []byte("\r"))
		if len(line) >= 2 && line[1] == '=' {
			if line[0] == 'm' {
				lines = &mediaLines
			}
			if id := lines[line[0]]; id != 0 {
				t.Put(id, dir, bytes.Clone(line[2:]))
			}
		}
		if body = rest; !more {
			return
		}
	}
}

var sdp = []byte("application/sdp")

// described tells whether a value of Content-Type says SDP.
func described(value []byte) bool {
	return len(value) >= len(sdp) && bytes.EqualFold(value[:len(sdp)], sdp)
}
