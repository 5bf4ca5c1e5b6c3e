package mail

import (
	"errors"
	"io"
	"mime"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

// sets are the character sets that mail to Japan is written in, by the names that programs give them (IANA, and what is in use beside it).
var sets = map[string]encoding.Encoding{
	"iso-2022-jp": japanese.ISO2022JP, "iso-2022-jp-1": japanese.ISO2022JP, "iso-2022-jp-ms": japanese.ISO2022JP, "cp50220": japanese.ISO2022JP,
	"cp50221": japanese.ISO2022JP, "csiso2022jp": japanese.ISO2022JP,
	"shift_jis": japanese.ShiftJIS, "shift-jis": japanese.ShiftJIS, "sjis": japanese.ShiftJIS, "x-sjis": japanese.ShiftJIS, "ms_kanji": japanese.ShiftJIS,
	"windows-31j": japanese.ShiftJIS, "cp932": japanese.ShiftJIS, "ms932": japanese.ShiftJIS, "csshiftjis": japanese.ShiftJIS,
	"euc-jp": japanese.EUCJP, "x-euc-jp": japanese.EUCJP, "eucjp": japanese.EUCJP, "cp51932": japanese.EUCJP,
	"gb2312": simplifiedchinese.GBK, "gbk": simplifiedchinese.GBK, "cp936": simplifiedchinese.GBK, "gb18030": simplifiedchinese.GB18030,
	"big5": traditionalchinese.Big5, "euc-kr": korean.EUCKR, "ks_c_5601-1987": korean.EUCKR,
	"koi8-r": charmap.KOI8R, "windows-1251": charmap.Windows1251, "windows-1250": charmap.Windows1250, "windows-1252": charmap.Windows1252,
	"iso-8859-2": charmap.ISO8859_2, "iso-8859-15": charmap.ISO8859_15,
}

var errCharset = errors.New("mail: a character set that is not known")

// Decode undoes encoded words (RFC 2047), also in the character sets that Japanese mail uses; what cannot be decoded stays.
func Decode(s string) string {
	if !strings.Contains(s, "=?") {
		return strings.ToValidUTF8(s, "\uFFFD")
	}
	d := mime.WordDecoder{CharsetReader: func(charset string, in io.Reader) (io.Reader, error) {
		if e := sets[strings.ToLower(charset)]; e != nil {
			return e.NewDecoder().Reader(in), nil
		}
		return nil, errCharset
	}}
	out, err := d.DecodeHeader(s)
	if err != nil {
		return strings.ToValidUTF8(s, "\uFFFD")
	}
	return strings.ToValidUTF8(out, "\uFFFD")
}

// decoded is text of a character set, "" being UTF-8, in UTF-8.
func decoded(b []byte, set string) string {
	e := sets[strings.ToLower(set)]
	if e == nil && strings.EqualFold(set, "iso-8859-1") {
		e = charmap.ISO8859_1
	}
	if e != nil {
		if out, err := e.NewDecoder().Bytes(b); err == nil {
			return string(out)
		}
	}
	return strings.ToValidUTF8(string(b), "\uFFFD")
}
