package paper

const (
	cellPad   = 4.5
	cellSize  = 8.5
	cellLead  = 12.5
	subSize   = 7.5
	subLead   = 11.0
	cellLines = 9 // the longest a field may be; more ends in …
)

// laid is a field broken into lines.
type laid struct {
	Cell
	size      float64
	text, sub []string
}

func (s *sheet) table(t Table) {
	if len(t.Rows) == 0 {
		s.need(30)
		s.paragraph(t.Empty, marginX, contentW, 9, 15, false, Muted)
		return
	}
	widths := t.widths()
	s.need(60)
	s.tableHead(t, widths)
	for _, row := range t.Rows {
		fields, h := s.layRow(t, row, widths)
		if s.y+h > bottom {
			s.newPage()
			s.tableHead(t, widths)
		}
		s.tableRow(t, fields, widths, h)
	}
	s.y += 2
}

func (t Table) widths() []float64 {
	sum := 0.0
	for _, c := range t.Columns {
		sum += c.Weight
	}
	out := make([]float64, len(t.Columns))
	for i, c := range t.Columns {
		out[i] = contentW * c.Weight / sum
	}
	return out
}

func (s *sheet) tableHead(t Table, widths []float64) {
	lines := 1
	titles := make([][]string, len(t.Columns))
	for i, c := range t.Columns {
		titles[i] = wrap(c.Title, widths[i]-2*cellPad, s.measure(8, true))
		lines = max(lines, len(titles[i]))
	}
	h := float64(lines)*11.5 + 7
	s.box(marginX, s.y, contentW, h, Tint)
	x := marginX
	for i, c := range t.Columns {
		for j, l := range titles[i] {
			s.field(l, x, widths[i], s.y+12.5+float64(j)*11.5, 8, true, Muted, c.Right)
		}
		x += widths[i]
	}
	s.y += h
	s.line(marginX, s.y, marginX+contentW, s.y, 0.6, Muted)
}

func (s *sheet) field(text string, x, w, y, size float64, bold bool, c Colour, right bool) {
	if right {
		s.anchored(text, x+w-cellPad, y, size, bold, c, AtEnd)
		return
	}
	s.write(text, x+cellPad, y, size, bold, c)
}

func (s *sheet) layRow(t Table, row []Cell, widths []float64) ([]laid, float64) {
	fields := make([]laid, len(t.Columns))
	most := cellLead
	for i := range fields {
		if i >= len(row) {
			continue
		}
		f := laid{Cell: row[i], size: cellSize}
		w := widths[i] - 2*cellPad
		for t.Columns[i].Tight && f.size > 6.7 && s.width(f.Text, f.size, f.Strong) > w {
			f.size -= 0.2
		}
		if f.Text != "" && !f.IsBar {
			f.text = s.clip(wrap(f.Text, w, s.measure(f.size, f.Strong)), w)
		}
		if f.Sub != "" {
			f.sub = s.clip(wrap(f.Sub, w, s.measure(subSize, false)), w)
		}
		fields[i] = f
		most = max(most, float64(len(f.text))*cellLead+float64(len(f.sub))*subLead)
	}
	return fields, most + 6
}

func (s *sheet) clip(lines []string, w float64) []string {
	if len(lines) <= cellLines {
		return lines
	}
	lines = lines[:cellLines]
	lines[cellLines-1] = s.fit(lines[cellLines-1]+"…", w, cellSize, false)
	return lines
}

func (s *sheet) tableRow(t Table, fields []laid, widths []float64, h float64) {
	x := marginX
	for i, f := range fields {
		if f.IsBar {
			s.box(x+cellPad, s.y+3+cellLead/2-4, (widths[i]-2*cellPad)*min(max(f.Bar, 0), 1), 8, Pale)
		}
		y := s.y + 3
		for _, l := range f.text {
			s.field(l, x, widths[i], y+9.3, f.size, f.Strong, f.Tone.colour(), t.Columns[i].Right)
			y += cellLead
		}
		for _, l := range f.sub {
			s.field(l, x, widths[i], y+7.8, subSize, false, Muted, t.Columns[i].Right)
			y += subLead
		}
		x += widths[i]
	}
	s.y += h
	s.line(marginX, s.y, marginX+contentW, s.y, 0.4, Rule)
}
