package dissect

import (
	"path"
	"strings"
)

// maxName bounds a file's name in events, in bytes.
const maxName = 255

// baseName is the last element of a name with either kind of separator, as UTF-8.
func baseName(name string) string {
	if name == "" {
		return ""
	}
	name = path.Base(strings.ReplaceAll(name, `\`, "/"))
	if name == "." || name == "/" {
		return ""
	}
	return strings.ToValidUTF8(name[:min(len(name), maxName)], "")
}
