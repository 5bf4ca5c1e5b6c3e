package paper

import (
	"errors"
	"fmt"
	"time"

	"github.com/signintech/gopdf"
)

// A4 in points, and its margins.
const (
	pageW, pageH = 595.28, 841.89
	marginX      = 46.0
	marginTop    = 50.0
	marginFoot   = 56.0
	contentW     = pageW - 2*marginX
	bottom       = pageH - marginFoot
)

// sheet is the PDF under way: where the next block goes, and the widths measured so far.
type sheet struct {
	pdf    *gopdf.GoPdf
	y      float64
	widths map[rune][2]float64 // of the regular and the bold font at size 1; 0 = not yet measured
	turn   bool                // the next block begins a new page
	errs   []error
}

// PDF writes the document as a PDF on A4, with page numbers.
func (d Document) PDF(made time.Time) ([]byte, error) {
	s := &sheet{pdf: &gopdf.GoPdf{}, widths: map[rune][2]float64{}}
	s.pdf.Start(gopdf.Config{PageSize: gopdf.Rect{W: pageW, H: pageH}})
	s.pdf.SetInfo(gopdf.PdfInfo{Title: d.Title + " " + d.Period, Author: d.Town, Creator: "Yagura", Producer: "Yagura", CreationDate: made})
	if err := loadFonts(s.pdf); err != nil {
		return nil, err
	}
	s.newPage()
	s.letterhead(d)
	for i, b := range d.Blocks {
		s.block(b)
		if i+1 < len(d.Blocks) {
			s.gap(d.Blocks[i+1])
		}
	}
	s.feet(d)
	if err := errors.Join(s.errs...); err != nil {
		return nil, fmt.Errorf("write PDF: %w", err)
	}
	return s.pdf.GetBytesPdfReturnErr()
}

func (s *sheet) newPage() {
	s.pdf.AddPage()
	s.y = marginTop
}

// need begins a new page when less than h is left.
func (s *sheet) need(h float64) {
	if s.y+h > bottom && s.y > marginTop {
		s.newPage()
	}
}

// gap leaves space before the next block; what begins a page needs none.
func (s *sheet) gap(next Block) {
	if _, ok := next.(Break); !ok && s.y > marginTop {
		s.y += 8
	}
}

// try remembers an error of the writer; the document is refused as a whole at its end.
func (s *sheet) try(err error) {
	if err != nil && len(s.errs) < 5 {
		s.errs = append(s.errs, err)
	}
}

func face(bold bool) string {
	if bold {
		return "bold"
	}
	return "regular"
}

// measure gives the width of letters in a font and size.
func (s *sheet) measure(size float64, bold bool) func(rune) float64 {
	i := 0
	if bold {
		i = 1
	}
	return func(r rune) float64 {
		w := s.widths[r]
		if w[i] == 0 {
			const at = 100
			s.try(s.pdf.SetFont(face(bold), "", at))
			v, err := s.pdf.MeasureTextWidth(string(r))
			s.try(err)
			w[i] = v / at
			s.widths[r] = w
		}
		return w[i] * size
	}
}

func (s *sheet) width(text string, size float64, bold bool) float64 {
	return span(text, s.measure(size, bold))
}

// write puts one line; y is its baseline.
func (s *sheet) write(text string, x, y, size float64, bold bool, c Colour) {
	if text == "" {
		return
	}
	s.try(s.pdf.SetFont(face(bold), "", size))
	s.pdf.SetTextColor(c.R, c.G, c.B)
	s.pdf.SetXY(x, y)
	s.try(s.pdf.Text(text))
}

func (s *sheet) anchored(text string, x, y, size float64, bold bool, c Colour, a Anchor) {
	switch a {
	case AtMiddle:
		x -= s.width(text, size, bold) / 2
	case AtEnd:
		x -= s.width(text, size, bold)
	}
	s.write(text, x, y, size, bold, c)
}

func (s *sheet) box(x, y, w, h float64, c Colour) {
	if w <= 0 || h <= 0 {
		return
	}
	s.pdf.SetFillColor(c.R, c.G, c.B)
	s.pdf.RectFromUpperLeftWithStyle(x, y, w, h, "F")
}

func (s *sheet) line(x1, y1, x2, y2, width float64, c Colour) {
	s.pdf.SetLineWidth(width)
	s.pdf.SetStrokeColor(c.R, c.G, c.B)
	s.pdf.Line(x1, y1, x2, y2)
}

// paragraph wraps text at x within w and moves down past it.
func (s *sheet) paragraph(text string, x, w, size, lead float64, bold bool, c Colour) {
	for _, l := range wrap(text, w, s.measure(size, bold)) {
		s.need(lead)
		s.write(l, x, s.y+size*0.88+(lead-size)/2, size, bold, c)
		s.y += lead
	}
}

// lines is how many lines the text takes.
func (s *sheet) lines(text string, w, size float64, bold bool) int {
	return len(wrap(text, w, s.measure(size, bold)))
}

// letterhead opens the first page.
func (s *sheet) letterhead(d Document) {
	s.write(d.Town, marginX, s.y+9, 10, false, Muted)
	s.anchored(d.Made, marginX+contentW, s.y+9, 8, false, Muted, AtEnd)
	s.y += 19
	s.write(d.Title, marginX, s.y+18, 18, true, Ink)
	s.anchored(d.Period, marginX+contentW, s.y+18, 11, false, Ink, AtEnd)
	s.y += 27
	s.line(marginX, s.y, marginX+contentW, s.y, 1.2, Ink)
	s.y += 12
}

// feet writes the foot of every page once their number is known.
func (s *sheet) feet(d Document) {
	pages := s.pdf.GetNumberOfPages()
	for n := 1; n <= pages; n++ {
		s.try(s.pdf.SetPage(n))
		y := pageH - 30.0
		s.line(marginX, y-12, marginX+contentW, y-12, 0.5, Rule)
		s.write(d.Foot, marginX, y, 7.5, false, Muted)
		s.anchored(fmt.Sprintf(d.Page, n, pages), marginX+contentW, y, 7.5, false, Muted, AtEnd)
	}
}
