package paper

import (
	"bytes"
	_ "embed" // the page
	"fmt"
	"html/template"
)

//go:embed page.html
var pageHTML string

// HTML writes the document as one page that needs nothing else: no script, no picture, no font from outside.
func (d Document) HTML() ([]byte, error) {
	page, err := template.New("page").Funcs(template.FuncMap{
		"kind":    func(b Block) string { return b.kind() },
		"next":    func(i int) int { return i + 1 },
		"percent": func(v float64) string { return num(min(max(v, 0), 1) * 100) },
		"palette": palette,
		"shares":  shares,
	}).Parse(pageHTML)
	if err != nil {
		return nil, fmt.Errorf("read the report's page: %w", err)
	}
	var out bytes.Buffer
	if err := page.Execute(&out, d); err != nil {
		return nil, fmt.Errorf("write HTML: %w", err)
	}
	return out.Bytes(), nil
}

// shares are the widths of columns.
func shares(columns []Column) (out []template.CSS) {
	sum := 0.0
	for _, c := range columns {
		sum += c.Weight
	}
	for _, c := range columns {
		out = append(out, template.CSS(num(c.Weight/sum*100)+"%")) // #nosec: a number
	}
	return out
}

// palette is the colours as CSS variables.
func palette() template.CSS {
	var b bytes.Buffer
	for name, c := range map[string]Colour{"ink": Ink, "muted": Muted, "rule": Rule, "tint": Tint, "blue": Blue, "pale": Pale,
		"good": Green, "warn": Amber, "bad": Red, "good-ground": Good.ground(), "warn-ground": Warn.ground(), "bad-ground": Bad.ground()} {
		fmt.Fprintf(&b, "--%s:%s;", name, c.Hex())
	}
	return template.CSS(b.String()) // #nosec: made of constants
}
