package paper

import (
	"fmt"
	"html"
	"html/template"
	"strings"
)

// Drawing is a picture of simple shapes, in points; the same shapes become SVG and PDF.
type Drawing struct {
	W, H   float64
	Shapes []Shape
	Alt    string // what it shows, in words
}

// Shape is a filled rectangle, a line, a filled polygon or a text.
type Shape struct {
	Form       Form
	X, Y, W, H float64 // of a line: from X, Y to W, H; of a text: X at the anchor, Y at the baseline
	Points     []Point
	Text       string
	Size       float64 // of a text
	Anchor     Anchor
	Colour     Colour
	Width      float64 // of a line
}

// Form is what a shape is.
type Form int

// Forms.
const (
	Box Form = iota
	Stroke
	Area
	Label
)

// Anchor is which part of a text stands at X.
type Anchor int

// Anchors.
const (
	AtStart Anchor = iota
	AtMiddle
	AtEnd
)

// Point is a corner of a polygon.
type Point struct{ X, Y float64 }

// SVG writes the drawing as one element that fills its width.
func (d Drawing) SVG() template.HTML {
	var b strings.Builder
	fmt.Fprintf(&b, `<svg viewBox="0 0 %s %s" role="img" aria-label="%s" xmlns="http://www.w3.org/2000/svg">`,
		num(d.W), num(d.H), html.EscapeString(d.Alt))
	for _, s := range d.Shapes {
		s.svg(&b)
	}
	b.WriteString("</svg>")
	return template.HTML(b.String()) // #nosec: every text and number in it went through EscapeString or num
}

func (s Shape) svg(b *strings.Builder) {
	switch s.Form {
	case Box:
		fmt.Fprintf(b, `<rect x="%s" y="%s" width="%s" height="%s" fill="%s"/>`, num(s.X), num(s.Y), num(s.W), num(s.H), s.Colour.Hex())
	case Stroke:
		fmt.Fprintf(b, `<line x1="%s" y1="%s" x2="%s" y2="%s" stroke="%s" stroke-width="%s"/>`,
			num(s.X), num(s.Y), num(s.W), num(s.H), s.Colour.Hex(), num(s.Width))
	case Area:
		b.WriteString(`<polygon points="`)
		for _, p := range s.Points {
			fmt.Fprintf(b, "%s,%s ", num(p.X), num(p.Y))
		}
		fmt.Fprintf(b, `" fill="%s"/>`, s.Colour.Hex())
	case Label:
		anchor := [...]string{"start", "middle", "end"}[s.Anchor]
		fmt.Fprintf(b, `<text x="%s" y="%s" font-size="%s" text-anchor="%s" fill="%s">%s</text>`,
			num(s.X), num(s.Y), num(s.Size), anchor, s.Colour.Hex(), html.EscapeString(s.Text))
	}
}

func num(v float64) string {
	return strings.TrimSuffix(strings.TrimRight(fmt.Sprintf("%.2f", v), "0"), ".")
}
