// Package nfs reads NFS 2, 3 and 4 over ONC RPC, and the mount protocol and port mapper beside it: which file systems are mounted, which files are made, renamed, removed, read and written, and by whom.
package nfs

import (
	"encoding/binary"
	"errors"

	"github.com/yagura-project/yagura/dissect"
)

// Protocol is ONC RPC with the programs around NFS.
var Protocol = dissect.Protocol{
	Name:      "nfs",
	Spec:      "RFC 5531, RFC 1094, RFC 1813, RFC 7530, RFC 8881, RFC 1833",
	TCP:       []uint16{2049, 111},
	UDP:       []uint16{2049, 111},
	Anywhere:  true,
	Probe:     probe,
	Stream:    func(f *dissect.Flow) dissect.Stream { return &stream{talk: newTalk(f)} },
	Datagrams: func(f *dissect.Flow) dissect.Datagrams { return &datagrams{newTalk(f)} },
}

var errMessage = errors.New("nfs: malformed message")

// Programs (RFC 5531 §8.1, IANA).
const (
	progPortmap = 100000
	progNFS     = 100003
	progMount   = 100005
	progLock    = 100021
	progStatus  = 100024
	progACL     = 100227
)

// programs are those that are recognised, by the name that the flow gets.
var programs = map[uint32]string{
	progPortmap: "portmap", progNFS: "nfs", progMount: "mount", progLock: "nlm", progStatus: "rpcstat", progACL: "nfsacl",
	100001: "rstat", 100002: "rusers", 100004: "ypserv", 100007: "ypbind", 100009: "yppasswd", 100011: "rquota", 100012: "spray",
}

const (
	callHead = 24       // xid, type, RPC version, program, version, procedure
	marker   = 4        // RFC 5531 §11: last fragment, and length
	maxFrag  = 16 << 20 // no server takes more
)

// probe wants a call of a known program, or an answer that cannot be much else.
func probe(d dissect.Dir, b []byte, udp bool, port uint16) dissect.Match {
	u := binary.BigEndian.Uint32
	if !udp {
		if len(b) < marker {
			return dissect.Maybe
		}
		if n := u(b) &^ (1 << 31); n < callHead || n > maxFrag {
			return dissect.No
		}
		b = b[marker:]
	}
	if len(b) < callHead {
		if udp {
			return dissect.No
		}
		return dissect.Maybe
	}
	switch u(b[4:]) {
	case 0:
		if u(b[8:]) == 2 && programs[u(b[12:])] != "" && u(b[16:]) <= 10 && u(b[20:]) < 256 {
			return dissect.Yes
		}
	case 1: // accepted, verifier, success or an error of RPC
		if usual := port == 2049 || port == 111; usual && u(b[8:]) == 0 && u(b[12:]) <= 6 && u(b[16:]) <= 400 {
			return dissect.Yes
		}
	}
	return dissect.No
}
