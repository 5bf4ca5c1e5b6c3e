package wire

// Buffers of IMAP (RFC 9051). A line that goes on behind literals is one, with those that are no messages.
const (
	IMAPRequest  Buffer = baseIMAP + iota // a line of the client, without its end
	IMAPResponse                          // a line of the server
)

var imapApp = []string{"imap"}

var imapBuffers = []Description{
	{ID: IMAPRequest, Name: "imap.request", Apps: imapApp, Dirs: toServer},
	{ID: IMAPResponse, Name: "imap.response", Apps: imapApp, Dirs: toClient},
}
