package smb

import (
	"slices"
	"strings"
)

// answer completes the commands that the answer's process and multiplex id belong to.
func (v *conn1) answer(m *message1) {
	if m.command == com1Transaction && m.status == 0 && m.b[head1Len] == 0 {
		return // an interim answer (MS-CIFS §2.2.4.33.2): the rest of the request follows, then the answer
	}
	id := m.key()
	waiting := v.take(id)
	if waiting == nil {
		v.stray(m)
		return
	}
	done := 0
	m.each(func(command byte, k block) {
		if done < len(waiting) && waiting[done].command == command {
			v.complete(m, k, waiting[done])
			done++
		}
	})
	for _, w := range waiting[done:] { // a refused chain is answered for its first commands only
		w.q.said.dos = m.dos
		v.c.answered(w.q, m.status)
	}
}

// take removes what waits for an answer.
func (v *conn1) take(id uint32) []*pending1 {
	waiting := v.open[id]
	if waiting == nil {
		return nil
	}
	delete(v.open, id)
	for i, a := range v.age {
		if a == id {
			v.age = slices.Delete(v.age, i, i+1)
			break
		}
	}
	return waiting
}

// give emits what waited for too long.
func (v *conn1) give(id uint32) {
	for _, w := range v.take(id) {
		v.c.unanswered(w.q)
	}
}

// stray is an answer that nobody waits for. One to a transaction under a changed multiplex id breaks MS-CIFS §2.2.1.6.2.
func (v *conn1) stray(m *message1) {
	if m.command != com1Trans2 {
		return
	}
	for _, id := range v.age {
		if w := v.open[id]; uint16(id>>16) == m.pid && len(w) == 1 && w[0].command == com1Trans2 {
			v.take(id)
			v.c.answered(w[0].q, m.status)
			v.strange("mid_changed", w[0].q)
			return
		}
	}
}

// complete reads the answer to one command.
func (v *conn1) complete(m *message1, k block, w *pending1) {
	q := w.q
	q.ids = treeKey{uint64(m.uid), uint32(m.tid)}
	q.said.status, q.said.dos, q.said.answered = m.status, m.dos, true
	failed := m.status&severityError == severityError
	switch w.command {
	case com1Negotiate:
		v.c.dialect = "1.0"
		q.greeted1(k)
	case com1Session:
		q.answers1(k)
		if m.status == statusMoreProcessing {
			v.c.challenged(k.data)
			v.c.keepLogon(&header{session: uint64(m.uid)}, q)
			v.c.settle(q, true)
			return
		}
		if failed {
			v.c.refused(q)
			break
		}
		q.session = v.c.loggedOn(&header{session: uint64(m.uid)}, q)
	case com1Logoff:
		v.c.dropSession(uint64(m.uid))
	case com1Tree:
		if !failed {
			v.connected(m, k, q)
		}
	case com1Create:
		if fid := k.u16(5); !failed && fid != 0 {
			q.file.id = id1(fid)
			v.c.keepFile(q.file)
		}
	case com1Read:
		if n := int(k.u16(10)) | int(k.u16(14))<<16; !failed && n > 0 {
			v.c.content(q, q.offset, k.part(int(k.u16(12)), n))
		}
	case com1Transaction:
		if !failed && q.file != nil {
			v.c.pipeData(q.file, false, k.part(int(k.u16(14)), int(k.u16(12))))
		}
	}
	v.c.answered(q, m.status)
}

// connected keeps a share; its kind is told in ASCII (MS-CIFS §2.2.4.55.2).
func (v *conn1) connected(m *message1, k block, q *request) {
	t := &tree{share: q.path, pipe: strings.HasPrefix(string(k.data), "IPC") || strings.HasSuffix(strings.ToUpper(q.path), `\IPC$`)}
	q.said.service[1] = string(cutAt(k.data[:min(len(k.data), maxService)], 1))
	v.c.keepTree(treeKey{uint64(m.uid), uint32(m.tid)}, t)
	q.tree = t
}

// close emits what is unanswered.
func (v *conn1) close() {
	for len(v.age) > 0 {
		v.give(v.age[0])
	}
}
