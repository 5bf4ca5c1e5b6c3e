package main

import (
	"fmt"
	"strings"

	"github.com/yagura-project/yagura/signature/rule"
)

// narrator says in lang what the options of a rule mean, one after the other.
type narrator struct {
	lang       string
	buffer     string   // that contents belong to now
	changes    []phrase // made to it
	moved      string   // the buffer that the content belongs to by http_uri and its like
	content    *rule.Option
	marks      []rule.Option // that modify it
	gap        bool          // what follows holds where the buffer is missing, too
	traffic    []string
	conditions []string
	then       []string
	silent     bool
}

// flush ends the content before.
func (n *narrator) flush() {
	if n.content == nil {
		return
	}
	where := n.where()
	if n.moved != "" {
		where = bufferWord(n.moved, nil, n.lang)
	}
	text, not := strings.CutPrefix(n.content.Value, "!")
	s := phrase{where + "に " + text + " がある", where + " has " + text}
	if not {
		s = phrase{where + "に " + text + " がない", where + " does not have " + text}
	}
	marks := contentMarks(n.marks, n.lang)
	n.content, n.marks, n.moved = nil, nil, ""
	n.condition(s.in(n.lang) + marks)
}

func (n *narrator) say(ja, en string) {
	n.flush()
	n.condition(phrase{ja, en}.in(n.lang))
}

func (n *narrator) do(ja, en string) {
	n.flush()
	n.then = append(n.then, phrase{ja, en}.in(n.lang))
}

// condition adds one; behind absent:or_else the buffer may be missing as well.
func (n *narrator) condition(s string) {
	if n.gap {
		s += phrase{"（その値がないときも当たります）", " (or there is no such value)"}.in(n.lang)
	}
	n.conditions = append(n.conditions, s)
}

// where names what contents are looked for in.
func (n *narrator) where() string {
	if n.buffer == "" {
		return phrase{"データ", "the data"}.in(n.lang)
	}
	return bufferWord(n.buffer, n.changes, n.lang)
}

func (n *narrator) enter(buffer string) {
	n.flush()
	n.buffer, n.changes, n.gap = buffer, nil, false
}

// option says what one option means.
func (n *narrator) option(o rule.Option) {
	switch o.Name {
	case "nocase", "offset", "depth", "distance", "within", "startswith", "endswith", "fast_pattern":
		n.marks = append(n.marks, o)
	case "msg", "sid", "rev", "gid", "classtype", "priority", "reference", "metadata", "target", "requires", "rawbytes", "prefilter", "rem", "alert":
	case "content", "uricontent":
		n.flush()
		n.content = &o
		if o.Name == "uricontent" {
			n.moved = "http.uri"
		}
	case "pcre":
		n.flush()
		text, not := strings.CutPrefix(o.Value, "!")
		if not {
			n.say(n.where()+"に、正規表現 "+text+" に合うところがない", n.where()+" does not fit the pattern "+text)
		} else {
			n.say(n.where()+"に、正規表現 "+text+" に合うところがある", n.where()+" fits the pattern "+text)
		}
	case "flow":
		n.flush()
		n.traffic = append(n.traffic, flowWords(o.Value, n.lang))
	case "pkt_data":
		n.enter("")
	case "noalert":
		n.silent = true
	default:
		if oldModifiers[o.Name] && !o.Given && n.content != nil {
			n.moved = "http." + strings.TrimPrefix(o.Name, "http_")
			return
		}
		n.other(o)
	}
}

var oldModifiers = map[string]bool{"http_uri": true, "http_raw_uri": true, "http_client_body": true, "http_server_body": true, "http_header": true,
	"http_raw_header": true, "http_method": true, "http_cookie": true, "http_user_agent": true, "http_host": true, "http_raw_host": true, "http_stat_code": true, "http_stat_msg": true}

// contentMarks is what modifiers add to a content.
func contentMarks(marks []rule.Option, lang string) string {
	var out []string
	depth := phrase{"はじめの %s バイトのうち", "within the first %s bytes"}
	for _, o := range marks {
		if o.Name == "offset" {
			depth = phrase{"そこから %s バイトのうち", "within %s bytes from there"}
		}
	}
	for _, o := range marks {
		s := map[string]phrase{
			"nocase": {"大文字小文字は区別しない", "in any case"}, "offset": {"%s バイト目より後ろ", "behind the first %s bytes"}, "depth": depth,
			"distance": {"前に見つけたところから %s バイト以上先", "%s bytes or more behind what was found before"}, "within": {"前に見つけたところから %s バイト以内", "within %s bytes of what was found before"},
			"startswith": {"先頭に", "at its beginning"}, "endswith": {"末尾に", "at its end"}, "fast_pattern": {"最初に探す文字列", "looked for first"},
		}[o.Name].in(lang)
		if strings.Contains(s, "%s") {
			s = fmt.Sprintf(s, o.Value)
		}
		out = append(out, s)
	}
	if len(out) == 0 {
		return ""
	}
	return phrase{"（" + strings.Join(out, "、") + "）", " (" + strings.Join(out, ", ") + ")"}.in(lang)
}

func flowWords(value, lang string) string {
	var out []string
	for w := range strings.SplitSeq(value, ",") {
		w = strings.TrimSpace(w)
		if s, ok := flowPhrases[w]; ok {
			w = s.in(lang)
		}
		out = append(out, w)
	}
	return strings.Join(out, phrase{"、", ", "}.in(lang))
}

// bufferWord is a buffer's name with what it is, and what is made of it.
func bufferWord(name string, changes []phrase, lang string) string {
	word, ok := bufferWords[strings.ReplaceAll(name, "_", ".")]
	if !ok {
		word, ok = bufferWords[name]
	}
	for _, c := range changes {
		name += phrase{" → " + c[0], ", " + c[1]}.in(lang)
	}
	if !ok {
		return name + phrase{" ", ""}.in(lang)
	}
	return phrase{word[0] + "（" + name + "）", word[1] + " (" + name + ")"}.in(lang)
}
