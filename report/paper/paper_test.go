package paper

import (
	"bytes"
	"encoding/xml"
	"math"
	"strings"
	"testing"
	"time"
)

func TestChartsAreDrawnWhateverTheNumbers(t *testing.T) {
	for name, c := range map[string]Chart{
		"nothing":     {},
		"one":         {Labels: []string{"a"}, Series: []Series{{Values: []float64{3}}}, Counts: true},
		"not numbers": {Labels: []string{"a", "b", "c"}, Series: []Series{{Values: []float64{math.NaN(), -4}}}, Filled: true},
		"huge":        {Labels: []string{"a"}, Series: []Series{{Values: []float64{1e300}}}},
		"tiny":        {Labels: []string{"a"}, Series: []Series{{Values: []float64{1e-9}}}},
		"many":        {Labels: make([]string, 2000), Series: []Series{{Name: "あ", Values: make([]float64, 2000)}, {Name: "<b>"}}},
	} {
		d := c.Draw()
		if len(d.Shapes) > 20_000 {
			t.Errorf("%s: %d shapes", name, len(d.Shapes))
		}
		svg := string(d.SVG())
		if err := xml.Unmarshal([]byte(svg), new(struct{})); err != nil || strings.Contains(svg, "NaN") || strings.Contains(svg, "Inf") {
			t.Errorf("%s: %v %.300s", name, err, svg)
		}
		for _, s := range d.Shapes {
			if s.Form == Box && (s.X < 0 || s.Y < 0 || s.X+s.W > d.W || s.Y+s.H > d.H || s.W < 0 || s.H < 0) {
				t.Errorf("%s: a box beyond the drawing: %+v", name, s)
			}
		}
	}
}

func TestTicksAreRound(t *testing.T) {
	for most, want := range map[float64]float64{0: 1, 1: 0.2, 4: 1, 7: 2, 23: 5, 100: 20, 166: 50, 1e6: 200_000} {
		if got, _ := tick(most); math.Abs(got-want) > 1e-9*want {
			t.Errorf("up to %v: step %v, want %v", most, got, want)
		}
	}
}

func TestATableGoesOverPagesWithItsHead(t *testing.T) {
	table := Table{Columns: []Column{{Title: "番号", Weight: 1}, {Title: "何が", Weight: 3}}}
	for range 200 {
		table.Rows = append(table.Rows, []Cell{T("2026-1121-03"), {Text: strings.Repeat("長い説明。", 30), Sub: "下"}})
	}
	doc := Document{Lang: "ja", Page: "%d / %d", Blocks: []Block{table, Tiles{}, Break{}, Break{}}}
	pdf, err := doc.PDF(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	again, err := doc.PDF(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	if err != nil || !bytes.Equal(pdf, again) {
		t.Errorf("the same document is not the same file: %v", err)
	}
}
