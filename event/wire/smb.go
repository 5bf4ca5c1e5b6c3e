package wire

// Buffers of SMB 1, 2 and 3. A transaction is a request with its answer; one of DCE/RPC within a pipe has the buffers of dcerpc.go, too.
const (
	SMBNamedPipe     Buffer = baseSMB + iota // smb.named_pipe: path of a connected share of pipes, one byte a character; of SMB 1 without the first of its two backslashes
	SMBShare                                 // smb.share: the same of any other share
	SMBNTLMUser                              // smb.ntlmssp_user: user of an NTLM AUTHENTICATE, as text
	SMBNTLMDomain                            // smb.ntlmssp_domain: its domain
	SMBVersion                               // smb.version: 1 or 2 (which 3 belongs to), in both directions
	SMBFrameNBSSPDU                          // a whole session message, with its header
	SMBFrameNBSSHdr                          // the 4 bytes of its header
	SMBFrameNBSSData                         // what follows
	SMBFrame1PDU                             // a whole SMB 1 message
	SMBFrame1Hdr                             // its 32 bytes of header
	SMBFrame1Data                            // what follows
	SMBFrame2PDU                             // a whole SMB 2 message
	SMBFrame2Hdr                             // its 64 bytes of header
	SMBFrame2Data                            // what follows
	SMBFrame3PDU                             // an encrypted SMB 3 message
	SMBFrame3Hdr                             // its 52 bytes of transform header
	SMBFrame3Data                            // what follows
)

var (
	smbApp   = []string{"smb"}
	toServer = [2]bool{Orig: true}
	toClient = [2]bool{Resp: true}
)

var smbBuffers = []Description{
	{ID: SMBNamedPipe, Name: "smb.named_pipe", Old: []string{"smb_named_pipe"}, Apps: smbApp, Dirs: toServer},
	{ID: SMBShare, Name: "smb.share", Old: []string{"smb_share"}, Apps: smbApp, Dirs: toServer},
	{ID: SMBNTLMUser, Name: "smb.ntlmssp_user", Apps: smbApp, Dirs: toServer},
	{ID: SMBNTLMDomain, Name: "smb.ntlmssp_domain", Apps: smbApp, Dirs: toServer},
	{ID: SMBVersion, Name: "smb.version", Number: true, Bits: 8, Apps: smbApp},
	{ID: SMBFrameNBSSPDU, Name: "frame:nbss.pdu", Apps: smbApp},
	{ID: SMBFrameNBSSHdr, Name: "frame:nbss.hdr", Apps: smbApp},
	{ID: SMBFrameNBSSData, Name: "frame:nbss.data", Apps: smbApp},
	{ID: SMBFrame1PDU, Name: "frame:smb1.pdu", Apps: smbApp},
	{ID: SMBFrame1Hdr, Name: "frame:smb1.hdr", Apps: smbApp},
	{ID: SMBFrame1Data, Name: "frame:smb1.data", Apps: smbApp},
	{ID: SMBFrame2PDU, Name: "frame:smb2.pdu", Apps: smbApp},
	{ID: SMBFrame2Hdr, Name: "frame:smb2.hdr", Apps: smbApp},
	{ID: SMBFrame2Data, Name: "frame:smb2.data", Apps: smbApp},
	{ID: SMBFrame3PDU, Name: "frame:smb3.pdu", Apps: smbApp},
	{ID: SMBFrame3Hdr, Name: "frame:smb3.hdr", Apps: smbApp},
	{ID: SMBFrame3Data, Name: "frame:smb3.data", Apps: smbApp},
}
