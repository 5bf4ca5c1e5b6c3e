// Package ftp reads the control connections of FTP (RFC 959, RFC 2228, RFC 2428) and tells where their data connections will be.
package ftp

import (
	"bytes"
	"errors"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/ftpdata"
	"github.com/yagura-project/yagura/event/wire"
)

// Protocol is FTP's control connection on any port.
var Protocol = dissect.Protocol{
	Name:     "ftp",
	Spec:     "RFC 959, RFC 2228, RFC 2389, RFC 2428, RFC 4217",
	TCP:      []uint16{21, 2121},
	Anywhere: true,
	Probe:    probe,
	Stream:   newParser,
}

// probe knows a greeting on the usual ports, and where it names its protocol; and what only clients of FTP say first.
func probe(dir dissect.Dir, b []byte, udp bool, port uint16) dissect.Match {
	if udp {
		return dissect.No
	}
	line, _, ended := bytes.Cut(b, []byte("\n"))
	if dir == dissect.Resp {
		if m := dissect.PrefixFold(b, "220"); m != dissect.Yes {
			return m
		}
		if port == 21 || port == 2121 || bytes.Contains(bytes.ToUpper(line), []byte("FTP")) {
			return dissect.Yes
		}
		if ended {
			return dissect.No
		}
		return dissect.Maybe
	}
	best := dissect.No
	for _, w := range []string{"AUTH TLS\r\n", "AUTH SSL\r\n", "FEAT\r\n", "USER "} {
		best = max(best, dissect.PrefixFold(b, w))
	}
	if best == dissect.Yes && (line[0]|0x20) == 'u' && !ended {
		return dissect.Maybe
	}
	if best == dissect.Yes && bytes.Count(line, []byte(" ")) > 1 { // of IRC
		return dissect.No
	}
	return best
}

// Bounds of one session.
const (
	maxLine    = 4096     // beyond which a line is cut and told of
	maxSkipped = 64 << 10 // bytes of one line after which this is no FTP
	maxPending = 128      // commands that wait for their replies
	maxReplies = 16       // lines that an event keeps
)

var errLine = errors.New("ftp: a line is too long")

// parser reads one session.
type parser struct {
	f       *dissect.Flow
	user    string
	pending []*command // oldest first
	multi   string     // code of a reply of several lines that goes on
	skipped [2]int     // bytes of a line that is too long
	lost    [2]bool
	next    *ftpdata.Transfer // the data connection that was agreed on
	agreed  bool              // there was one
	start   uint64            // where the next file begins, by REST
	gap     bool              // bytes are missing
	crowd   dissect.Crowd
}

func newParser(f *dissect.Flow) dissect.Stream {
	return &parser{f: f, lost: [2]bool{f.Midstream, f.Midstream}}
}

// Data implements dissect.Stream.
func (p *parser) Data(dir dissect.Dir, b []byte) (n int, err error) {
	for n < len(b) {
		end := bytes.IndexByte(b[n:], '\n')
		if p.lost[dir] {
			if end < 0 {
				return len(b), nil
			}
			p.lost[dir] = false
			if !p.f.Midstream || n > 0 {
				n += end + 1
				continue
			}
		}
		if end < 0 {
			if len(b)-n < maxLine {
				return n, nil
			}
			return p.long(dir, b, n)
		}
		raw := b[n : n+end+1]
		line := bytes.TrimSuffix(raw[:end], []byte("\r"))
		n += end + 1
		if p.skipped[dir] > 0 { // the end of a line that has been read
			p.skipped[dir] = 0
			continue
		}
		p.f.ShowFrames(dir, dissect.Frame{ID: lines[dir], B: raw})
		cut := len(line) >= maxLine
		line = line[:min(len(line), maxLine)]
		if dir == dissect.Orig {
			p.command(line, cut)
		} else if err := p.reply(line, cut); err != nil {
			return n, err
		}
	}
	return n, nil
}

// lines are the frames of lines as rules see them.
var lines = [2]wire.Buffer{wire.FrameFTPCommand, wire.FrameFTPResponse}

// long reads the beginning of a line that does not end, once, and passes over the rest.
func (p *parser) long(dir dissect.Dir, b []byte, n int) (int, error) {
	if p.skipped[dir] == 0 {
		line := b[n : n+maxLine]
		if dir == dissect.Orig {
			p.command(line, true)
		} else if err := p.reply(line, true); err != nil {
			return len(b), err
		}
	}
	if p.skipped[dir] += len(b) - n; p.skipped[dir] > maxSkipped {
		return len(b), errLine
	}
	return len(b), nil
}

// Gap implements dissect.Stream.
func (p *parser) Gap(dir dissect.Dir, n int) error {
	p.lost[dir], p.gap = true, true
	return nil
}

// Close implements dissect.Stream.
func (p *parser) Close() {
	for len(p.pending) > 0 {
		p.settle()
	}
}
