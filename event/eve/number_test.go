package eve

import (
	"strconv"
	"testing"

	"pgregory.net/rapid"
)

func TestNumber(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.Uint64().Draw(t, "v") >> rapid.IntRange(0, 63).Draw(t, "shift")
		if got, want := string(number([]byte("x"), v)), "x"+strconv.FormatUint(v, 10); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	})
}

// Whatever stands where in eight bytes, they are plain where each of them is.
func TestPlain8(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.SliceOfN(rapid.SampledFrom([]byte("aZ~ !#[]\x1f\x00\"\\\x7f\x80\xff")), 8, 8).Draw(t, "text")
		want := true
		for _, c := range text {
			want = want && plain[c]
		}
		if got := plain8(string(text)); got != want {
			t.Errorf("%q: %v", text, got)
		}
	})
}
