package smb

import (
	"bytes"
	"encoding/binary"

	"github.com/yagura-project/yagura/dissect"
)

const (
	frameHead = 4         // RFC 1002 §4.3.1, MS-SMB2 §2.1: type and a length of 24 bits
	maxWhole  = 64 << 10  // a message up to this size is waited for
	maxWhole1 = 160 << 10 // of SMB 1, whose writes have up to 128 KiB (MS-SMB §2.2.4.5.2, CAP_LARGE_WRITEX)
	maxPart   = 4 << 10   // of a larger one without file data this much is looked at
	maxLost   = maxFrame  // bytes without any header after which a flow is given up: it may begin within the largest message
	minStream = 4 << 10   // file data of this size is not waited for
	maxFrame  = 1<<24 - 1 // length field
)

// half is one direction of the connection: where in a message it stands.
type half struct {
	left    int      // bytes of the session message that are still to come
	element int      // bytes of the current message of a compound that are still to come
	data    int      // bytes of file data in it that come next
	skip    int      // bytes before that data
	sink    *request // where the file data goes
	offset  uint64   // of the next file data in its file
	prev    *request // the message before in a compound
	packed  []byte   // a compressed message that is gathered, of which left bytes are to come; nil: none
	lost    bool     // no boundary is known
	noise   int      // bytes seen while lost
}

// Data takes the next bytes of one direction.
func (c *conn) Data(dir dissect.Dir, b []byte) (int, error) {
	h := &c.half[dir]
	done := 0
	for done < len(b) {
		n, err := c.step(dir, h, b[done:])
		if err != nil {
			return done, err
		}
		if n == 0 {
			break
		}
		done += n
		c.seen = true
	}
	return done, nil
}

// step consumes some bytes, none when more are needed.
func (c *conn) step(dir dissect.Dir, h *half, b []byte) (int, error) {
	switch {
	case h.lost:
		return c.resync(h, b)
	case h.packed != nil:
		return c.gather(h, b), nil
	case h.skip > 0:
		n := min(h.skip, len(b))
		h.skip -= n
		h.advance(n)
		return n, nil
	case h.data > 0:
		n := min(h.data, len(b))
		c.content(h.sink, h.offset, b[:n])
		h.data -= n
		h.offset += uint64(n)
		h.advance(n)
		if h.data == 0 {
			c.contentEnds(h)
		}
		return n, nil
	case h.element > 0:
		n := min(h.element, len(b))
		h.advance(n)
		return n, nil
	case h.left > 0:
		return c.message(h, b), nil
	}
	return c.frame(h, b)
}

// advance counts n bytes of the current message as consumed.
func (h *half) advance(n int) {
	h.left -= n
	h.element -= n
}

// frame reads the header of a session message.
func (c *conn) frame(h *half, b []byte) (int, error) {
	if len(b) < frameHead {
		return 0, nil
	}
	size := int(binary.BigEndian.Uint32(b) & maxFrame)
	switch b[0] {
	case 0x00: // session message
		if len(b) < frameHead+4 && size >= 4 {
			return 0, nil
		}
		if size == 0 || begins(b) {
			h.left, h.prev = size, nil
			return frameHead, nil
		}
	case 0x81, 0x82, 0x83, 0x84, 0x85: // session request … keep-alive, RFC 1002 §4.3.2–§4.3.6
		if size <= 256 {
			h.left, h.element = size, size
			return frameHead, nil
		}
	}
	if !c.seen && !c.f.Midstream {
		return 0, dissect.ErrNotMine
	}
	if !c.f.Midstream {
		c.odd(c.dirOf(h), "smb.malformed_data")
	}
	h.lost = true
	return c.resync(h, b)
}

// begins reports whether b starts with a session message that holds a protocol id; b has the head at least.
func begins(b []byte) bool {
	return b[0] == 0 && binary.BigEndian.Uint32(b)&maxFrame >= 4 && magicOf(b[frameHead:]) != 0
}

// resync looks for the next session message that begins with a protocol id.
func (c *conn) resync(h *half, b []byte) (int, error) {
	for at := 0; ; {
		i := bytes.Index(b[at:], []byte("SMB"))
		if i < 0 {
			break
		}
		at += i + 3
		start := at - 4 - frameHead
		if start >= 0 && begins(b[start:]) {
			h.lost, h.noise, h.left, h.element = false, 0, 0, 0
			if start == 0 {
				return c.frame(h, b)
			}
			return start, nil
		}
	}
	n := max(0, len(b)-frameHead-3) // what may be the beginning of one
	if h.noise += n; h.noise > maxLost {
		return 0, errNoise
	}
	return n, nil
}

// Gap passes over n lost bytes where the message they belong to is known, and else looks for the next one.
func (c *conn) Gap(dir dissect.Dir, n int) error {
	h := &c.half[dir]
	if h.packed != nil {
		c.dropPacked(h)
		h.element = h.left // what is to come of it is passed over
	}
	switch {
	case h.skip == 0 && h.data >= n:
		c.lose(h.sink, h.offset, n)
		h.data -= n
		h.offset += uint64(n)
		h.advance(n)
		if h.data == 0 {
			c.contentEnds(h)
		}
	case h.data == 0 && h.element >= n:
		h.skip = max(0, h.skip-n)
		h.advance(n)
	default:
		if h.data > 0 {
			c.lose(h.sink, h.offset, h.data)
		}
		*h = half{lost: true}
	}
	return nil
}

// message reads the next message of a compound, of which h.left bytes are to come.
func (c *conn) message(h *half, b []byte) int {
	have := min(len(b), h.left)
	if have < 4 {
		if h.left < 4 {
			h.element = h.left
			return have
		}
		return 0
	}
	switch magicOf(b) {
	case magic2:
		return c.message2(h, b[:have])
	case magic1:
		want := min(h.left, maxWhole1)
		if have < want {
			return 0
		}
		c.showFrames(h, b[:want], h.left)
		c.message1(c.dirOf(h), b[:want])
		h.element = h.left
		return c.passed(h, want)
	case magicCompressed:
		if h.left <= maxCompressed {
			if have < h.left {
				return 0
			}
			size := h.left
			h.element = size
			if !c.compressed(h, b[:size]) {
				c.f.AddOpaque(size)
			}
			return c.passed(h, size)
		}
		return c.gather(h, b[:have])
	case magicTransform:
		if have < min(h.left, transformHead) {
			return 0
		}
		c.showFrames(h, b[:have], h.left)
		c.encrypted(b[:have], h.left)
	}
	h.element = h.left // compressed, encrypted or unknown: pass over
	return c.passed(h, have)
}

// passed consumes n bytes of the current message.
func (c *conn) passed(h *half, n int) int {
	h.advance(n)
	return n
}

// message2 reads one message of SMB 2 as soon as enough of it is there.
func (c *conn) message2(h *half, b []byte) int {
	if len(b) < headLen {
		if h.left < headLen {
			h.element = h.left
			return c.passed(h, len(b))
		}
		return 0
	}
	m := readHeader(b)
	size := h.left
	if m.next >= headLen && int(m.next) <= h.left {
		size = int(m.next)
	}
	want := size
	if m.carriesData() && size > headLen+fixedLen+minStream {
		want = headLen + fixedLen
	} else if size > maxWhole {
		want = maxPart
	}
	if len(b) < want {
		return 0
	}
	h.element = size
	c.showFrames(h, b[:want], size)
	return c.passed(h, c.dispatch(h, &m, b[:want], size))
}
