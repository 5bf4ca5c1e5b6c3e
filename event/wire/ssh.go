package wire

// Buffers of SSH (RFC 4253).
const (
	SSHProto    Buffer = baseSSH + iota // "2.0"
	SSHSoftware                         // "OpenSSH_9.2p1", without the comment
	SSHHASSH
	SSHHASSHString
	SSHHASSHServer
	SSHHASSHServerString
	SSHFramePDU // a binary packet that is not encrypted; the following are its parts
	SSHFrameHdr
	SSHFrameData
)

var sshApps = []string{"ssh"}

var sshBuffers = []Description{
	{ID: SSHProto, Name: "ssh.proto", Old: []string{"ssh_proto"}, Apps: sshApps},
	{ID: SSHSoftware, Name: "ssh.software", Old: []string{"ssh_software"}, Apps: sshApps},
	{ID: SSHHASSH, Name: "ssh.hassh", Apps: sshApps, Dirs: fromOrig},
	{ID: SSHHASSHString, Name: "ssh.hassh.string", Apps: sshApps, Dirs: fromOrig},
	{ID: SSHHASSHServer, Name: "ssh.hassh.server", Apps: sshApps, Dirs: fromResp},
	{ID: SSHHASSHServerString, Name: "ssh.hassh.server.string", Apps: sshApps, Dirs: fromResp},
	{ID: SSHFramePDU, Name: "frame:ssh.record_pdu", Apps: sshApps},
	{ID: SSHFrameHdr, Name: "frame:ssh.record_hdr", Apps: sshApps},
	{ID: SSHFrameData, Name: "frame:ssh.record_data", Apps: sshApps},
}
