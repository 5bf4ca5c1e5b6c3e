package rule

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
)

// TestLines reads what editors and programs leave in rule files.
func TestLines(t *testing.T) {
	huge := strings.Repeat("x", 3*maxLine)
	for name, c := range map[string]struct {
		text string
		want []string // number of the line, and text
	}{
		"Windows":           {"\ufeffa\r\n\r\n# c\r\n b \r\n", []string{"1 a", "4 b"}},
		"continued":         {"a \\\r\n  b\\\n# c\nd", []string{"1 a    b # c", "4 d"}},
		"never ended":       {"a\nb\\", []string{"1 a", "2 b "}},
		"a long comment":    {"a\n#" + huge + "\nb\n", []string{"1 a", "3 b"}},
		"a long line":       {"a\n" + huge + "\nb\n", []string{"1 a", "2 " + huge[:maxLine], "3 b"}},
		"a long one at end": {"a\n" + huge, []string{"1 a", "2 " + huge[:maxLine]}},
		"many continued":    {strings.Repeat(huge[:1000]+"\\\n", 3000) + "\nb\n", []string{"1 " + strings.Repeat(huge[:1000]+" ", 3000)[:maxLine], "3002 b"}},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			if err := Lines(strings.NewReader(c.text), func(n int, text string) { got = append(got, fmt.Sprint(n, " ", text)) }); err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%d lines: %.200q", len(got), got)
			}
		})
	}
}

// TestLinesRefused wants a file of another encoding, and one that cannot be read to its end, to be no empty one.
func TestLinesRefused(t *testing.T) {
	none := func(int, string) {}
	if err := Lines(strings.NewReader("\xff\xfea\x00\n\x00"), none); err == nil || !strings.Contains(err.Error(), "UTF-16") {
		t.Errorf("UTF-16: %v", err)
	}
	broken := io.MultiReader(strings.NewReader("a\nb"), failing{})
	if err := Lines(broken, none); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("a file that breaks off: %v", err)
	}
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }
