package paper

import (
	"strconv"

	"github.com/signintech/gopdf"
)

func (s *sheet) block(b Block) {
	if _, ok := b.(Break); ok {
		s.turn = true
		return
	}
	if s.turn && s.y > marginTop {
		s.newPage()
	}
	s.turn = false
	switch b := b.(type) {
	case Verdict:
		s.verdict(b)
	case Tiles:
		s.tiles(b)
	case Heading:
		s.heading(b)
	case Subheading:
		s.need(70)
		s.write(string(b), marginX, s.y+11, 11, true, Ink)
		s.y += 12
	case Paragraph:
		s.paragraph(b.Text, marginX, contentW, 9, 14, false, b.Tone.colour())
	case Steps:
		s.steps(b)
	case Table:
		s.table(b)
	case Figure:
		s.figure(b)
	}
}

func (s *sheet) verdict(v Verdict) {
	const pad, inset = 13.0, 18.0
	w := contentW - inset - pad
	head := float64(s.lines(v.Head, w, 16, true)) * 23
	rest := 0.0
	for _, l := range v.Lines {
		rest += float64(s.lines(l, w-10, 10, false))*16 + 1
	}
	h := pad + head + 5 + rest + pad - 3
	s.need(h)
	s.box(marginX, s.y, contentW, h, v.Tone.ground())
	s.box(marginX, s.y, 5, h, v.Tone.colour())
	y := s.y
	s.y += pad
	s.paragraph(v.Head, marginX+inset, w, 16, 23, true, v.Tone.colour())
	s.y += 5
	for _, l := range v.Lines {
		s.write("・", marginX+inset-2, s.y+11.5, 10, false, Ink)
		s.paragraph(l, marginX+inset+10, w-10, 10, 16, false, Ink)
		s.y++
	}
	s.y = y + h + 4
}

func (s *sheet) tiles(tiles Tiles) {
	const gap, pad, noteSize, noteLead = 9.0, 9.0, 7.5, 11.0
	if len(tiles) == 0 {
		return
	}
	w := (contentW - gap*float64(len(tiles)-1)) / float64(len(tiles))
	notes, most := make([][]string, len(tiles)), 1
	for i, t := range tiles {
		notes[i] = wrap(t.Note, w-2*pad, s.measure(noteSize, false))
		notes[i] = notes[i][:min(3, len(notes[i]))]
		most = max(most, len(notes[i]))
	}
	h := 51 + float64(most)*noteLead
	s.need(h)
	for i, t := range tiles {
		x := marginX + float64(i)*(w+gap)
		s.box(x, s.y, w, h, Tint)
		s.write(s.fit(t.Label, w-2*pad, 8.5, false), x+pad, s.y+15, 8.5, false, Muted)
		size := 20.0
		for size > 9 && s.width(t.Value, size, true)+s.width(t.Unit, 9, false)+4 > w-2*pad {
			size--
		}
		s.write(t.Value, x+pad, s.y+38, size, true, t.Tone.colour())
		s.write(t.Unit, x+pad+3+s.width(t.Value, size, true), s.y+38, 9, false, Ink)
		for n, l := range notes[i] {
			s.write(l, x+pad, s.y+52+float64(n)*noteLead, noteSize, false, Muted)
		}
	}
	s.y += h + 4
}

// fit shortens text to one line.
func (s *sheet) fit(text string, w, size float64, bold bool) string {
	if s.width(text, size, bold) <= w {
		return text
	}
	r := []rune(text)
	for len(r) > 0 && s.width(string(r)+"…", size, bold) > w {
		r = r[:len(r)-1]
	}
	return string(r) + "…"
}

func (s *sheet) heading(h Heading) {
	s.need(96) // never alone: some of what follows must fit below it
	s.y += 8
	s.write(h.Text, marginX, s.y+12, 13, true, Ink)
	s.y += 18
	s.line(marginX, s.y, marginX+contentW, s.y, 0.8, Blue)
	s.y += 4
	if h.Note != "" {
		s.paragraph(h.Note, marginX, contentW, 8.5, 13, false, Muted)
	}
}

func (s *sheet) steps(b Steps) {
	s.need(40)
	if b.Title != "" {
		s.write(b.Title, marginX, s.y+11, 11.5, true, Ink)
		s.y += 19
	}
	for i, item := range b.Items {
		h := float64(s.lines(item, contentW-24, 10, false)) * 15.5
		s.need(h)
		s.box(marginX, s.y+1.5, 13, 13, Blue)
		s.anchored(strconv.Itoa(i+1), marginX+6.5, s.y+11.2, 8.5, true, White, AtMiddle)
		s.paragraph(item, marginX+21, contentW-24, 10, 15.5, false, Ink)
		s.y += 3
	}
}

func (s *sheet) figure(f Figure) {
	scale := contentW / f.Drawing.W
	s.need(f.Drawing.H*scale + 30)
	s.write(f.Title, marginX, s.y+10, 9.5, true, Ink)
	s.y += 17
	for _, shape := range f.Drawing.Shapes {
		s.shape(shape, scale)
	}
	s.y += f.Drawing.H*scale + 2
	if f.Note != "" {
		s.paragraph(f.Note, marginX, contentW, 8.5, 13, false, Muted)
	}
}

func (s *sheet) shape(p Shape, k float64) {
	x, y := marginX+p.X*k, s.y+p.Y*k
	switch p.Form {
	case Box:
		s.box(x, y, p.W*k, p.H*k, p.Colour)
	case Stroke:
		s.line(x, y, marginX+p.W*k, s.y+p.H*k, p.Width*k, p.Colour)
	case Label:
		s.anchored(p.Text, x, y, p.Size*k, false, p.Colour, p.Anchor)
	case Area:
		points := make([]gopdf.Point, len(p.Points))
		for i, q := range p.Points {
			points[i] = gopdf.Point{X: marginX + q.X*k, Y: s.y + q.Y*k}
		}
		s.pdf.SetFillColor(p.Colour.R, p.Colour.G, p.Colour.B)
		s.pdf.Polygon(points, "F")
	}
}
