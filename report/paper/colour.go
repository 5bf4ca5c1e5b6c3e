package paper

import "fmt"

// Colour is red, green and blue, 0–255.
type Colour struct{ R, G, B uint8 }

// The palette: ink on white, one blue, and three tones that differ in lightness too, for black-and-white prints.
var (
	Ink   = Colour{0x1f, 0x29, 0x33}
	Muted = Colour{0x5b, 0x68, 0x76}
	Rule  = Colour{0xd5, 0xdb, 0xe1}
	Tint  = Colour{0xf3, 0xf5, 0xf7}
	White = Colour{0xff, 0xff, 0xff}
	Blue  = Colour{0x2b, 0x5d, 0x8a}
	Pale  = Colour{0xa9, 0xc4, 0xdb}
	Green = Colour{0x23, 0x6b, 0x4e}
	Amber = Colour{0x9a, 0x62, 0x0b}
	Red   = Colour{0xa8, 0x32, 0x2a}
)

// Hex is the CSS form.
func (c Colour) Hex() string { return fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B) }

func (t Tone) colour() Colour {
	switch t {
	case Good:
		return Green
	case Warn:
		return Amber
	case Bad:
		return Red
	case Quiet:
		return Muted
	}
	return Ink
}

// ground is a light tint of the tone's colour, for what stands behind text.
func (t Tone) ground() Colour {
	switch t {
	case Good:
		return Colour{0xe9, 0xf4, 0xee}
	case Warn:
		return Colour{0xfc, 0xf3, 0xe1}
	case Bad:
		return Colour{0xfb, 0xea, 0xe8}
	}
	return Tint
}
