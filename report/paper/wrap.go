package paper

import (
	"strings"
	"unicode"
)

// Kinsoku (JIS X 4051): what may not begin a line, and what may not end one.
const (
	notFirst = "、。，．・：；？！゛゜ヽヾゝゞ々ー’”）〕］｝〉》」』】°′″℃％‰,.:;?!)]}%…‥" +
		"ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶｧｨｩｪｫｬｭｮｯｰ｡｣､･ﾞﾟ"
	notLast = "‘“（〔［｛〈《「『【([{￥＄£#№"
)

// wrap breaks text into lines no wider than width. Words and addresses stay whole where they fit on a line
// of their own; Japanese breaks between letters, but not where kinsoku forbids.
func wrap(text string, width float64, measure func(rune) float64) []string {
	var lines []string
	for _, paragraph := range strings.Split(text, "\n") {
		lines = append(lines, wrapOne(paragraph, width, measure)...)
	}
	return lines
}

func wrapOne(text string, width float64, measure func(rune) float64) []string {
	var lines []string
	var line strings.Builder
	used := 0.0
	end := func() {
		lines = append(lines, strings.TrimRight(line.String(), " "))
		line.Reset()
		used = 0
	}
	for _, u := range units(text) {
		w := span(u, measure)
		if used > 0 && used+w > width+0.01 {
			if u == " " {
				continue
			}
			end()
		}
		for w > width+0.01 && len([]rune(u)) > 1 {
			head, rest := cut(u, width, measure)
			line.WriteString(head)
			end()
			u, w = rest, span(rest, measure)
		}
		if u == " " && used == 0 && len(lines) > 0 {
			continue
		}
		line.WriteString(u)
		used += w
	}
	end()
	return lines
}

func span(s string, measure func(rune) float64) (w float64) {
	for _, r := range s {
		w += measure(r)
	}
	return w
}

// units splits text into what must stay together: words, and Japanese letters with the marks that cling to them.
func units(text string) []string {
	var out []string
	cling := false // the next letter belongs to the last unit
	var before rune
	for _, r := range text {
		if unicode.IsSpace(r) {
			r = ' '
		}
		joins := cling || len(out) > 0 && before != ' ' && r != ' ' && (strings.ContainsRune(notFirst, r) || narrow(before) && narrow(r))
		if joins {
			out[len(out)-1] += string(r)
		} else {
			out = append(out, string(r))
		}
		cling = strings.ContainsRune(notLast, r)
		before = r
	}
	return out
}

// narrow tells the letters that make words: everything that is not written without spaces.
func narrow(r rune) bool {
	return r != ' ' && r < 0x2E80 && !strings.ContainsRune("–—―…→←↑↓▲▼●○■□◆◇", r)
}

// cut splits a unit that is wider than a line: after a mark where one fits, else where the line ends.
func cut(u string, width float64, measure func(rune) float64) (head, rest string) {
	used, at, mark := 0.0, 0, 0
	for i, r := range u {
		if used+measure(r) > width && i > 0 {
			break
		}
		used += measure(r)
		at = i + len(string(r))
		if strings.ContainsRune(`./\-_:?&=,@`, r) {
			mark = at
		}
	}
	if mark > at/2 {
		at = mark
	}
	return u[:at], u[at:]
}
