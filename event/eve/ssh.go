package eve

import "github.com/yagura-project/yagura/event"

func (w *Encoder) ssh(e *event.SSHActivity) {
	if !w.begin(SSH, &e.Header, &e.Conn, forward) {
		return
	}
	w.sshObject(e)
	w.finish()
}

func (w *Encoder) sshObject(e *event.SSHActivity) {
	w.o.open("ssh")
	w.sshSide("client", &e.Client)
	w.sshSide("server", &e.Server)
	w.o.close()
}

func (w *Encoder) sshSide(k string, s *event.SSHSide) {
	if *s == (event.SSHSide{}) {
		return
	}
	o := &w.o
	o.open(k)
	o.text("proto_version", s.Proto)
	o.text("software_version", s.Software)
	w.hash("hassh", s.HASSH, s.HASSHString)
	o.close()
}
