package keyword

import (
	"errors"
	"strings"

	"github.com/yagura-project/yagura/signature/content"
)

// buffersOfFlags are the buffers that flags of pcre stand for.
var buffersOfFlags = map[byte]string{
	'U': "http_uri", 'I': "http_raw_uri", 'P': "http_client_body", 'Q': "http_server_body", 'H': "http_header", 'D': "http_raw_header",
	'M': "http_method", 'C': "http_cookie", 'S': "http_stat_code", 'Y': "http_stat_msg", 'V': "http_user_agent", 'W': "http_host", 'Z': "http_raw_host",
}

// pcre compiles pcre:[!]"/…/flags[, flow:name, pkt:name, alert:name]".
func (b *builder) pcre(_, arg string) error {
	if bare := strings.TrimPrefix(arg, "!"); strings.HasPrefix(bare, "/") { // quotation marks may be left out
		arg = arg[:len(arg)-len(bare)] + `"` + bare + `"`
	}
	negated, text, err := quoted(arg)
	if err != nil {
		return err
	}
	if text, err = slashes(text); err != nil {
		return err
	}
	end := strings.LastIndexByte(text, '/')
	body, rest := text[1:end], text[end+1:]
	if i := lastSlash(text); i != end { // a slash may stand in the names of variables
		body, rest = text[1:i], text[i+1:]
	}
	letters, names, _ := strings.Cut(rest, ",")
	flags, buffer, relative, err := readFlags(strings.TrimSpace(letters))
	if err != nil {
		return err
	}
	p, err := content.NewPattern(strings.Clone(body), flags)
	if err != nil {
		return err
	}
	p.Negated, p.Relative = negated, relative
	for name := range strings.SplitSeq(names, ",") {
		if name = strings.TrimSpace(name); name == "" {
			continue
		}
		if !strings.HasPrefix(name, "flow:") && !strings.HasPrefix(name, "pkt:") && !strings.HasPrefix(name, "alert:") {
			return bad("%q is not flow:name, pkt:name or alert:name", name)
		}
		p.Captures = append(p.Captures, b.pool.text(name))
	}
	if len(p.Captures) == 0 {
		p.Captures = named(body)
	}
	if len(p.Captures) > 0 && strings.Contains(body, "(?|") {
		return errShared
	}
	b.catches(p)
	return b.putPattern(p, buffer)
}

var errShared = errors.New("groups of (?| share their numbers; what is caught cannot be told by them")

func (b *builder) putPattern(p *content.Pattern, buffer string) error {
	here := ""
	if b.at != nil && b.at.desc != nil {
		here = b.at.desc.Name
	}
	if buffer == "" || here == modifiers[buffer] || here == "file.data" && buffer == "http_server_body" {
		b.add(p)
		return nil
	}
	if b.at != nil {
		return bad("its buffer %s is another than the sticky buffer %s before it", modifiers[buffer], b.at.name)
	}
	d := described()[modifiers[buffer]]
	if d == nil {
		return &failure{err: bad("nothing fills the buffer %s yet", modifiers[buffer]), pending: true}
	}
	to := b.shared(d, buffer)
	to.steps = append(to.steps, p)
	b.recent = to
	b.asked = true
	return nil
}

// slashes checks /…/ ; m?…? and others are not used.
func slashes(s string) (string, error) {
	s = strings.TrimSpace(s)
	if len(s) < 2 || s[0] != '/' || strings.LastIndexByte(s, '/') == 0 {
		return "", bad("%q does not stand between slashes", clip(s))
	}
	return s, nil
}

// lastSlash is where the pattern ends: the last slash with only flags and a comma or nothing behind it.
func lastSlash(s string) int {
	for i := len(s) - 1; i > 0; i-- {
		if s[i] != '/' {
			continue
		}
		letters, names, more := strings.Cut(s[i+1:], ",")
		letters = strings.TrimSpace(letters)
		if strings.Trim(letters, "ismxAEGRUIPQHDMCSYVWZBOK") == "" && (!more || strings.Contains(names, ":")) {
			if !strings.Contains(s[i+1:], ":") || more {
				return i
			}
		}
	}
	return strings.LastIndexByte(s, '/')
}

func readFlags(letters string) (f content.Flags, buffer string, relative bool, err error) {
	for i := range len(letters) {
		switch c := letters[i]; c {
		case 'i':
			f.NoCase = true
		case 's':
			f.DotAll = true
		case 'm':
			f.Multiline = true
		case 'x':
			f.Extended = true
		case 'A':
			f.Anchored = true
		case 'E':
			f.EndOnly = true
		case 'G':
			f.Ungreedy = true
		case 'R':
			relative = true
		case 'B', 'O':
		case 'K':
			buffer, err = one(buffer, "http_cookie")
		default:
			name, ok := buffersOfFlags[c]
			if !ok {
				return f, "", false, bad("%q is not a flag of a regular expression", string(c))
			}
			buffer, err = one(buffer, name)
		}
		if err != nil {
			return f, "", false, err
		}
	}
	return f, buffer, relative, nil
}

func one(before, now string) (string, error) {
	if before != "" && before != now {
		return "", bad("two flags name different buffers")
	}
	return now, nil
}

// named are the groups (?P<flow_name>…), (?P<pkt_name>…) and (?P<alert_name>…), which are stored, too; nil without.
func named(body string) []string {
	if !strings.Contains(body, "<flow_") && !strings.Contains(body, "<pkt_") && !strings.Contains(body, "<alert_") {
		return nil
	}
	var names []string
	for i := 0; i < len(body); i++ {
		switch {
		case body[i] == '\\':
			i++
		case body[i] == '(':
			names = append(names, groupName(body[i:])...)
		}
	}
	return names
}

// groupName is the name that a group is stored under: none for (?:, one, maybe empty, for others.
func groupName(s string) []string {
	if !strings.HasPrefix(s, "(?") {
		return []string{""}
	}
	from := strings.IndexByte(s, '<')
	if from < 0 || from > 3 || len(s) > from+1 && (s[from+1] == '=' || s[from+1] == '!') {
		return nil
	}
	name, _, _ := strings.Cut(s[from+1:], ">")
	switch {
	case strings.HasPrefix(name, "flow_"):
		return []string{"flow:" + name[5:]}
	case strings.HasPrefix(name, "pkt_"):
		return []string{"pkt:" + name[4:]}
	case strings.HasPrefix(name, "alert_"):
		return []string{"alert:" + name[6:]}
	}
	return []string{""}
}
