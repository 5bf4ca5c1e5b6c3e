package wire

// Buffers of Telnet (RFC 854).
const (
	TelnetFramePDU  Buffer = baseTelnet + iota // a command or a line, as sent
	TelnetFrameCtl                             // a command
	TelnetFrameData                            // a line with its end
)

var telnetApp = []string{"telnet"}

var telnetBuffers = []Description{
	{ID: TelnetFramePDU, Name: "frame:telnet.pdu", Apps: telnetApp},
	{ID: TelnetFrameCtl, Name: "frame:telnet.ctl", Apps: telnetApp},
	{ID: TelnetFrameData, Name: "frame:telnet.data", Apps: telnetApp},
}
