package event

// SMBActivity is one finished SMB2 command or DCE/RPC call (OCSF 4006). Src is the client.
// DCE/RPC over TCP has no SMB fields, only RPC.
type SMBActivity struct {
	Header
	Conn
	Command   string  `json:"command,omitempty"` // negotiate session_setup logoff tree_connect create read write close rename delete query_directory; SMB 1 also trans2_session_setup
	Dialect   string  `json:"dialect,omitempty"` // "2.0.2" … "3.1.1", "1.0"
	User      string  `json:"user,omitempty"`    // DOMAIN\user of the session where known
	Share     string  `json:"share,omitempty"`   // \\server\share as sent
	Path      string  `json:"path,omitempty"`    // file or pipe name within the share
	Target    string  `json:"target,omitempty"`  // new name of a rename
	Pipe      bool    `json:"pipe,omitempty"`    // Path is a named pipe
	Bytes     uint64  `json:"bytes,omitempty"`   // data of this read or write; on close: written in total
	Status    uint32  `json:"status,omitempty"`  // NTSTATUS of the answer, 0 = success
	Answered  bool    `json:"answered,omitempty"`
	Encrypted bool    `json:"encrypted,omitempty"` // SMB3 TRANSFORM: content not seen
	File      *File   `json:"file,omitempty"`      // with write (first block) and close
	RPC       *DCERPC `json:"dcerpc,omitempty"`
	// With write (its first) and close: how many blocks of what was written were looked at, at most 16 a file, and how many of
	// these have 7.2 bits a byte or more, as what is encrypted or packed has.
	Blocks uint8 `json:"blocks,omitempty"`
	Dense  uint8 `json:"dense,omitempty"`
	// Odd names what breaks the rules of SMB 1: transaction_confusion (a secondary of another kind than its primary),
	// orphan_secondary, mid_changed (the server answers with another multiplex id), mid_is_fid. Of SMB 3:
	// compression_overflow (sizes of a compressed message that no message has).
	Odd string `json:"odd,omitempty"`
	// ClientGUID is by what a client of SMB 2 tells itself from others, 16 bytes (MS-SMB2 §2.2.3); with negotiate.
	ClientGUID string `json:"-"`
	// Numbered says that SessionID and TreeID are those of the answer, or of a request without one; of SMB 1 UID and TID.
	Numbered  bool   `json:"-"`
	SessionID uint64 `json:"-"`
	TreeID    uint32 `json:"-"`
	Old       bool   `json:"-"` // a command of SMB 1, though the dialect may not be known yet
	DOS       uint32 `json:"-"` // the status as an error of DOS, where a server of SMB 1 told one: the class, and its code above 16 bits

	// Of create, 1 + CreateDisposition: what is to happen to a file that is there already, and to one that is not (MS-SMB2 §2.2.13); 0 not known.
	Disposition uint8     `json:"-"`
	Deletes     bool      `json:"-"` // of create: closing it deletes it
	Directory   bool      `json:"-"` // of create: what is opened is to be a folder
	ShareType   uint8     `json:"-"` // of tree_connect by SMB 2: 1 files, 2 pipes, 3 printer (MS-SMB2 §2.2.10)
	Greeting    *Greeting `json:"-"` // of negotiate
	Hello       *SMBHello `json:"-"` // of session_setup
	Service     [2]string `json:"-"` // of tree_connect by SMB 1: what kind of share was asked for, and is: "A:", "IPC"
}

// Greeting is what the sides of SMB offer each other first (MS-SMB2 §2.2.3, §2.2.4; MS-CIFS §2.2.4.52).
type Greeting struct {
	Dialects          []string // of SMB 1 as they were sent, of SMB 2 as SMBActivity.Dialect has them; at most 64
	ServerGUID        string   // 16 bytes or ""
	MaxRead, MaxWrite uint32   // bytes; 0 not told
}

// SMBHello is how the sides of a log-on to SMB call themselves.
type SMBHello struct {
	Client, Server [2]string // system and program, which only SMB 1 tells (MS-CIFS §2.2.4.53)
	User, Domain   string    // of an NTLM log-on
	Host           string    // of an NTLM log-on: the client's machine
	System         string    // of an NTLM log-on: version of the client's system, "10.0 build 19041 rev 15" (MS-NLMP §2.2.2.10)
	Realm          string    // of a ticket
	Services       []string  // of a ticket: parts of the service's name
	NTLM           bool      // an NTLM log-on
}

// Class is 4006.
func (*SMBActivity) Class() Class { return ClassSMBActivity }

// DCERPC is one connection-oriented PDU pair (C706 chapter 12, MS-RPCE).
type DCERPC struct {
	Kind      string            `json:"kind"`                // bind, call (request with its response), fault
	UUID      string            `json:"uuid,omitempty"`      // interface
	Interface string            `json:"interface,omitempty"` // svcctl drsuapi … as Zeek names endpoints
	Opnum     uint16            `json:"opnum"`
	Operation string            `json:"operation,omitempty"` // CreateServiceW …; "" unknown
	Guessed   bool              `json:"guessed,omitempty"`   // the bind was not seen; interface inferred
	Private   bool              `json:"private,omitempty"`   // RPC_C_AUTHN_LEVEL_PKT_PRIVACY: stub is encrypted
	AuthLevel uint8             `json:"auth_level,omitempty"`
	AuthType  uint8             `json:"auth_type,omitempty"` // 9 SPNEGO, 10 NTLM, 16 Kerberos, 68 Netlogon
	StubIn    int               `json:"stub_in,omitempty"`   // request stub bytes
	StubOut   int               `json:"stub_out,omitempty"`  // response stub bytes
	Result    uint32            `json:"result,omitempty"`    // return value or fault status where readable
	Answered  bool              `json:"answered,omitempty"`
	Call      uint32            `json:"-"`              // call_id
	Context   uint32            `json:"-"`              // auth_context_id (C706 §13.2.6.1); 0 without a trailer
	Version   string            `json:"-"`              // of the interface: 1.0
	Alter     bool              `json:"-"`              // of a bind: an alter_context, which adds to an association (C706 §12.6.4.2)
	Refused   bool              `json:"-"`              // of a bind: a bind_nak, which refuses all of it; Result is the reason
	Ack       uint16            `json:"-"`              // of a bind that is not refused: the server's answer for this interface, 0 accepted (C706 §12.6.3.1)
	FragsIn   int               `json:"-"`              // fragments of the request
	FragsOut  int               `json:"-"`              // of the answer
	Activity  string            `json:"-"`              // over UDP: UUID of the client's activity (C706 §12.5.2.9), Call is the sequence number within it
	Args      map[string]string `json:"args,omitempty"` // readable arguments: service, binpath, task, command …
}
