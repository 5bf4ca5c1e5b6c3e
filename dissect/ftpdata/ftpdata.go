// Package ftpdata reads the data connections of FTP (RFC 959 §3), which its control connections announce: they are files.
package ftpdata

import (
	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/wire"
)

// Protocol is a data connection; it is never recognised by content, only expected.
var Protocol = dissect.Protocol{
	Name:   "ftp-data",
	Spec:   "RFC 959 §3",
	Probe:  func(dissect.Dir, []byte, bool, uint16) dissect.Match { return dissect.No },
	Stream: newParser,
}

// Transfer is what the control connection knows of a data connection. It is filled in as commands come.
type Transfer struct {
	Command string // lower-case: retr, stor, list …; "" when none has come yet
	Name    string // of the file as sent
	User    string
	Start   uint64 // first byte of the file that is sent, as REST says
}

var commands = map[string]uint64{"stor": 1, "retr": 2, "appe": 3, "stou": 4, "list": 5, "nlst": 6, "mlsd": 7}

// parser reads one data connection.
type parser struct {
	f    *dissect.Flow
	x    *Transfer
	t    *wire.Tx
	file *dissect.File
	dir  dissect.Dir
}

func newParser(f *dissect.Flow) dissect.Stream {
	p := &parser{f: f}
	if p.x, _ = f.Expected().(*Transfer); p.x == nil {
		p.x = &Transfer{}
	}
	return p
}

// Data implements dissect.Stream.
func (p *parser) Data(dir dissect.Dir, b []byte) (int, error) {
	p.open(dir)
	if p.file != nil && dir == p.dir {
		p.file.Write(b)
		p.f.Show(p.t)
	}
	return len(b), nil
}

// open begins the transfer with its first bytes.
func (p *parser) open(dir dissect.Dir) {
	if p.t != nil || p.file != nil {
		return
	}
	p.dir = dir
	p.t = p.f.Tx("")
	side := dissect.Orig
	if p.x.Command == "retr" || p.x.Command == "list" || p.x.Command == "nlst" || p.x.Command == "mlsd" {
		side = dissect.Resp
	}
	if n := commands[p.x.Command]; n > 0 {
		p.t.PutNumber(wire.FTPDataCommand, side, n)
	}
	p.file = p.f.OpenFile(p.t, dir, p.x.Name)
	if p.file.As(event.FileCreate); side == dissect.Resp {
		p.file.As(event.FileRead)
	}
	if p.x.Start > 0 {
		p.file.Part(p.x.Start)
	}
}

// Gap implements dissect.Stream.
func (p *parser) Gap(dir dissect.Dir, n int) error {
	p.open(dir)
	if dir == p.dir {
		p.file.Lost(uint64(n))
	}
	return nil
}

// Close implements dissect.Stream. The end of the connection is that of the file (RFC 959 §3.4.1), unless it broke off.
func (p *parser) Close() {
	if p.file != nil {
		p.file.Close(p.f.Ended(p.dir))
	}
	p.f.EndTx(p.t)
}
