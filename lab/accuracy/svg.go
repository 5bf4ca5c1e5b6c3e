package main

import (
	"fmt"
	"html"
	"strings"
)

// line is one curve.
type line struct {
	name   string
	colour string
	dashed bool
	values []float64 // one a tick, 0 to 1; negative: none
}

// Bounds of the drawing in pixels.
const (
	width, height      = 640, 320
	left, right        = 56, 150
	top, bottom        = 40, 48
	plotWide, plotHigh = width - left - right, height - top - bottom
)

// draw makes an SVG of curves over named ticks, readable in light and dark.
func draw(title, below string, ticks []string, lines []line) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" font-family="sans-serif" font-size="12" role="img" aria-label="%s">`+"\n", width, height, width, height, html.EscapeString(title))
	fmt.Fprintf(&b, `<rect width="%d" height="%d" fill="#ffffff"/>`+"\n"+`<text x="%d" y="22" font-size="14" fill="#222222">%s</text>`+"\n", width, height, left, html.EscapeString(title))
	for i := 0; i <= 5; i++ {
		y := top + plotHigh - plotHigh*i/5
		fmt.Fprintf(&b, `<path d="M%d %dh%d" stroke="#dddddd"/><text x="%d" y="%d" text-anchor="end" fill="#555555">%d%%</text>`+"\n", left, y, plotWide, left-6, y+4, 20*i)
	}
	for i, t := range ticks {
		fmt.Fprintf(&b, `<text x="%.0f" y="%d" text-anchor="middle" fill="#555555">%s</text>`+"\n", across(i, len(ticks)), top+plotHigh+18, html.EscapeString(t))
	}
	fmt.Fprintf(&b, `<text x="%d" y="%d" text-anchor="middle" fill="#555555">%s</text>`+"\n", left+plotWide/2, height-10, html.EscapeString(below))
	for i, l := range lines {
		curve(&b, l, 18*i)
	}
	b.WriteString("</svg>\n")
	return b.String()
}

func across(i, n int) float64 {
	if n < 2 {
		return left + plotWide/2
	}
	return left + 12 + float64(i)*float64(plotWide-24)/float64(n-1)
}

func curve(b *strings.Builder, l line, offset int) {
	dash := ""
	if l.dashed {
		dash = ` stroke-dasharray="5 4"`
	}
	var points []string
	for i, v := range l.values {
		if v < 0 {
			continue
		}
		x, y := across(i, len(l.values)), float64(top+plotHigh)-v*plotHigh
		points = append(points, fmt.Sprintf("%.1f,%.1f", x, y))
		fmt.Fprintf(b, `<circle cx="%.1f" cy="%.1f" r="3" fill="%s"/>`, x, y, l.colour)
	}
	fmt.Fprintf(b, `<polyline points="%s" fill="none" stroke="%s" stroke-width="2"%s/>`+"\n", strings.Join(points, " "), l.colour, dash)
	y := top + 8 + offset
	fmt.Fprintf(b, `<path d="M%d %dh22" stroke="%s" stroke-width="2"%s/><text x="%d" y="%d" fill="#222222">%s</text>`+"\n", width-right+10, y, l.colour, dash, width-right+38, y+4, html.EscapeString(l.name))
}
