package event

// ClassSSHActivity is OCSF's class_uid of SSH.
const ClassSSHActivity Class = 4007

// SSHActivity is what both sides of an SSH connection told before it was encrypted (RFC 4253, OCSF 4007); it comes once,
// when the key exchange has been agreed on, or at the end of a flow that had none.
type SSHActivity struct {
	Header
	Conn
	Client      SSHSide `json:"client,omitzero"`
	Server      SSHSide `json:"server,omitzero"`
	KexAlg      string  `json:"kex_algorithm,omitempty"`      // what both agree on; "" where one side was not seen
	HostKeyAlg  string  `json:"host_key_algorithm,omitempty"` // the same
	Cipher      string  `json:"cipher,omitempty"`             // client to server
	MAC         string  `json:"mac,omitempty"`                // client to server; implied by some ciphers
	Compression string  `json:"compression,omitempty"`
}

// SSHSide is one side's banner and offer.
type SSHSide struct {
	Proto       string `json:"proto,omitempty"`    // "2.0"
	Software    string `json:"software,omitempty"` // "OpenSSH_9.2p1"
	Comment     string `json:"comment,omitempty"`  // what stands behind the software
	HASSH       string `json:"hassh,omitempty"`    // MD5 of the offer (Salesforce HASSH, of a server HASSHServer)
	HASSHString string `json:"-"`
}

// Class is 4007.
func (*SSHActivity) Class() Class { return ClassSSHActivity }
