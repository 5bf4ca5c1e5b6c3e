package mail

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxPieces bounds the pieces that one parameter may come in.
const maxPieces = 64

// parse reads a media type or a disposition with its parameters (RFC 2045 §5.1, RFC 2231), leniently: what programs of mail write, and
// what is meant to be read by them alone.
func parse(v string) (string, map[string]string) {
	if v == "" {
		return "", nil
	}
	kind, rest, _ := strings.Cut(v, ";")
	params, pieces := map[string]string{}, map[string]string{}
	for rest != "" {
		var key, value string
		key, value, rest = parameter(rest)
		switch base, _, extended := strings.Cut(key, "*"); {
		case key == "" || base == "":
		case extended:
			pieces[key] = value
			if _, ok := pieces[base]; !ok {
				pieces[base] = ""
			}
		default:
			if _, again := params[key]; !again { // readers take the first
				params[key] = value
			}
		}
	}
	for key := range pieces {
		if !strings.Contains(key, "*") {
			if value := joined(pieces, key); value != "" {
				params[key] = value
			}
		}
	}
	return strings.ToLower(strings.TrimSpace(kind)), params
}

// FileName reads the name of a file in a disposition (RFC 2183, RFC 6266 §4.3), and whether there is one.
func FileName(disposition string) (string, bool) {
	_, params := parse(disposition)
	name, ok := params["filename"]
	return Decode(name), ok
}

// parameter reads one, its name in lower case, and gives what stands behind it.
func parameter(s string) (key, value, rest string) {
	end := strings.IndexAny(s, "=;")
	if end < 0 {
		return "", "", ""
	}
	if s[end] == ';' {
		return "", "", s[end+1:]
	}
	key = strings.ToLower(strings.TrimSpace(s[:end]))
	s = strings.TrimLeft(s[end+1:], " \t")
	if s != "" && s[0] == '"' {
		value, s = quotedString(s[1:])
		_, rest, _ = strings.Cut(s, ";")
		return key, value, rest
	}
	value, rest, _ = strings.Cut(s, ";")
	return key, strings.TrimSpace(value), rest
}

// quotedString reads up to the closing quote. A backslash before anything but a quote and itself stands for itself: it is of a path. What is
// no UTF-8 is taken for Shift_JIS, where the second byte of a character may be a backslash.
func quotedString(s string) (value, rest string) {
	var b strings.Builder
	odd := !utf8.ValidString(s)
	for i := 0; i < len(s); i++ {
		switch {
		case odd && i+1 < len(s) && (0x81 <= s[i] && s[i] <= 0x9f || 0xe0 <= s[i] && s[i] <= 0xfc) && s[i+1] == '\\':
			b.WriteByte(s[i])
			i++
		case s[i] == '"':
			return b.String(), s[i+1:]
		case s[i] == '\\' && i+1 < len(s) && (s[i+1] == '"' || s[i+1] == '\\'):
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String(), ""
}

// joined puts a parameter together (RFC 2231 §3, §4): "name*", or "name*0", "name*1*" …, of which those with a star at the end are escaped.
func joined(pieces map[string]string, key string) string {
	if v, ok := pieces[key+"*"]; ok {
		set, text := declaredSet(v)
		return decoded(unescape(text), set)
	}
	var b []byte
	set := ""
	for i := range maxPieces {
		name := key + "*" + strconv.Itoa(i)
		if v, ok := pieces[name+"*"]; ok {
			if i == 0 {
				set, v = declaredSet(v)
			}
			b = append(b, unescape(v)...)
		} else if v, ok := pieces[name]; ok {
			b = append(b, v...)
		} else {
			break
		}
	}
	return decoded(b, set)
}

// declaredSet takes the character set and the language off an extended value: "iso-2022-jp'ja'%1B%24B".
func declaredSet(v string) (set, text string) {
	if parts := strings.SplitN(v, "'", 3); len(parts) == 3 {
		return parts[0], parts[2]
	}
	return "", v
}

func unescape(s string) []byte {
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			if hi, lo := nibble(s[i+1]), nibble(s[i+2]); hi < 16 && lo < 16 {
				out = append(out, hi<<4|lo)
				i += 2
				continue
			}
		}
		out = append(out, s[i])
	}
	return out
}
