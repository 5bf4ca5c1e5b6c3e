package mail

// Lengths beyond which something is told of: lines by RFC 5322 §2.1.1 and RFC 2045 §6.8, the rest as Suricata has them.
const (
	longLine     = 998
	longCoded    = 76
	longName     = 75
	longValue    = 2000
	longBoundary = 254
	longFilename = 255
)

// fault is a bit for each that is told of once in a message.
type fault uint8

const (
	lineTooLong fault = 1 << iota
	codedTooLong
	nameTooLong
	valueTooLong
	boundaryTooLong
	filenameTooLong
)

var faultNames = map[fault]string{
	lineTooLong: "mime_long_line", codedTooLong: "mime_long_enc_line", nameTooLong: "mime_long_header_name",
	valueTooLong: "mime_long_header_value", boundaryTooLong: "mime_long_boundary", filenameTooLong: "mime_long_filename",
}

// limit tells once of something that is longer than it should be.
func (r *Reader) limit(n, most int, f fault) {
	if n > most && r.told&f == 0 {
		r.told |= f
		r.fault(faultNames[f])
	}
}
