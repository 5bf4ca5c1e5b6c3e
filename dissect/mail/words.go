package mail

import (
	"cmp"
	"errors"
	"io"
	"mime"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"

	"github.com/yagura-project/yagura/dissect"
)

// aliases are what programs of mail call a character set beside the names of browsers (WHATWG Encoding §4.2).
var aliases = map[string]string{
	"iso-2022-jp-1": "iso-2022-jp", "iso-2022-jp-ms": "iso-2022-jp", "cp50220": "iso-2022-jp", "cp50221": "iso-2022-jp",
	"us-ascii": "utf-8", "ascii": "utf-8", "cp932": "shift_jis", "eucjp": "euc-jp", "cp51932": "euc-jp", "cp936": "gbk",
}

// encodingOf is a character set by its name, nil where it is not known.
func encodingOf(name string) encoding.Encoding {
	name = strings.ToLower(name)
	e, err := htmlindex.Get(cmp.Or(aliases[name], name))
	if err != nil || e == encoding.Replacement { // which would leave nothing of the text
		return nil
	}
	return e
}

var errCharset = errors.New("mail: a character set that is not known")

// Decode undoes encoded words (RFC 2047), also in the character sets that Japanese mail uses, and text in one of these that is not encoded at
// all; what cannot be decoded stays.
func Decode(s string) string {
	if !strings.Contains(s, "=?") {
		return dissect.Text(s, "\uFFFD")
	}
	d := mime.WordDecoder{CharsetReader: func(charset string, in io.Reader) (io.Reader, error) {
		if e := encodingOf(charset); e != nil {
			return e.NewDecoder().Reader(in), nil
		}
		return nil, errCharset
	}}
	out, err := d.DecodeHeader(s)
	if err != nil {
		return dissect.Text(s, "\uFFFD")
	}
	return strings.ToValidUTF8(out, "\uFFFD")
}

// decoded is text of a character set, "" being UTF-8, in UTF-8.
func decoded(b []byte, set string) string {
	if e := encodingOf(set); e != nil {
		if out, err := e.NewDecoder().Bytes(b); err == nil {
			return string(out)
		}
	}
	return dissect.Text(string(b), "\uFFFD")
}
