package beacon

import (
	"regexp"
	"strings"

	"github.com/yagura-project/yagura/event"
)

// whoami are names of form fields by which bots tell whom they infected (T1082, T1033); the groups are counted once each.
var whoami = [...][]string{
	{"un", "user", "username", "usr", "uname", "u"},
	{"pc", "cn", "comp", "computer", "computername", "pcname", "host", "hostname", "machine", "c"},
	{"os", "osver", "win", "windows", "system", "platform", "osname"},
	{"av", "antivirus", "avs"},
	{"hwid", "guid", "uid", "bid", "botid", "bot", "mid", "mi", "uuid", "serial", "machineid", "id", "clientid"},
	{"ar", "arch", "x64", "bits", "bit", "b"},
	{"priv", "admin", "adm", "isadmin", "lv", "cred"},
	{"dm", "domain", "workgroup"},
	{"ver", "v", "vs", "build", "version", "buildid", "configid"},
	{"cpu", "ram", "gpu", "hdd", "screen"},
}

// strong is how many of the first groups (user, machine, system, virus scanner) are telling; the rest only add.
const strong = 4

// introduces counts how many kinds of facts about the machine a request tells; 0 unless one of them is telling.
func introduces(e *event.HTTPActivity) int {
	_, query, _ := strings.Cut(e.URI, "?")
	return max(kinds(query), kinds(e.Body), kinds(parts(e.Body)))
}

// part is the name of one part of a form that is sent in parts (RFC 7578 §4.2), and the line that it begins with.
var part = regexp.MustCompile(`name="([A-Za-z_]{1,16})"\s+([^\s-][^\r\n]*)`)

// parts writes such a form as name=value pairs.
func parts(body string) string {
	if !strings.Contains(body, "form-data") {
		return ""
	}
	var b strings.Builder
	for _, m := range part.FindAllStringSubmatch(body, 16) {
		b.WriteString(m[1] + "=" + strings.ReplaceAll(m[2], "&", "") + "&")
	}
	return b.String()
}

func kinds(form string) int {
	if len(form) > 1024 {
		form = form[:1024]
	}
	seen, telling := uint16(0), false
	for i := 0; form != "" && i < 32; i++ {
		var pair string
		pair, form, _ = cutAny(form, "&|")
		key, value, ok := strings.Cut(pair, "=")
		if !ok || value == "" || len(key) > 16 {
			continue
		}
		if g := group(strings.ToLower(strings.TrimSpace(key))); g >= 0 {
			seen |= 1 << g
			telling = telling || g < strong && len(key) > 1
		}
	}
	n := 0
	for ; seen != 0; seen &= seen - 1 {
		n++
	}
	if !telling && n < 4 {
		return 0
	}
	return n
}

// cutAny is strings.Cut at the first of several bytes.
func cutAny(s, seps string) (before, after string, found bool) {
	if i := strings.IndexAny(s, seps); i >= 0 {
		return s[:i], s[i+1:], true
	}
	return s, "", false
}

func group(key string) int {
	for g, names := range whoami {
		for _, name := range names {
			if key == name {
				return g
			}
		}
	}
	return -1
}

// falseBrowser: browsers have sent Accept, Accept-Language and Accept-Encoding with every request for twenty years,
// and deflate is in the last one.
func falseBrowser(e *event.HTTPActivity, a agent) bool {
	if !a.browser || a.system || e.Fields == "" {
		return false
	}
	missing := 0
	for _, name := range []string{"accept", "accept-language"} {
		if !hasField(e.Fields, name) {
			missing++
		}
	}
	codings, ok := field(e.Fields, "accept-encoding")
	if !ok || !strings.Contains(codings, "deflate") {
		missing++
	}
	return missing >= 2
}

// hasField looks for a field's name at the beginning of a line.
func hasField(fields, name string) bool {
	_, ok := field(fields, name)
	return ok
}

// field is the value of a field, "" and false where it is absent.
func field(fields, name string) (string, bool) {
	for fields != "" {
		var line string
		line, fields, _ = strings.Cut(fields, "\n")
		if len(line) > len(name) && line[len(name)] == ':' && strings.EqualFold(line[:len(name)], name) {
			return strings.TrimSpace(line[len(name)+1:]), true
		}
	}
	return "", false
}

// unreadable reports an upload whose body is neither a form nor text: control bytes, or one long word of base 64.
func unreadable(e *event.HTTPActivity) bool {
	if e.Method != "POST" && e.Method != "PUT" || e.RequestLen < 16 || e.RequestFile != nil && e.RequestFile.Type != "" {
		return false
	}
	switch {
	case strings.Contains(e.RequestType, "multipart"), strings.Contains(e.RequestType, "json"), strings.Contains(e.RequestType, "xml"), strings.Contains(e.RequestType, "ocsp"):
		return false
	case strings.Contains(e.RequestType, "octet-stream"), e.RequestType == "":
		return true
	}
	return len(e.Body) >= 64 && !strings.ContainsAny(e.Body[:64], "=& <{")
}
