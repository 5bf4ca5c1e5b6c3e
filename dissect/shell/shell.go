// Package shell recognises command shells that are held over the network, and the stages of programs that load them.
package shell

import (
	"strings"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event"
)

// Protocol is a bare command shell on any port: no protocol at all, known by what shells say first.
var Protocol = dissect.Protocol{
	Name:     "shell",
	Spec:     "none; the first words of cmd.exe, PowerShell, sh and bash, and the stage that Metasploit's stagers read",
	Anywhere: true,
	Probe:    probe,
	Stream:   func(f *dissect.Flow) dissect.Stream { return &parser{f: f} },
}

// What is told of a flow, as AppActivity.Operation.
const (
	Banner = "banner" // a shell presented itself
	Stage  = "stage"  // the server sent machine code with its length before it
)

// greetings are what shells write when they start without a terminal of their own.
var greetings = [...]string{
	"Microsoft Windows [", "Microsoft Windows XP [", "Microsoft Windows 2000 [", "Microsoft(R) Windows",
	"Windows PowerShell\r\n", "Windows PowerShell running as user ", "PS C:\\",
	"bash: no job control in this shell", "bash: cannot set terminal process group", "sh: no job control in this shell",
	"/bin/sh: 0: can't access tty", "sh: 0: can't access tty", "sh-3.", "sh-4.", "sh-5.",
}

// codes are how position-independent code of stagers begins: clear the direction flag, call (x86) or align the stack (x64); or a program file.
var codes = [...]string{"\xfc\xe8", "\xfc\x48\x83\xe4\xf0", "\xfc\x48\x81\xe4\xf0", "MZ"}

const (
	maxStage = 8 << 20 // bytes; a whole Meterpreter has 0.2–1 MB
	minStage = 64
	lenBytes = 4
)

func probe(dir dissect.Dir, b []byte, udp bool, _ uint16) dissect.Match {
	if udp || len(b) == 0 {
		return dissect.No
	}
	best := dissect.No
	for _, g := range greetings {
		best = max(best, dissect.Prefix(b, g))
	}
	if dir == dissect.Resp && best != dissect.Yes {
		best = max(best, stage(b))
	}
	return best
}

// stage wants the length of what follows (little-endian), then code.
func stage(b []byte) dissect.Match {
	if len(b) < lenBytes {
		return dissect.Maybe
	}
	n := uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24
	if n < minStage || n > maxStage {
		return dissect.No
	}
	best := dissect.No
	for _, c := range codes {
		best = max(best, dissect.Prefix(b[lenBytes:], c))
	}
	return best
}

// greeting is which of them b begins with: the same however the bytes were cut into packets.
func greeting(b []byte) string {
	for _, g := range greetings {
		if dissect.Prefix(b, g) == dissect.Yes {
			return strings.TrimRight(g, " \r\n[")
		}
	}
	return ""
}

type parser struct {
	f     *dissect.Flow
	other [2]bool // the direction began with something else
}

// Data tells once what it is; the rest is nobody's business.
func (p *parser) Data(dir dissect.Dir, b []byte) (int, error) {
	if p.other[dir] {
		return len(b), nil
	}
	switch probe(dir, b, false, 0) {
	case dissect.Maybe:
		return 0, nil
	case dissect.No:
		p.other[dir] = true // what the other side says
		return len(b), nil
	}
	a := &event.AppActivity{Header: p.f.Head(), Conn: p.f.Conn, Protocol: "shell", Operation: Banner}
	if dir == dissect.Resp && stage(b) == dissect.Yes {
		a.Operation = Stage
	} else {
		a.Add("text", greeting(b))
	}
	if dir == dissect.Orig {
		a.Add("side", "client")
	} else {
		a.Add("side", "server")
	}
	p.f.Emit(a)
	return len(b), dissect.ErrDone
}

// Gap passes over lost bytes.
func (p *parser) Gap(dir dissect.Dir, _ int) error {
	p.other[dir] = true
	return nil
}

// Close has nothing open to emit.
func (p *parser) Close() {}
