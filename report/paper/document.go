package paper

import "time"

// Document is one report, block after block. All text is ready to be shown.
type Document struct {
	Lang   string // "ja" or "en"
	Town   string // whose report it is
	Title  string
	Period string
	Made   string // when and by what it was made
	Foot   string // at the foot of each page
	Page   string // how a page is numbered, with two %d: "%d / %d"
	Blocks []Block
}

// Both writes the document as one self-contained page and as a PDF of that moment.
func (d Document) Both(now time.Time) (html, pdf []byte, err error) {
	if html, err = d.HTML(); err != nil {
		return nil, nil, err
	}
	pdf, err = d.PDF(now)
	return html, pdf, err
}

// Block is one part of a document.
type Block interface{ kind() string }

// Tone colours what it stands on; the words must say the same without it.
type Tone string

// Tones.
const (
	Plain Tone = ""
	Good  Tone = "good"
	Warn  Tone = "warn"
	Bad   Tone = "bad"
	Quiet Tone = "quiet"
)

// Verdict is the answer in one line, with a few lines that support it.
type Verdict struct {
	Tone  Tone
	Head  string
	Lines []string
}

// Tiles are the few numbers that matter, side by side; at most five.
type Tiles []Tile

// Tile is one number.
type Tile struct {
	Label, Value, Unit, Note string
	Tone                     Tone
}

// Heading opens a chapter.
type Heading struct{ Text, Note string }

// Subheading stands over one block.
type Subheading string

// Paragraph is running text.
type Paragraph struct {
	Text string
	Tone Tone
}

// Steps are things to do, in order.
type Steps struct {
	Title string
	Items []string
}

// Table has a head that is repeated on each page. Empty is shown when there are no rows.
type Table struct {
	Columns []Column
	Rows    [][]Cell
	Empty   string
}

// Column is as wide as its weight among the others.
type Column struct {
	Title  string
	Weight float64
	Right  bool // numbers
	Tight  bool // numbers and times that are not broken into lines
}

// Cell is one field: text with a smaller line below it, or a bar of 0–1.
type Cell struct {
	Text, Sub string
	Tone      Tone
	Strong    bool
	Bar       float64
	IsBar     bool
}

// Figure is a drawing with its title and what it says in words.
type Figure struct {
	Title, Note string
	Drawing     Drawing
}

// Break begins a new page on paper.
type Break struct{}

func (Verdict) kind() string    { return "verdict" }
func (Tiles) kind() string      { return "tiles" }
func (Heading) kind() string    { return "heading" }
func (Subheading) kind() string { return "subheading" }
func (Paragraph) kind() string  { return "paragraph" }
func (Steps) kind() string      { return "steps" }
func (Table) kind() string      { return "table" }
func (Figure) kind() string     { return "figure" }
func (Break) kind() string      { return "break" }

// T is a cell of plain text.
func T(text string) Cell { return Cell{Text: text} }
