package wire

import "strings"

// Buffers of NFS 2, 3 and 4 (RFC 1094, RFC 1813, RFC 7530). A transaction is a call with its answer; a COMPOUND of
// version 4 is one for each operation within that rules may ask for.
const (
	NFSProcedure    Buffer = baseNFS + iota // nfs_procedure
	NFSVersion                              // nfs_version: 2, 3 or 4
	NFSName                                 // a number for the name of a procedure, whatever the version: see NFSWord
	NFSFramePDU                             // a message, over TCP with the mark of its record, as far as it is looked at; the others are parts of it
	NFSFrameHdr                             // of an answer: mark, id and type
	NFSFrameData                            // of it: what follows
	NFSFrameCreds                           // of a call: who calls
	NFSFrameNFS                             // of versions 2 and 3: arguments or results
	NFSFrameStatus                          // the first four bytes of results
	NFSFrameNFS4                            // of version 4: arguments or results
	NFSFrameHdr4                            // of them: the first eight bytes
	NFSFrameOps4                            // of them: what follows
	NFSFrameStatus4                         // the first four bytes of results
)

var nfsApp = []string{"nfs"}

var nfsBuffers = []Description{
	{ID: NFSProcedure, Name: "nfs_procedure", Old: []string{"nfs.procedure"}, Number: true, Bits: 32, Closed: true, Apps: nfsApp, Words: nfsWords()},
	{ID: NFSVersion, Name: "nfs_version", Old: []string{"nfs.version"}, Number: true, Bits: 32, Apps: nfsApp},
	{ID: NFSFramePDU, Name: "frame:rpc.pdu", Old: []string{"frame:nfs.rpc.pdu"}, Apps: nfsApp},
	{ID: NFSFrameHdr, Name: "frame:rpc.hdr", Old: []string{"frame:nfs.rpc.hdr"}, Apps: nfsApp},
	{ID: NFSFrameData, Name: "frame:rpc.data", Old: []string{"frame:nfs.rpc.data"}, Apps: nfsApp},
	{ID: NFSFrameCreds, Name: "frame:rpc.creds", Old: []string{"frame:nfs.rpc.creds"}, Apps: nfsApp},
	{ID: NFSFrameNFS, Name: "frame:nfs.nfs.pdu", Old: []string{"frame:nfs.pdu"}, Apps: nfsApp},
	{ID: NFSFrameStatus, Name: "frame:nfs.nfs.status", Old: []string{"frame:nfs.status"}, Apps: nfsApp},
	{ID: NFSFrameNFS4, Name: "frame:nfs4.pdu", Old: []string{"frame:nfs.nfs4.pdu"}, Apps: nfsApp},
	{ID: NFSFrameHdr4, Name: "frame:nfs4.hdr", Old: []string{"frame:nfs.nfs4.hdr"}, Apps: nfsApp},
	{ID: NFSFrameOps4, Name: "frame:nfs4.ops", Old: []string{"frame:nfs.nfs4.ops"}, Apps: nfsApp},
	{ID: NFSFrameStatus4, Name: "frame:nfs4.status", Old: []string{"frame:nfs.nfs4.status"}, Apps: nfsApp},
	{ID: NFSName, Name: "nfs_procedure_name", Number: true, Bits: 16, Apps: nfsApp},
}

// nfsNames are the procedures of each version by number; of version 4 the operations of a COMPOUND, RFC 7862 included.
var nfsNames = [5][]string{
	2: {
		"null", "getattr", "setattr", "root", "lookup", "readlink", "read", "writecache", "write", "create", "remove", "rename", "link",
		"symlink", "mkdir", "rmdir", "readdir", "statfs",
	},
	3: {
		"null", "getattr", "setattr", "lookup", "access", "readlink", "read", "write", "create", "mkdir", "symlink", "mknod", "remove",
		"rmdir", "rename", "link", "readdir", "readdirplus", "fsstat", "fsinfo", "pathconf", "commit",
	},
	4: {
		"null", "compound", "", "access", "close", "commit", "create", "delegpurge", "delegreturn", "getattr", "getfh", "link", "lock",
		"lockt", "locku", "lookup", "lookupp", "nverify", "open", "openattr", "open_confirm", "open_downgrade", "putfh", "putpubfh",
		"putrootfh", "read", "readdir", "readlink", "remove", "rename", "renew", "restorefh", "savefh", "secinfo", "setattr",
		"setclientid", "setclientid_confirm", "verify", "write", "release_lockowner", "backchannel_ctl", "bind_conn_to_session",
		"exchange_id", "create_session", "destroy_session", "free_stateid", "get_dir_delegation", "getdeviceinfo", "getdevicelist",
		"layoutcommit", "layoutget", "layoutreturn", "secinfo_no_name", "sequence", "set_ssv", "test_stateid", "want_delegation",
		"destroy_clientid", "reclaim_complete", "allocate", "copy", "copy_notify", "deallocate", "io_advise", "layouterror",
		"layoutstats", "offload_cancel", "offload_status", "read_plus", "seek", "write_same", "clone",
	},
}

// NFSProcedureName names a procedure in upper case: "WRITE"; "" when it is not known.
func NFSProcedureName(version, procedure uint32) string {
	if version >= uint32(len(nfsNames)) || procedure >= uint32(len(nfsNames[version])) {
		return ""
	}
	return strings.ToUpper(nfsNames[version][procedure])
}

// NFSWord is the value of NFSName for a procedure; false when it has no name.
func NFSWord(version, procedure uint32) (uint64, bool) {
	if version >= uint32(len(nfsNames)) || procedure >= uint32(len(nfsNames[version])) {
		return 0, false
	}
	n, ok := nfsNumbers[nfsNames[version][procedure]]
	return n, ok
}

// nfsNumbers gives each name a number.
var nfsNumbers = func() map[string]uint64 {
	m := map[string]uint64{}
	for _, names := range nfsNames {
		for _, name := range names {
			if _, known := m[name]; !known && name != "" {
				m[name] = uint64(len(m) + 1)
			}
		}
	}
	return m
}()

func nfsWords() map[string]Word {
	m := map[string]Word{}
	for name, n := range nfsNumbers {
		m[name] = Word{NFSName, n}
	}
	return m
}
