package eve

import "github.com/yagura-project/yagura/event"

func (w *Encoder) nfs(e *event.NFSActivity) {
	if !w.begin(NFS, &e.Header, &e.Conn, forward) {
		return
	}
	w.nfsObject(e)
	w.finish()
}

// nfsObject writes the objects of a record, or of an alert.
func (w *Encoder) nfsObject(e *event.NFSActivity) {
	o := &w.o
	o.open("rpc")
	o.num("xid", uint64(e.XID))
	if e.Answered {
		o.str("status", "ACCEPTED")
	}
	o.text("auth_type", e.Auth)
	if e.Auth == "UNIX" {
		o.open("creds")
		o.text("machine_name", e.Machine)
		o.num("uid", uint64(e.UID))
		o.num("gid", uint64(e.GID))
		o.close()
	}
	o.close()
	o.open("nfs")
	o.num("version", uint64(e.Version))
	o.str("procedure", e.Procedure)
	o.str("filename", e.Path)
	o.flag("file_tx", e.Bytes > 0)
	if e.Answered {
		o.str("type", "response")
		o.str("status", nfsStatus(e.Status))
	} else {
		o.str("type", "request")
	}
	if e.Target != "" {
		o.open("rename")
		o.str("from", e.Path)
		o.str("to", e.Target)
		o.close()
	}
	o.some("bytes", e.Bytes)
	o.close()
}

// nfsStatus is the name of an answer's status (RFC 1813 §2.6).
func nfsStatus(s uint32) string {
	if name := nfsStatuses[s]; name != "" {
		return name
	}
	return "ERR_OTHER"
}

var nfsStatuses = map[uint32]string{
	0: "OK", 1: "ERR_PERM", 2: "ERR_NOENT", 5: "ERR_IO", 6: "ERR_NXIO", 13: "ERR_ACCES", 17: "ERR_EXIST", 19: "ERR_NODEV", 20: "ERR_NOTDIR", 21: "ERR_ISDIR",
	22: "ERR_INVAL", 27: "ERR_FBIG", 28: "ERR_NOSPC", 30: "ERR_ROFS", 63: "ERR_NAMETOOLONG", 66: "ERR_NOTEMPTY", 69: "ERR_DQUOT", 70: "ERR_STALE",
	10001: "ERR_BADHANDLE", 10004: "ERR_NOTSUPP",
}
