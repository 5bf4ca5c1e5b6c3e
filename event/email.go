package event

// EmailActivity is one message that crossed the wire (OCSF 4009). Src is the client of the conversation.
type EmailActivity struct {
	Header
	Conn
	App         string   `json:"app"`                   // smtp pop3 imap
	Helo        string   `json:"helo,omitempty"`        // name that the client gave itself
	MailFrom    string   `json:"smtp_from,omitempty"`   // of the envelope, without brackets
	RcptTo      []string `json:"smtp_to,omitempty"`     // at most 64
	From        string   `json:"from,omitempty"`        // fields, decoded, at most 1 KiB each
	To          string   `json:"to,omitempty"`          //
	CC          string   `json:"cc,omitempty"`          //
	Subject     string   `json:"subject,omitempty"`     //
	Date        string   `json:"date,omitempty"`        //
	MessageID   string   `json:"message_uid,omitempty"` // without brackets
	XMailer     string   `json:"x_mailer,omitempty"`
	ReplyTo     string   `json:"reply_to,omitempty"`
	Attachments []*File  `json:"files,omitempty"`  // at most 256
	URLs        []string `json:"urls,omitempty"`   // in its text, at most 64
	Size        uint64   `json:"size,omitempty"`   // bytes of the message
	Status      int      `json:"status,omitempty"` // the server's answer to it; 0: not seen
	TxID        uint64   `json:"tx_id,omitempty"`
	Whole       bool     `json:"whole,omitempty"` // from its first to its last byte
}

// Class is 4009.
func (*EmailActivity) Class() Class { return ClassEmailActivity }

// FTPActivity is one FTP or TFTP command with its answer (OCSF 4008). Src is the client.
type FTPActivity struct {
	Header
	Conn
	App      string   `json:"app"`               // ftp tftp
	Command  string   `json:"command,omitempty"` // RETR STOR USER …; PASS without its argument. "" : a greeting
	Argument string   `json:"argument,omitempty"`
	User     string   `json:"user,omitempty"` // logged on as, or trying to
	Codes    []int    `json:"codes,omitempty"`
	Replies  []string `json:"replies,omitempty"` // text of the lines, at most 16
	Mode     string   `json:"mode,omitempty"`    // active, passive: of the data connection agreed on here
	Port     uint16   `json:"port,omitempty"`    // of it
	TxID     uint64   `json:"tx_id,omitempty"`
	Cut      [2]bool  `json:"-"` // a line of the client, of the server was longer than what was read of it
}

// Class is 4008.
func (*FTPActivity) Class() Class { return ClassFTPActivity }
