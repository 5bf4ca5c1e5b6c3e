package pgsql

import (
	"slices"
	"strings"
	"testing"

	"github.com/yagura-project/yagura/dissect/flowtest"
)

func TestOddities(t *testing.T) {
	const query = "Q\x00\x00\x00\x0cdelete;\x00"
	for name, c := range map[string]struct {
		says []flowtest.Say
		want []string
	}{
		"none":               {says, nil},
		"no such request":    {append(slices.Clone(says), flowtest.Up("!\x00\x00\x00\x05x"), flowtest.Up("!\x00\x00\x00\x05x")), []string{"pgsql.malformed_request"}},
		"no such answer":     {append(slices.Clone(says), flowtest.Down("!\x00\x00\x00\x05x")), []string{"pgsql.malformed_response"}},
		"early answer":       {append(slices.Clone(says[:3]), flowtest.Down("!\x00\x00\x00\x05x")), []string{"pgsql.malformed_response"}},
		"start without ends": {[]flowtest.Say{flowtest.Up("\x00\x00\x00\x0c\x00\x03\x00\x00user")}, []string{"pgsql.malformed_request"}},
		"length":             {append(slices.Clone(says), flowtest.Down("D\x00\x00\x00\x01")), []string{"pgsql.invalid_length"}},
		"too many":           {append(slices.Clone(says), flowtest.Up(strings.Repeat(query, 2000))), []string{"pgsql.too_many_transactions"}},
		"many answered":      {append(slices.Clone(says), flowtest.Up(strings.Repeat(query, 1000)), flowtest.Down("Z\x00\x00\x00\x05I"), flowtest.Up(strings.Repeat(query, 1000))), nil},
	} {
		if got := flowtest.Odd(t, 5432, false, c.says, Protocol); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
