package krb5

import (
	"encoding/binary"

	"github.com/yagura-project/yagura/dissect"
)

type datagrams struct{ exchange }

// Datagram reads one message.
func (d *datagrams) Datagram(_ dissect.Dir, b []byte) error { return d.message(b) }

// Close has nothing open to emit: each message has its event.
func (d *datagrams) Close() {}

type stream struct{ exchange }

// Data reads messages behind their length (RFC 4120 §7.2.2).
func (s *stream) Data(_ dissect.Dir, b []byte) (n int, err error) {
	for len(b)-n >= 4 {
		size := int(binary.BigEndian.Uint32(b[n:]))
		if size == 0 || size > maxMessage {
			return n, ErrMessage
		}
		if len(b)-n < 4+size {
			return n, nil
		}
		if err := s.message(b[n+4 : n+4+size]); err != nil {
			return n, err
		}
		n += 4 + size
	}
	return n, nil
}

// Gap ends the flow: there is no mark to find the next message by.
func (s *stream) Gap(dissect.Dir, int) error { return ErrMessage }

// Close has nothing open to emit: each message has its event.
func (s *stream) Close() {}
