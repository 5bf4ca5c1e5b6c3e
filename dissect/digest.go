package dissect

import (
	"crypto/md5"  // #nosec: an identifier that rules and lists still use
	"crypto/sha1" // #nosec: as above
	"crypto/sha256"
	"encoding/hex"
	"hash"

	"github.com/yagura-project/yagura/event/wire"
)

// harmful types can carry programs: they are hashed, so that indicators can be held against them.
var harmful = map[string]bool{
	"exe": true, "elf": true, "ole": true, "zip": true, "rar": true, "7z": true, "cab": true, "lnk": true, "script": true, "hta": true,
	"pdf": true, "rtf": true, "chm": true, "onenote": true, "macho": true, "class": true,
}

// digests are a file's MD5, SHA-1 and SHA-256; nil where nobody asks for one.
type digests [3]hash.Hash

// hashes begins those that do not depend on the type.
func (x *File) hashes(rules bool) {
	f := x.flow
	all := f.files.hash == HashAll || f.files.sink != nil
	if rules && f.Wants(wire.FileMD5) {
		x.sums[0] = md5.New()
	}
	if all || rules && f.Wants(wire.FileSHA1) {
		x.sums[1] = sha1.New()
	}
	if all || rules && f.Wants(wire.FileSHA256) {
		x.sums[2] = sha256.New()
	}
}

func (d *digests) write(b []byte) {
	for _, h := range d {
		if h != nil {
			_, _ = h.Write(b) // never fails
		}
	}
}

// catchUp begins SHA-1 and SHA-256 where they were not yet, with all that has come so far, in pieces.
func (d *digests) catchUp(so [][]byte) {
	late := digests{}
	for i, make := range []func() hash.Hash{1: sha1.New, 2: sha256.New} {
		if make != nil && d[i] == nil {
			late[i] = make()
			d[i] = late[i]
		}
	}
	for _, b := range so {
		late.write(b)
	}
}

// text is one of them, "" where it was not asked for.
func (d *digests) text(i int) string {
	h := d[i]
	if h == nil {
		return ""
	}
	return hex.EncodeToString(h.Sum(nil))
}
