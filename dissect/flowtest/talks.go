package flowtest

import (
	"slices"
	"strings"
	"testing"

	"github.com/yagura-project/yagura/dissect"
)

// Bounds of the conversations that seed a fuzz target: a fuzzer is quick where they are short.
const (
	maxTalks = 48
	maxTalk  = 8 << 10 // bytes of both directions
)

// Talks are the conversations of captures that a protocol recognises, their beginnings where they are long.
func Talks(f *testing.F, p dissect.Protocol, captures ...string) (out [][]Say) {
	f.Helper()
	for _, file := range captures {
		var heard []*listener
		listen := p
		if p.Stream != nil {
			listen.Stream = func(*dissect.Flow) dissect.Stream { heard = append(heard, &listener{}); return heard[len(heard)-1] }
		}
		if p.Datagrams != nil {
			listen.Datagrams = func(*dissect.Flow) dissect.Datagrams {
				heard = append(heard, &listener{})
				return datagrams{heard[len(heard)-1]}
			}
		}
		if _, err := Replay(file, listen); err != nil {
			f.Fatal(err)
		}
		if len(heard) == 0 {
			f.Fatalf("%s: no conversation of %s", file, p.Name)
		}
		for i, h := range heard {
			if i < maxTalks && !slices.ContainsFunc(out, func(o []Say) bool { return slices.Equal(o, h.says) }) {
				out = append(out, h.says)
			}
		}
	}
	return out
}

// listener takes a conversation for a parser's and writes it down.
type listener struct {
	says []Say
	size int
}

func (l *listener) Data(d dissect.Dir, b []byte) (int, error) {
	if l.size += len(b); l.size > maxTalk {
		return len(b), dissect.ErrDone
	}
	l.says = append(l.says, Say{Dir: d, B: string(b)})
	return len(b), nil
}

func (l *listener) Gap(dissect.Dir, int) error { return nil }
func (l *listener) Close()                     {}

// datagrams is a listener to UDP.
type datagrams struct{ *listener }

func (l datagrams) Datagram(d dissect.Dir, b []byte) error {
	_, err := l.Data(d, b)
	return err
}

// Turns is a conversation of lines: what begins with ">" the client says.
func Turns(lines ...string) (says []Say) {
	for _, line := range lines {
		if up, ok := strings.CutPrefix(line, ">"); ok {
			says = append(says, Up(up))
		} else {
			says = append(says, Down(line))
		}
	}
	return says
}
