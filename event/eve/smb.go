package eve

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/yagura-project/yagura/event"
)

// smb writes a command of SMB, or a call of DCE/RPC over TCP or UDP.
func (w *Encoder) smb(e *event.SMBActivity) {
	kind := SMB
	if plainRPC(e) {
		kind = DCERPC
	}
	if w.begin(kind, &e.Header, &e.Conn, forward) {
		w.smbObject(e)
		w.finish()
	}
}

// plainRPC tells a call that no pipe of SMB carries.
func plainRPC(e *event.SMBActivity) bool {
	return e.Command == "" && e.Share == "" && e.Path == "" && e.Dialect == "" && e.RPC != nil && !e.Pipe
}

// smbObject writes the object of a record, or of an alert.
func (w *Encoder) smbObject(e *event.SMBActivity) {
	o := &w.o
	if plainRPC(e) {
		o.open("dcerpc")
		if e.RPC.Activity == "" {
			o.str("rpc_version", "5.0")
		} else {
			o.str("rpc_version", "4.0")
		}
		w.rpc(e.RPC, false)
		o.close()
		return
	}
	o.open("smb")
	o.str("dialect", smbDialect(e.Dialect))
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
	w.smbFile(e)
	w.smbGreeting(e)
	if e.Hello != nil {
		w.smbHello(e.Hello)
	}
	o.yes("encrypted", e.Encrypted)
	if e.RPC != nil {
		o.open("dcerpc")
		w.rpc(e.RPC, true)
		o.close()
	}
	o.close()
}

// smbFile writes what a command does to a file or share.
func (w *Encoder) smbFile(e *event.SMBActivity) {
	o := &w.o
	if e.Directory {
		o.text("directory", e.Path)
	} else {
		o.text("filename", e.Path)
	}
	if d := int(e.Disposition) - 1; d >= 0 && d < len(dispositions) {
		o.str("disposition", dispositions[d])
		if e.Deletes {
			o.str("access", "delete on close")
		} else {
			o.str("access", "normal")
		}
	}
	o.some("size", e.Bytes)
	if e.Target != "" {
		o.open("rename")
		o.str("from", e.Path)
		o.str("to", e.Target)
		o.close()
	}
	if t := int(e.ShareType); t > 0 && t < len(shareTypes) {
		o.str("share_type", shareTypes[t])
	}
	if e.Service != [2]string{} {
		o.open("service")
		o.text("request", e.Service[0])
		o.text("response", e.Service[1])
		o.close()
	}
}

// Words for CreateDisposition (MS-SMB2 §2.2.13) and ShareType (§2.2.10).
var (
	dispositions = [...]string{"FILE_SUPERSEDE", "FILE_OPEN", "FILE_CREATE", "FILE_OPEN_IF", "FILE_OVERWRITE", "FILE_OVERWRITE_IF"}
	shareTypes   = [...]string{1: "FILE", 2: "PIPE", 3: "PRINT"}
)

// smbGreeting writes what the sides offer each other first.
func (w *Encoder) smbGreeting(e *event.SMBActivity) {
	o, g := &w.o, e.Greeting
	if g != nil && len(g.Dialects) > 0 {
		o.list("client_dialects")
		for _, d := range g.Dialects {
			o.each(smbDialect(d))
		}
		o.endList()
	}
	if len(e.ClientGUID) == 16 {
		w.guid("client_guid", e.ClientGUID)
	}
	if g == nil {
		return
	}
	if len(g.ServerGUID) == 16 {
		w.guid("server_guid", g.ServerGUID)
	}
	o.some("max_read_size", uint64(g.MaxRead))
	o.some("max_write_size", uint64(g.MaxWrite))
}

// smbHello writes how the sides of a log-on call themselves.
func (w *Encoder) smbHello(h *event.SMBHello) {
	o := &w.o
	if h.NTLM {
		o.open("ntlmssp")
		o.str("domain", h.Domain)
		o.str("user", h.User)
		o.str("host", h.Host)
		o.text("version", h.System)
		o.close()
	}
	if h.Realm != "" || len(h.Services) > 0 {
		o.open("kerberos")
		o.str("realm", h.Realm)
		o.texts("snames", h.Services)
		o.close()
	}
	for _, side := range [...]struct {
		k string
		v [2]string
	}{{"request", h.Client}, {"response", h.Server}} {
		if side.v != [2]string{} {
			o.open(side.k)
			o.str("native_os", side.v[0])
			o.str("native_lm", side.v[1])
			o.close()
		}
	}
}

// guid writes 16 bytes as MS-DTYP §2.3.4.3 does: the first three numbers came with their lowest byte first.
func (w *Encoder) guid(k, b string) {
	w.o.key(k)
	w.o.b = fmt.Appendf(w.o.b, `"%02x%02x%02x%02x-%02x%02x-%02x%02x-%x-%x"`, b[3], b[2], b[1], b[0], b[5], b[4], b[7], b[6], b[8:10], b[10:16])
}

// status writes NTSTATUS without leading zeros, or the class and code of DOS, which old servers of SMB 1 answer with.
func (w *Encoder) status(e *event.SMBActivity) {
	if d := e.DOS; d != 0 {
		if name := dosNames[d]; name != "" {
			w.o.str("status", name)
		} else {
			w.o.key("status")
			w.o.b = fmt.Appendf(w.o.b, `"UNKNOWN_%02x_%04x"`, d&0xff, d>>16)
		}
		w.o.hex("status_code", "0x", uint64(d>>16), 4)
		return
	}
	s := e.Status
	if name := statusName(s); name != "" {
		w.o.str("status", name)
	} else {
		w.o.str("status", strconv.FormatUint(uint64(s), 10))
	}
	n := 1
	for v := s >> 4; v != 0; v >>= 4 {
		n++
	}
	w.o.hex("status_code", "0x", uint64(s), n)
}

func smbDialect(d string) string {
	switch d {
	case "":
		return "unknown"
	case "1.0":
		return "NT LM 0.12"
	case "2.0.2":
		return "2.02"
	case "2.???":
		return "2.??"
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
