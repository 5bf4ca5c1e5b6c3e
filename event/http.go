package event

// MaxMoreFiles bounds HTTPActivity.MoreFiles and MoreParts.
const MaxMoreFiles = 1<<10 - 1

// HTTPActivity is one HTTP request with its answer where seen (OCSF 4002).
type HTTPActivity struct {
	Header
	Conn
	Method       string `json:"method,omitempty"`
	Host         string `json:"host,omitempty"` // Host header or :authority, as sent
	URI          string `json:"uri,omitempty"`  // request target, at most 4 KiB
	Version      string `json:"version,omitempty"`
	UserAgent    string `json:"user_agent,omitempty"`
	Referer      string `json:"referer,omitempty"`
	XFF          string `json:"x_forwarded_for,omitempty"`
	Status       int    `json:"status,omitempty"` // 0: no answer seen
	RequestType  string `json:"request_content_type,omitempty"`
	ResponseType string `json:"response_content_type,omitempty"`
	RequestLen   uint64 `json:"request_length,omitempty"`  // body bytes
	ResponseLen  uint64 `json:"response_length,omitempty"` // body bytes
	RequestFile  *File  `json:"request_file,omitempty"`
	ResponseFile *File  `json:"response_file,omitempty"`
	WholeFile    *File  `json:"whole_file,omitempty"` // that came by the parts of several answers, with the last part
	MoreFiles    []File `json:"more_files,omitempty"` // of a form that brings several, behind RequestFile; at most MaxMoreFiles
	MoreParts    []File `json:"more_parts,omitempty"` // of an answer that brings several parts of a file, behind ResponseFile; at most MaxMoreFiles
	Depth        int    `json:"depth,omitempty"`      // 1 for the first request of the connection

	Location string `json:"-"` // where an answer sends the client, at most 4 KiB
	Range    string `json:"-"` // Content-Range of an answer, as sent

	// For judgement only, never written anywhere: they may hold passwords.
	Fields string `json:"-"` // the request's other fields as sent, at most 1 KiB; one line feed: there were none, "": not known
	Body   string `json:"-"` // the first KiB of a request's form, JSON, XML or other text
}

// Class is 4002.
func (*HTTPActivity) Class() Class { return ClassHTTPActivity }

// File is content that crossed the wire (OCSF file object).
type File struct {
	Name   string `json:"name,omitempty"` // base name as the protocol gave it
	Path   string `json:"path,omitempty"`
	Size   uint64 `json:"size,omitempty"` // bytes seen
	Type   string `json:"type,omitempty"` // true type by content: exe elf pdf ole zip script html text …; "" unknown
	MD5    string `json:"md5,omitempty"`  // hex, as the others; only of whole files
	SHA1   string `json:"sha1,omitempty"`
	SHA256 string `json:"sha256,omitempty"`

	Partial bool  `json:"-"` // bytes are missing, or the end was not seen
	Part    *Part `json:"-"` // which part of a file it is; nil: it is none
}

// Part is where a part of a file belongs.
type Part struct {
	Start uint64 // its first byte, in the file
	Whole bool   // from its first to its last byte
}
