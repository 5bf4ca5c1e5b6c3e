package event

// Activities on files of a network file system (OCSF 4010 activity_id).
const (
	NFSOpen   = 9
	NFSUpload = 1
	NFSRead   = 2
	NFSRename = 5
	NFSDelete = 4
	NFSCreate = 8
	NFSMount  = 99
)

// NFSActivity is one thing done to files over NFS, or a file system that was mounted (OCSF 4010). Src is the client.
type NFSActivity struct {
	Header
	Conn
	Activity  int    `json:"activity_id"`
	Version   uint32 `json:"version"`
	Procedure string `json:"procedure"`         // CREATE REMOVE RENAME MKDIR RMDIR SYMLINK LINK OPEN READ WRITE; MNT UMNT EXPORT of the mount protocol
	Path      string `json:"path,omitempty"`    // name within its directory, or what is mounted
	Target    string `json:"target,omitempty"`  // new name of a rename
	Machine   string `json:"machine,omitempty"` // as AUTH_SYS says (RFC 5531 §8.2)
	UID       uint32 `json:"uid"`               // of AUTH_SYS
	GID       uint32 `json:"gid"`
	Auth      string `json:"auth,omitempty"`   // NULL UNIX GSS …
	Status    uint32 `json:"status,omitempty"` // of NFS, 0 = success
	Answered  bool   `json:"answered,omitempty"`
	Bytes     uint64 `json:"bytes,omitempty"` // read or written
	File      *File  `json:"file,omitempty"`
	XID       uint32 `json:"xid"`
}

// Class is 4010.
func (*NFSActivity) Class() Class { return ClassNFSActivity }
