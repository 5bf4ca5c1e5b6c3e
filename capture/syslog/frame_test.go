package syslog

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// cutUp gives a stream to the framer in pieces of n bytes.
func cutUp(stream string, n, longest int) (msgs []string, bad int) {
	room := make([]byte, 0, 4096)
	f := framer{longest: longest, buf: room}
	for len(stream) > 0 {
		k := min(n, len(stream))
		f.push([]byte(stream[:k]))
		stream = stream[k:]
		for {
			m, ok, err := f.next()
			if !ok {
				break
			}
			if err != nil {
				bad++
			} else if len(m) > 0 {
				msgs = append(msgs, string(m))
			}
		}
		f.compact(room)
	}
	if m, err := f.rest(); err != nil {
		bad++
	} else if len(m) > 0 {
		msgs = append(msgs, string(m))
	}
	return msgs, bad
}

func counted(s string) string { return fmt.Sprintf("%d %s", len(s), s) }

func TestFraming(t *testing.T) {
	long := strings.Repeat("x", 3000)
	for name, c := range map[string]struct {
		stream string
		want   []string
		bad    int
	}{
		"lines":                    {"<1>one\n<2>two\r\n<3>three\n", []string{"<1>one", "<2>two", "<3>three"}, 0},
		"counts":                   {counted("<1>one\nmore") + counted("<2>two"), []string{"<1>one\nmore", "<2>two"}, 0},
		"mixed":                    {counted("<1>one") + "\n<2>two\n" + counted("<3>three") + "<4>four\n", []string{"<1>one", "<2>two", "<3>three", "<4>four"}, 0},
		"NUL":                      {"<1>one\x00<2>two\x00", []string{"<1>one", "<2>two"}, 0},
		"a line of digits":         {"2026 was a year\n<2>two\n", []string{"2026 was a year", "<2>two"}, 0},
		"no end":                   {"<1>one\n<2>tw", []string{"<1>one", "<2>tw"}, 0},
		"a count cut short":        {counted("<1>one") + "20 <2>two", []string{"<1>one"}, 1},
		"too long a line":          {"<1>" + long + "\n<2>two\n", []string{"<2>two"}, 1},
		"too long by its count":    {counted("<1>"+long) + counted("<2>two"), []string{"<2>two"}, 1},
		"empty lines between them": {"\n\n<1>one\n\n \n<2>two\n", []string{"<1>one", "<2>two"}, 0},
	} {
		for _, n := range []int{1, 2, 7, 64, 1 << 16} {
			got, bad := cutUp(c.stream, n, 2048)
			if diff := cmp.Diff(c.want, got); diff != "" || bad != c.bad {
				t.Errorf("%s in pieces of %d: %d malformed, want %d (-want +got):\n%s", name, n, bad, c.bad, diff)
			}
		}
	}
}

func TestRestOfACountIsAnError(t *testing.T) {
	f := framer{longest: 100}
	f.push([]byte("9 <1>"))
	if _, ok, _ := f.next(); ok {
		t.Error("a message was given before it was whole")
	}
	if _, err := f.rest(); !errors.Is(err, errCount) {
		t.Errorf("error %v", err)
	}
}

// However a stream is cut, its messages are the same, none is longer than the limit, and the framer comes to an end.
func FuzzFraming(f *testing.F) {
	for _, s := range []string{"<1>one\n", counted("<1>one") + counted("<2>two"), "99999999 <1>x", "7 <1>", "0 <1>x\n", "3000 <1>" + strings.Repeat("y", 2900), "\x00\n\r 5 <1>ab12 <"} {
		f.Add(s, 3)
	}
	f.Fuzz(func(t *testing.T, s string, n int) {
		if n < 1 || n > 1<<16 || len(s) > 1<<16 {
			return
		}
		whole, bad := cutUp(s, 1<<16, 2048)
		pieces, bad2 := cutUp(s, n, 2048)
		if !slices.Equal(whole, pieces) || bad != bad2 {
			t.Errorf("in pieces of %d: %d malformed and %d messages, else %d and %d", n, bad2, len(pieces), bad, len(whole))
		}
		for _, m := range whole {
			if len(m) > 2048 {
				t.Errorf("a message of %d bytes", len(m))
			}
		}
	})
}
