package event

// Activities of files on the wire (OCSF 1001 activity_id).
const (
	FileCreate = 1 // sent by the client: an upload, an attachment
	FileRead   = 2 // sent by the server: a download
)

// FileActivity is one file that crossed the wire (OCSF 1001). Src is the client of the conversation, whoever sent the file.
type FileActivity struct {
	Header
	Conn
	Activity int    `json:"activity_id"`
	App      string `json:"app,omitempty"`   // protocol that carried it: http http2 smtp imap pop3 ftp-data tftp smb nfs
	TxID     uint64 `json:"tx_id,omitempty"` // transaction within the flow, from 0
	File     File   `json:"file"`
	Whole    bool   `json:"whole"`           // from its first to its last byte
	Start    uint64 `json:"start,omitempty"` // first byte of a partial answer
	Carrier  Event  `json:"-"`               // the mail or the SMB command that carried it, as far as that was known then; nil: nobody told
}

// Class is 1001.
func (*FileActivity) Class() Class { return ClassFileActivity }
