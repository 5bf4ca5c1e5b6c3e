package eve

import (
	"fmt"
	"strings"

	"github.com/yagura-project/yagura/event"
)

// smb writes a command of SMB, or a call of DCE/RPC over TCP.
func (w *Encoder) smb(e *event.SMBActivity) {
	if e.Command == "" && e.Share == "" && e.Path == "" && e.Dialect == "" && e.RPC != nil && !e.Pipe {
		if w.begin(DCERPC, &e.Header, &e.Conn, forward) {
			w.o.open("dcerpc")
			w.o.str("rpc_version", "5.0")
			w.rpc(e.RPC, false)
			w.o.close()
			w.finish()
		}
		return
	}
	if !w.begin(SMB, &e.Header, &e.Conn, forward) {
		return
	}
	o := &w.o
	o.open("smb")
	o.text("dialect", smbDialect(e.Dialect))
	o.key("command")
	o.b = append(o.b, '"')
	o.b = append(o.b, smbCommand(e)...)
	o.b = append(o.b, '"')
	if e.Answered {
		w.status(e)
	}
	if e.Numbered {
		o.num("session_id", e.SessionID)
		o.num("tree_id", uint64(e.TreeID))
	}
	o.text("user", e.User)
	if e.Pipe || strings.HasSuffix(e.Share, `\IPC$`) {
		o.text("named_pipe", e.Share)
	} else {
		o.text("share", e.Share)
	}
	o.text("filename", e.Path)
	o.some("size", e.Bytes)
	if e.Target != "" {
		o.open("rename")
		o.str("from", e.Path)
		o.str("to", e.Target)
		o.close()
	}
	if len(e.ClientGUID) == 16 {
		w.guid("client_guid", e.ClientGUID)
	}
	o.yes("encrypted", e.Encrypted)
	if e.RPC != nil {
		o.open("dcerpc")
		w.rpc(e.RPC, true)
		o.close()
	}
	o.close()
	w.finish()
}

// guid writes 16 bytes as MS-DTYP §2.3.4.3 does: the first three numbers came with their lowest byte first.
func (w *Encoder) guid(k, b string) {
	w.o.key(k)
	w.o.b = fmt.Appendf(w.o.b, `"%02x%02x%02x%02x-%02x%02x-%02x%02x-%x-%x"`, b[3], b[2], b[1], b[0], b[5], b[4], b[7], b[6], b[8:10], b[10:16])
}

// status writes NTSTATUS without leading zeros, or the class and code of DOS, which old servers of SMB 1 answer with.
func (w *Encoder) status(e *event.SMBActivity) {
	s := e.Status
	if class := s & 0xff; e.Dialect == "1.0" && s>>30 == 0 && s>>16 != 0 && s&0xff00 == 0 && (class == 1 || class == 2) {
		w.o.text("status", dosNames[s])
		w.o.hex("status_code", "0x", uint64(s>>16), 4)
		return
	}
	w.o.text("status", statusName(s))
	n := 1
	for v := s >> 4; v != 0; v >>= 4 {
		n++
	}
	w.o.hex("status_code", "0x", uint64(s), n)
}

func smbDialect(d string) string {
	switch d {
	case "1.0":
		return "NT LM 0.12"
	case "2.0.2":
		return "2.02"
	case "2.1", "2.1.0":
		return "2.10"
	case "3.0", "3.0.0":
		return "3.00"
	case "3.0.2":
		return "3.02"
	case "3.1.1":
		return "3.11"
	}
	return d
}

// smbCommands are the names of commands: those of SMB 1 first, then those of SMB 2 and 3.
var smbCommands = map[string][2]string{
	"negotiate":            {"SMB1_COMMAND_NEGOTIATE_PROTOCOL", "SMB2_COMMAND_NEGOTIATE_PROTOCOL"},
	"session_setup":        {"SMB1_COMMAND_SESSION_SETUP_ANDX", "SMB2_COMMAND_SESSION_SETUP"},
	"logoff":               {"SMB1_COMMAND_LOGOFF_ANDX", "SMB2_COMMAND_SESSION_LOGOFF"},
	"tree_connect":         {"SMB1_COMMAND_TREE_CONNECT_ANDX", "SMB2_COMMAND_TREE_CONNECT"},
	"tree_disconnect":      {"SMB1_COMMAND_TREE_DISCONNECT", "SMB2_COMMAND_TREE_DISCONNECT"},
	"create":               {"SMB1_COMMAND_NT_CREATE_ANDX", "SMB2_COMMAND_CREATE"},
	"read":                 {"SMB1_COMMAND_READ_ANDX", "SMB2_COMMAND_READ"},
	"write":                {"SMB1_COMMAND_WRITE_ANDX", "SMB2_COMMAND_WRITE"},
	"close":                {"SMB1_COMMAND_CLOSE", "SMB2_COMMAND_CLOSE"},
	"rename":               {"SMB1_COMMAND_RENAME", "SMB2_COMMAND_SET_INFO"},
	"delete":               {"SMB1_COMMAND_DELETE", "SMB2_COMMAND_SET_INFO"},
	"query_directory":      {"SMB1_COMMAND_TRANS2", "SMB2_COMMAND_FIND"},
	"trans2_session_setup": {"SMB1_COMMAND_TRANS2", "SMB1_COMMAND_TRANS2"},
	"":                     {"SMB1_COMMAND_TRANS", "SMB2_COMMAND_IOCTL"},
}

func smbCommand(e *event.SMBActivity) string {
	names, ok := smbCommands[e.Command]
	switch {
	case !ok:
		return "SMB2_COMMAND_" + strings.ToUpper(strings.Map(wordRune, e.Command))
	case e.Dialect == "1.0":
		return names[0]
	}
	return names[1]
}

// wordRune keeps what may stand in a name.
func wordRune(r rune) rune {
	if r == '_' || '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' {
		return r
	}
	return -1
}

// rpc writes the members of a dcerpc object; within one of smb the number of the operation stands outside of the request.
func (w *Encoder) rpc(r *event.DCERPC, smb bool) {
	o := &w.o
	if r.Kind == "bind" {
		o.str("request", "BIND")
		answer(o, r, "BINDACK", "BINDNAK")
		w.interfaces(r)
		o.num("call_id", uint64(r.Call))
		return
	}
	o.str("request", "REQUEST")
	answer(o, r, "RESPONSE", "FAULT")
	w.interfaces(r)
	o.num("call_id", uint64(r.Call))
	if smb {
		o.num("opnum", uint64(r.Opnum))
	}
	o.open("req")
	if !smb {
		o.num("opnum", uint64(r.Opnum))
	}
	o.num("stub_data_size", uint64(max(r.StubIn, 0)))
	o.close()
	o.open("res")
	o.num("stub_data_size", uint64(max(r.StubOut, 0)))
	o.close()
}

func answer(o *object, r *event.DCERPC, yes, no string) {
	switch {
	case !r.Answered:
		o.str("response", "UNREPLIED")
	case r.Kind == "fault":
		o.str("response", no)
	default:
		o.str("response", yes)
	}
}

func (w *Encoder) interfaces(r *event.DCERPC) {
	if r.UUID == "" && r.Interface == "" {
		return
	}
	o := &w.o
	o.list("interfaces")
	o.item()
	o.text("uuid", r.UUID)
	o.text("version", r.Version)
	if r.Kind == "bind" && r.Answered {
		o.num("ack_result", uint64(r.Result))
	}
	o.text("service", r.Interface)
	o.text("procedure", r.Operation)
	o.yes("guessed", r.Guessed)
	o.close()
	o.endList()
}
