package reporttest

import (
	"regexp"
	"strconv"
	"strings"
	"testing"
)

var word = regexp.MustCompile(`<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">(.*?)</word>`)

// The paper, and the white that must stay around the text, in points.
const (
	paperW, paperH = 595.28, 841.89
	white          = 24.0
)

// checkBoxes wants every word on the paper, no two over each other, and no page without words.
func checkBoxes(t *testing.T, boxes string) {
	t.Helper()
	pages := strings.Split(boxes, "<page ")[1:]
	for n, page := range pages {
		words := word.FindAllStringSubmatch(page, -1)
		if len(words) < 4 {
			t.Errorf("page %d is empty", n+1)
		}
		for _, w := range words {
			x0, y0, x1, y1 := number(w[1]), number(w[2]), number(w[3]), number(w[4])
			if x0 < white || y0 < white || x1 > paperW-white || y1 > paperH-white+6 {
				t.Errorf("page %d: %q stands at %.0f,%.0f–%.0f,%.0f, beyond the margin", n+1, w[5], x0, y0, x1, y1)
			}
		}
	}
}

func number(s string) float64 {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return -1
	}
	return v
}
