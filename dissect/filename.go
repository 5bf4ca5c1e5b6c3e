package dissect

import (
	"path"
	"strings"
)

// maxName bounds a file's name in events, in bytes; of a longer one the last nameEnd are kept, too: they say what it is, and names are made long to
// hide that.
const (
	maxName = 255
	nameEnd = 64

	maxPath = 4 << 10 // bytes of a path that are looked at, from its end
)

// baseName is the last element of a name with either kind of separator, as UTF-8.
func baseName(name string) string {
	if name == "" {
		return ""
	}
	name = name[max(0, len(name)-maxPath):]
	name = path.Base(strings.ReplaceAll(Text(name, ""), `\`, "/")) // text first: in Shift_JIS the separator is half of a character
	if name == "." || name == "/" {
		return ""
	}
	if len(name) > maxName {
		const gap = "…"
		name = strings.ToValidUTF8(name[:maxName-nameEnd-len(gap)], "") + gap + name[len(name)-nameEnd:]
	}
	return strings.ToValidUTF8(name, "")
}
