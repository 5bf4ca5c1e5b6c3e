package rfb

import (
	"slices"
	"testing"

	"github.com/yagura-project/yagura/dissect/flowtest"
)

func TestOddities(t *testing.T) {
	opened := []flowtest.Say{flowtest.Down("RFB 003.008\n"), flowtest.Up("RFB 003.008\n")}
	agreed := append(slices.Clone(opened), flowtest.Down("\x01\x02"), flowtest.Up("\x02"), flowtest.Down("challenge16bytes"), flowtest.Up("response16bytes."))
	for want, says := range map[string][]flowtest.Say{
		"":                                append(slices.Clone(agreed), flowtest.Down("\x00\x00\x00\x02")),
		"rfb.unknown_security_result":     append(slices.Clone(agreed), flowtest.Down("\x00\x00\x00\x07")),
		"rfb.unimplemented_security_type": append(slices.Clone(opened), flowtest.Down("\x01\x63"), flowtest.Up("\x63")),
		"rfb.confused_state":              append(slices.Clone(opened), flowtest.Up("\x01before the server offers any")),
		"rfb.malformed_message":           {flowtest.Down("RFB 003.008\n"), flowtest.Up("RFB 0A3.0x8\n")},
	} {
		got := flowtest.Odd(t, 5999, false, says, Protocol)
		if len(got) > 1 || slices.Contains(got, want) != (want != "") {
			t.Errorf("%q: %q", want, got)
		}
	}
}
