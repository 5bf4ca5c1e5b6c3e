package ransomware

import (
	"regexp"
	"slices"
	"strings"

	"github.com/yagura-project/yagura/event"
)

// begins are endings of documents whose files begin in a known way, so that noise in their place is no such document.
var begins = set("docx xlsx pptx docm xlsm pptm dotx xltx odt ods odp doc xls ppt msg vsd vsdx pdf jpg jpeg png gif bmp tif tiff zip 7z rar lzh gz " +
	"mp4 mov mp3 wav avi exe dll msi rtf jtd jtdc xdw xbd html htm xml")

// others are further endings that people and programs give to files.
var others = set("tmp temp bak old orig new txt csv tsv md log ini cfg conf json yaml yml url lnk db dat mdb accdb laccdb ldb sqlite eml pst ost ics vcf " +
	"js css php py ps1 bat cmd vbs cs java go c h cpp sql tar iso img vhd vhdx vmdk bin cab crdownload part partial download dwg dxf sfc p21 shp dbf prj " +
	"shx ai psd svg webp heic ttf otf tpl dot xlt pot thm one onetoc2 asd wbk sv$ dwl dwl2 gpg pgp p7m cer crt pfx kdbx")

func set(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}

func ordinary(end string) bool { return begins[end] || others[end] }

// split cuts a path behind its last folder.
func split(path string) (folder, base string) {
	i := strings.LastIndexByte(path, '\\')
	return path[:i+1], path[i+1:]
}

// ending is what follows the last dot, in lower case; "" where there is none, or it is too long to be one.
func ending(base string) string {
	i := strings.LastIndexByte(base, '.')
	if i < 0 || i == len(base)-1 || len(base)-i > maxEnding {
		return ""
	}
	return strings.ToLower(base[i+1:])
}

const maxEnding = 48 // some families put an identity or an address into theirs

// odd is the unknown ending that a name has and its former name had not; "" where there is none.
func odd(before, after string) string {
	_, a := split(before)
	_, b := split(after)
	e := ending(b)
	if e == "" || ordinary(e) || e == ending(a) || strings.HasPrefix(b, "~") {
		return ""
	}
	return e
}

// added is the unknown ending behind that of a document: report.docx.x7f3.
func added(path string) string {
	_, b := split(path)
	e := ending(b)
	if e == "" || ordinary(e) || !begins[ending(b[:len(b)-len(e)-1])] {
		return ""
	}
	return e
}

// scrambled: a document was written as noise, without the beginning of its kind.
func scrambled(s *event.SMBActivity) bool {
	if s.Blocks == 0 || 10*int(s.Dense) < 7*int(s.Blocks) || s.File == nil || s.File.Type != "" {
		return false
	}
	_, b := split(s.Path)
	return begins[ending(b)] || added(s.Path) != ""
}

// note is a name that ransom notes have (names published with the families of the last ten years).
var note = regexp.MustCompile(`(?i)(read.?me|decrypt|recover|restore|ransom|how.?to|unlock|your.?files|help.?(me|your|restore)|instruction|復号|復元)`)

// isNote: a small readable file with such a name.
func isNote(s *event.SMBActivity) bool {
	_, b := split(s.Path)
	return s.Bytes > 0 && s.Bytes < 200_000 && note.MatchString(b) && slices.Contains([]string{"txt", "html", "htm", "hta", "rtf", "png", "bmp", "url", "md", ""}, ending(b)) &&
		!strings.EqualFold(b, "readme.md")
}
