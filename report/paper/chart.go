package paper

import (
	"fmt"
	"math"
	"strings"
)

// Series is one kind of value over a chart's places.
type Series struct {
	Name   string
	Colour Colour
	Values []float64 // one for each label; negative and not-a-number count as 0
}

// Chart is values over time.
type Chart struct {
	Labels []string // one for each place on the axis, oldest first
	Series []Series // stacked, first at the bottom
	Unit   string   // above the axis
	Filled bool     // an area instead of bars
	Counts bool     // values are counted things: no line between two whole numbers
	Alt    string
}

const (
	chartW, chartH          = 503.0, 150.0
	left, right, top, under = 40.0, 4.0, 22.0, 20.0
)

// Draw lays the chart out.
func (c Chart) Draw() Drawing {
	d := Drawing{W: chartW, H: chartH, Alt: c.Alt}
	most := c.most()
	if c.Counts {
		most = math.Max(most, 4) // one case does not fill the page
	}
	step, whole := tick(most)
	if c.Counts && step < 1 {
		step, whole = 1, true
	}
	high := step * math.Max(1, math.Ceil(most/step-1e-9))
	y := func(v float64) float64 { return chartH - under - v/high*(chartH-under-top) }
	for v := 0.0; v <= high+step/2; v += step {
		colour := Rule
		if v == 0 {
			colour = Muted
		}
		d.Shapes = append(d.Shapes,
			Shape{Form: Stroke, X: left, Y: y(v), W: chartW - right, H: y(v), Colour: colour, Width: 0.5},
			Shape{Form: Label, X: left - 6, Y: y(v) + 2.6, Text: amount(v, whole), Size: 7.5, Anchor: AtEnd, Colour: Muted})
	}
	d.Shapes = append(d.Shapes, Shape{Form: Label, X: left - 6, Y: 9, Text: c.Unit, Size: 7.5, Anchor: AtEnd, Colour: Muted})
	if c.Filled {
		c.areas(&d, y)
	} else {
		c.bars(&d, y)
	}
	c.names(&d)
	c.legend(&d)
	return d
}

func (c Chart) value(s Series, i int) float64 {
	if i >= len(s.Values) || math.IsNaN(s.Values[i]) || s.Values[i] < 0 {
		return 0
	}
	return s.Values[i]
}

func (c Chart) most() (most float64) {
	for i := range c.Labels {
		sum := 0.0
		for _, s := range c.Series {
			sum += c.value(s, i)
		}
		most = math.Max(most, sum)
	}
	return most
}

// pitch is the width of one place on the axis.
func (c Chart) pitch() float64 { return (chartW - left - right) / float64(max(len(c.Labels), 1)) }

func (c Chart) bars(d *Drawing, y func(float64) float64) {
	p := c.pitch()
	w := math.Min(p*0.68, 26)
	for i := range c.Labels {
		sum := 0.0
		for _, s := range c.Series {
			v := c.value(s, i)
			if v > 0 {
				d.Shapes = append(d.Shapes, Shape{Form: Box, X: left + (float64(i)+0.5)*p - w/2, Y: y(sum + v), W: w,
					H: y(sum) - y(sum+v), Colour: s.Colour})
			}
			sum += v
		}
	}
}

func (c Chart) areas(d *Drawing, y func(float64) float64) {
	if len(c.Labels) == 0 {
		return
	}
	p := c.pitch()
	for _, s := range c.Series {
		points := []Point{{left + p/2, y(0)}}
		for i := range c.Labels {
			points = append(points, Point{left + (float64(i)+0.5)*p, y(c.value(s, i))})
		}
		points = append(points, Point{left + (float64(len(c.Labels))-0.5)*p, y(0)})
		d.Shapes = append(d.Shapes, Shape{Form: Area, Points: points, Colour: s.Colour})
	}
}

// names writes below the axis as many labels as have room.
func (c Chart) names(d *Drawing) {
	longest := 1
	for _, l := range c.Labels {
		longest = max(longest, len([]rune(l)))
	}
	every := max(1, int(math.Ceil(float64(longest+2)*4.4/c.pitch())))
	for i, l := range c.Labels {
		if i%every == 0 {
			d.Shapes = append(d.Shapes, Shape{Form: Label, X: left + (float64(i)+0.5)*c.pitch(), Y: chartH - under + 11,
				Text: l, Size: 7.5, Anchor: AtMiddle, Colour: Muted})
		}
	}
}

func (c Chart) legend(d *Drawing) {
	if len(c.Series) < 2 {
		return
	}
	x := chartW - right
	for i := len(c.Series) - 1; i >= 0; i-- {
		s := c.Series[i]
		w := 0.0
		for _, r := range s.Name {
			w += 4.6
			if r > 0x2E80 {
				w += 3.2
			}
		}
		d.Shapes = append(d.Shapes, Shape{Form: Label, X: x - w, Y: 9, Text: s.Name, Size: 7.5, Colour: Muted},
			Shape{Form: Box, X: x - w - 10, Y: 3, W: 7, H: 7, Colour: s.Colour})
		x -= w + 22
	}
}

// tick chooses a step of 1, 2 or 5 that gives three to six lines, and whether it is a whole number.
func tick(most float64) (step float64, whole bool) {
	if most <= 0 || math.IsInf(most, 0) {
		return 1, true
	}
	unit := math.Pow(10, math.Floor(math.Log10(most/4)))
	for _, m := range []float64{1, 2, 5, 10} {
		if most/(unit*m) <= 5 {
			step = unit * m
			break
		}
	}
	return step, step >= 1
}

func amount(v float64, whole bool) string {
	if whole {
		return group(fmt.Sprintf("%.0f", v))
	}
	return fmt.Sprintf("%.4g", v)
}

// group puts commas between thousands.
func group(s string) string {
	sign := ""
	if strings.HasPrefix(s, "-") {
		sign, s = "-", s[1:]
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return sign + s
}

// Number writes a whole number with commas.
func Number(n int) string { return group(fmt.Sprint(n)) }

// Say fills a sentence; its verbs are all %s, and whole numbers are written as Number does.
func Say(sentence string, args ...any) string {
	if len(args) == 0 {
		return sentence
	}
	for i, a := range args {
		if n, ok := a.(int); ok {
			args[i] = Number(n)
		}
	}
	return fmt.Sprintf(sentence, args...)
}
