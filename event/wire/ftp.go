package wire

// Buffers of FTP (RFC 959, RFC 2428) and its data connections.
const (
	FTPCommand        Buffer = baseFTP + iota // "RETR"
	FTPCommandData                            // what follows it
	FTPReply                                  // text behind the code, one for each line
	FTPCompletionCode                         // "226", one for each line
	FTPReplyReceived                          // 0 or 1: a reply belongs to the command
	FTPMode                                   // "active", "passive"
	FTPDynamicPort                            // of the data connection that was agreed on
	FTPDataCommand                            // "stor", "retr": command of the data connection
	FrameFTPCommand                           // line as sent
	FrameFTPResponse                          // line as sent
)

var (
	ftpApps     = []string{"ftp"}
	ftpDataApps = []string{"ftp-data"}
)

var ftpBuffers = []Description{
	{ID: FrameFTPCommand, Name: "frame:ftp.command_line", Apps: ftpApps, Dirs: toServer},
	{ID: FrameFTPResponse, Name: "frame:ftp.response_line", Apps: ftpApps, Dirs: toClient},
	{ID: FTPCommand, Name: "ftp.command", Apps: ftpApps, Dirs: toServer},
	{ID: FTPCommandData, Name: "ftp.command_data", Apps: ftpApps, Dirs: toServer},
	{ID: FTPReply, Name: "ftp.reply", Apps: ftpApps, Dirs: toClient},
	{ID: FTPCompletionCode, Name: "ftp.completion_code", Apps: ftpApps, Dirs: toClient},
	{ID: FTPReplyReceived, Name: "ftp.reply_received", Number: true, Bits: 8, Apps: ftpApps, Dirs: toClient,
		Enum: map[string]uint64{"yes": 1, "true": 1, "on": 1, "no": 0, "false": 0, "off": 0}},
	{ID: FTPMode, Name: "ftp.mode", Number: true, Bits: 8, Apps: ftpApps, Enum: map[string]uint64{"active": 1, "passive": 2}},
	{ID: FTPDynamicPort, Name: "ftp.dynamic_port", Number: true, Bits: 16, Apps: ftpApps},
	{ID: FTPDataCommand, Name: "ftpdata_command", Number: true, Bits: 8, Apps: ftpDataApps, Enum: map[string]uint64{"stor": 1, "retr": 2, "appe": 3, "stou": 4, "list": 5, "nlst": 6, "mlsd": 7}},
}
