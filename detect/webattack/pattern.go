package webattack

import (
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"github.com/yagura-project/yagura/event"
)

// pattern is one family of attack strings, looked for in the decoded, lower-case target (or agent).
type pattern struct {
	behaviour string
	name      event.Text
	re        *regexp.Regexp
	hints     []string // one of these stands in all that re finds
	agent     bool     // looked for in the user agent too
	form      bool     // looked for in the fields of forms too; people write of scripts and pages in them
}

// find is the first such string in text, or "": the expression is asked only where it may find something.
func (p *pattern) find(text string) string {
	for _, h := range p.hints {
		if strings.Contains(text, h) {
			return p.re.FindString(text)
		}
	}
	return ""
}

var patterns = []pattern{
	{"ex.log4shell", event.Text{JA: "Log4Shellの命令", EN: "a Log4Shell lookup"},
		regexp.MustCompile(`\$\{(jndi|\$\{|lower:|upper:|env:|::-|date:)|j\}?n\}?d\}?i\}?:(ldaps?|rmi|dns|iiop|corba|nis)\b`),
		[]string{"${", ":ldap", ":rmi", ":dns", ":iiop", ":corba", ":nis"}, true, true},
	{"web.rce", event.Text{JA: "命令の実行", EN: "command execution"},
		regexp.MustCompile(`(;|\||&&|\x60|\$\()\s*(/bin/)?(cat|wget|curl|nc|bash|sh|id|whoami|ping|uname|powershell|cmd)\b|/bin/(ba)?sh\b|\bcmd\.exe|powershell(\.exe)?\s+-|invokefunction|allow_url_include|php://input|\(\)\s*\{\s*:?;?\s*\}\s*;`),
		[]string{";", "|", "&&", "`", "$(", "/bin/", "cmd.exe", "powershell", "invokefunction", "allow_url_include", "php://", "()"}, true, true},
	{"web.sqli", event.Text{JA: "データベースへの割り込み(SQL)", EN: "SQL injection"},
		regexp.MustCompile(`\bunion\b[\s/*+(]+(all\s+)?select\b|'\s*(or|and)\s*'?[\w%]+'?\s*(=|like|--)|\b(or|and)\b\s+\d+\s*=\s*\d+|information_schema|\b(sleep|benchmark|pg_sleep|waitfor\s+delay|extractvalue|updatexml|load_file|xp_cmdshell)\b\s*[\('"]|'\s*;\s*(drop|insert|update|delete|exec)\b|\border\s+by\s+\d+\s*(--|#)`),
		[]string{"'", "union", "or ", "and ", "or\t", "and\t", "or\n", "and\n", "or\f", "and\f", "or\r", "and\r", "order", "waitfor", "information_schema", "sleep", "benchmark", "extractvalue", "updatexml", "load_file", "xp_cmdshell"}, false, true},
	{"web.traversal", event.Text{JA: "ファイルの読み出し(../)", EN: "path traversal"},
		regexp.MustCompile(`(\.\.[/\\]){2,}|\.\.[/\\](etc|windows|winnt|boot|proc|conf|web-inf)\b|/etc/(passwd|shadow)\b|\bboot\.ini\b|\bwin\.ini\b|/proc/self/environ|=(php://filter|file:///|phar://)`),
		[]string{"../", `..\`, "/etc/", "boot.ini", "win.ini", "/proc/", "=php://", "=file://", "=phar://"}, false, true},
	{"web.xss", event.Text{JA: "ページへの割り込み(スクリプト)", EN: "cross-site scripting"},
		regexp.MustCompile(`<script\b|</script>|javascript:\s*\w+\(|\bon(error|load|mouseover|focus)\s*=\s*['"]?\s*\w+\(|<(svg|img|iframe|body)\b[^>]*\bon\w+\s*=|alert\(|document\.cookie`),
		[]string{"<", "javascript:", "onerror", "onload", "onmouseover", "onfocus", "alert(", "document.cookie"}, false, false},
	{"cred.adfs_export", event.Text{JA: "AD FSの設定の取り出し", EN: "export of AD FS secrets"},
		regexp.MustCompile(`/adfs/services/policystoretransfer`),
		[]string{"/adfs/"}, false, false},
}

// scanners are words in the agents of tools that look for weaknesses, in lower case.
var scanners = []string{"nikto", "sqlmap", "nessus", "openvas", "acunetix", "netsparker", "w3af", "dirbuster", "gobuster", "wpscan", "masscan", "zgrab", "nuclei", "whatweb",
	"arachni", "burp", "nmap scripting", "jorgee", "zmeu", "morfeus", "havij", "ffuf", "feroxbuster"}

// scanner is the tool that an agent names, or "".
func (n *instance) scanner(agent string) string {
	sum := n.agents.sum(agent, "")
	if n.agents.has(sum) {
		return ""
	}
	agent = strings.ToLower(agent)
	for _, w := range scanners {
		if strings.Contains(agent, w) {
			return w
		}
	}
	n.agents.add(sum)
	return ""
}

// maxTarget bounds what is read of one target.
const maxTarget = 4096

var spaces = strings.NewReplacer("+", " ", "/**/", " ", "\x00", "")

// decoded undoes percent-encoding twice, "+", and comments that split words.
func decoded(uri string) string {
	if len(uri) > maxTarget {
		uri = uri[:maxTarget]
	}
	if !strings.ContainsAny(uri, "%+*\x00") {
		return strings.ToLower(uri)
	}
	for range 2 {
		next, err := url.PathUnescape(uri)
		if err != nil || next == uri {
			next = lenient(uri)
		}
		if next == uri {
			break
		}
		uri = next
	}
	return strings.ToLower(spaces.Replace(uri))
}

// lenient undoes the escapes that are valid and leaves the others.
func lenient(s string) string {
	if !strings.Contains(s, "%") {
		return s
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			if v, err := strconv.ParseUint(s[i+1:i+3], 16, 8); err == nil {
				b = append(b, byte(v))
				i += 2
				continue
			}
		}
		b = append(b, s[i])
	}
	return string(b)
}

// plain reports that a decoded target holds nothing that any pattern needs; most do not.
func plain(target string) bool {
	if strings.ContainsAny(target, "'\"<>;|`$(){}\\ ") || strings.Contains(target, "..") {
		return false
	}
	for _, w := range []string{"/etc/", "/bin/", "/proc/", ".ini", "policystoretransfer", "information_schema", "javascript:", "alert", "document.cookie",
		"invokefunction", "allow_url", "php://", "file://", "phar://", "cmd.exe", "powershell", "&&"} {
		if strings.Contains(target, w) {
			return false
		}
	}
	return true
}
