package smb

import (
	"bytes"

	"github.com/yagura-project/yagura/dissect"
)

const (
	com1Locking  = 0x24
	com1NTCancel = 0xa4 // is never answered, MS-CIFS §2.2.4.65
)

// opens1 tells which commands of SMB 1 have a transaction of their own.
func opens1(command byte) bool {
	switch command {
	case com1Read, com1Write, com1Transaction, com1TransSecond, com1Trans2, com1Trans2Second, com1NTTransSecond:
		return false
	}
	return true
}

// other takes a command that is not read; true when rules see it and its answer is waited for.
func (v *conn1) other(command byte, q *request) bool {
	q.command, q.said.word = cmdOther, words1[command]
	if !opens1(command) {
		return false
	}
	v.c.open(q, 1)
	if command == com1NTCancel {
		v.c.settle(q, false)
	}
	return q.tx != nil
}

// show shows a command to rules.
func (v *conn1) show(command byte, k block, q *request) {
	if q.tx == nil && opens1(command) {
		v.c.open(q, 1)
	}
	if q.tx == nil {
		return
	}
	switch command {
	case com1Negotiate:
		if !dialects(k.data) {
			q.tx.Event(dissect.Orig, "smb.negotiate_malformed_dialects")
		}
	case com1Tree:
		q.share = withoutFirst(k.plain(int(k.u16(6))))
	case com1Session:
		if len(k.words) == 24 {
			v.c.askLogon(q, k.data[:min(int(k.u16(14)), len(k.data))])
		}
	}
	v.c.f.Show(q.tx)
}

// dialects tells whether names stand as they must: each behind a 2, with a zero at its end (MS-CIFS §2.2.4.52.1).
func dialects(b []byte) bool {
	for len(b) > 0 {
		end := bytes.IndexByte(b, 0)
		if b[0] != 2 || end < 0 {
			return false
		}
		b = b[end+1:]
	}
	return true
}

// plain is the string at an offset within data as rules see it.
func (k *block) plain(from int) []byte {
	if from > len(k.data) {
		return nil
	}
	if k.m.flags2&flags2Uni == 0 {
		return plain(cutAt(k.data[from:], 1))
	}
	from += (k.at + from) & 1
	return plain(cutAt(k.data[min(from, len(k.data)):], 2))
}

// cutAt cuts a string at its terminator: a zero of size bytes.
func cutAt(b []byte, size int) []byte {
	for i := 0; i+size <= len(b); i += size {
		if b[i] == 0 && b[i+size-1] == 0 {
			return b[:i]
		}
	}
	return b
}

// upgraded ends the negotiation of SMB 1 that SMB 2 answers (MS-SMB2 §3.3.5.3).
func (v *conn1) upgraded() {
	if v == nil {
		return
	}
	for _, id := range v.age {
		if w := v.open[id]; w[0].command == com1Negotiate {
			v.take(id)
			v.c.answered(w[0].q, 0)
			return
		}
	}
}
