package wire

// Buffers of IMAP (RFC 9051). A line that goes on behind literals is one, with those that are no messages.
const (
	IMAPRequest        Buffer = baseIMAP + iota // a line of the client, without its end
	IMAPResponse                                // a line of the server
	IMAPEmailDirection                          // of a message that is fetched or put away: 0 to the server, 1 to the client
	IMAPEmailHeader                             // "name: value" of a field of the message, the name in lower case with _ for -
	IMAPEmailHeaderName
	IMAPEmailHeaderValue
	IMAPEmailBody
	FrameIMAPPDU     // line as sent
	FrameIMAPHeaders // of a message, up to the empty line
	FrameIMAPBody    // of a message
)

var imapApp = []string{"imap"}

var imapBuffers = []Description{
	{ID: IMAPRequest, Name: "imap.request", Apps: imapApp, Dirs: toServer},
	{ID: IMAPResponse, Name: "imap.response", Apps: imapApp, Dirs: toClient},
	{ID: IMAPEmailDirection, Name: "imap.email.direction", Number: true, Bits: 8, Enum: map[string]uint64{"to_server": 0, "to_client": 1}, Apps: imapApp},
	{ID: IMAPEmailHeader, Name: "imap.email.header", Apps: imapApp},
	{ID: IMAPEmailHeaderName, Name: "imap.email.header.name", Apps: imapApp},
	{ID: IMAPEmailHeaderValue, Name: "imap.email.header.value", Apps: imapApp},
	{ID: IMAPEmailBody, Name: "imap.email.body", Apps: imapApp},
	{ID: FrameIMAPPDU, Name: "frame:imap.pdu", Apps: imapApp},
	{ID: FrameIMAPHeaders, Name: "frame:imap.headers", Apps: imapApp},
	{ID: FrameIMAPBody, Name: "frame:imap.body", Apps: imapApp},
}
