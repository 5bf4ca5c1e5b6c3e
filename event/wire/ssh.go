package wire

// Buffers of SSH (RFC 4253).
const (
	SSHProto    Buffer = baseSSH + iota // "2.0"
	SSHSoftware                         // "OpenSSH_9.2p1", without the comment
	SSHHASSH
	SSHHASSHString
	SSHHASSHServer
	SSHHASSHServerString
)

var sshApps = []string{"ssh"}

var sshBuffers = []Description{
	{ID: SSHProto, Name: "ssh.proto", Old: []string{"ssh_proto"}, Apps: sshApps},
	{ID: SSHSoftware, Name: "ssh.software", Old: []string{"ssh_software"}, Apps: sshApps},
	{ID: SSHHASSH, Name: "ssh.hassh", Apps: sshApps, Dirs: fromOrig},
	{ID: SSHHASSHString, Name: "ssh.hassh.string", Apps: sshApps, Dirs: fromOrig},
	{ID: SSHHASSHServer, Name: "ssh.hassh.server", Apps: sshApps, Dirs: fromResp},
	{ID: SSHHASSHServerString, Name: "ssh.hassh.server.string", Apps: sshApps, Dirs: fromResp},
}
