package eve

import (
	"github.com/yagura-project/yagura/event"
)

// ftp writes a command of FTP with its answer, or a request of TFTP.
func (w *Encoder) ftp(e *event.FTPActivity) {
	if e.App == "tftp" {
		w.tftp(e)
		return
	}
	if !w.begin(FTP, &e.Header, &e.Conn, forward) {
		return
	}
	w.o.num("tx_id", e.TxID)
	w.ftpObject(e)
	w.finish()
}

func (w *Encoder) ftpObject(e *event.FTPActivity) {
	o := &w.o
	o.open("ftp")
	if e.Command != "" {
		o.str("command", e.Command)
		o.text("command_data", e.Argument)
		o.flag("command_truncated", e.Cut[0])
	}
	o.texts("reply", e.Replies)
	if len(e.Codes) > 0 {
		o.list("completion_code")
		for _, c := range e.Codes {
			o.comma()
			o.b = append(o.b, '"')
			o.b = append(number(o.b, uint64(max(c, 0))), '"')
		}
		o.endList()
	}
	o.text("mode", e.Mode)
	o.some("dynamic_port", uint64(e.Port))
	if len(e.Codes) > 0 {
		o.str("reply_received", "yes")
	} else {
		o.str("reply_received", "no")
	}
	o.flag("reply_truncated", e.Cut[1])
	o.text("user", e.User)
	o.close()
}

func (w *Encoder) tftp(e *event.FTPActivity) {
	if !w.begin(TFTP, &e.Header, &e.Conn, forward) {
		return
	}
	o := &w.o
	o.open("tftp")
	o.str("packet", tftpPacket(e.Command))
	o.text("file", e.Argument)
	o.text("mode", e.Mode)
	o.close()
	w.finish()
}

func tftpPacket(command string) string {
	switch command {
	case "RETR", "RRQ":
		return "read"
	case "STOR", "WRQ":
		return "write"
	}
	return command
}

// ftpData writes a file that a data connection carried; what was asked for follows from who sent it.
func (w *Encoder) ftpData(e *event.FileActivity) {
	if !w.begin(FTPData, &e.Header, &e.Conn, forward) {
		return
	}
	o := &w.o
	o.open("ftp_data")
	o.text("filename", e.File.Name)
	if e.Activity == event.FileRead {
		o.str("command", "RETR")
	} else {
		o.str("command", "STOR")
	}
	o.close()
	w.finish()
}
