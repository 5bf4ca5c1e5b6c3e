package beacon

import (
	"strings"

	"github.com/yagura-project/yagura/event"
)

// whoami are names of form fields by which bots tell whom they infected (T1082, T1033); the groups are counted once each.
var whoami = [...][]string{
	{"un", "user", "username", "usr", "uname", "u"},
	{"pc", "cn", "comp", "computer", "computername", "pcname", "host", "hostname", "machine", "c"},
	{"os", "osver", "win", "windows", "system", "platform"},
	{"av", "antivirus", "avs"},
	{"hwid", "guid", "uid", "bid", "botid", "bot", "mid", "mi", "uuid", "serial", "machineid", "id"},
	{"ar", "arch", "x64", "bits", "bit", "b"},
	{"priv", "admin", "adm", "isadmin", "lv"},
	{"dm", "domain", "workgroup"},
	{"ver", "v", "vs", "build", "version"},
	{"cpu", "ram", "gpu", "hdd", "screen"},
}

// strong is how many of the first groups (user, machine, system, virus scanner) are telling; the rest only add.
const strong = 4

// introduces counts how many kinds of facts about the machine a request tells; 0 unless one of them is telling.
func introduces(e *event.HTTPActivity) int {
	_, query, _ := strings.Cut(e.URI, "?")
	return max(kinds(query), kinds(e.Body))
}

func kinds(form string) int {
	if len(form) > 1024 {
		form = form[:1024]
	}
	seen, telling := uint16(0), false
	for i := 0; form != "" && i < 32; i++ {
		var pair string
		pair, form, _ = strings.Cut(form, "&")
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

// falseBrowser: browsers have sent Accept-Language and Accept-Encoding with every request for twenty years.
func falseBrowser(e *event.HTTPActivity, a agent) bool {
	return a.browser && !a.system && e.Fields != "" && !hasField(e.Fields, "accept-language") && !hasField(e.Fields, "accept-encoding")
}

// hasField looks for a field's name at the beginning of a line.
func hasField(fields, name string) bool {
	for fields != "" {
		var line string
		line, fields, _ = strings.Cut(fields, "\n")
		if len(line) > len(name) && line[len(name)] == ':' && strings.EqualFold(line[:len(name)], name) {
			return true
		}
	}
	return false
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
