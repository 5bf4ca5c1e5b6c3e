package ftp

import (
	"slices"
	"strings"
	"testing"

	"github.com/yagura-project/yagura/dissect/flowtest"
)

func TestOddities(t *testing.T) {
	passive := []flowtest.Say{flowtest.Up("PASV\r\n"), flowtest.Down("227 Entering (10,0,0,1,4,210)\r\n")}
	for name, c := range map[string]struct {
		says []flowtest.Say
		want []string
	}{
		"agreed":        {append(passive, flowtest.Up("RETR a\r\n"), flowtest.Down("550 no\r\n"), flowtest.Up("RETR b\r\n")), nil},
		"no port":       {[]flowtest.Say{flowtest.Up("RETR a\r\n")}, []string{"ftp.file_before_port"}},
		"no name":       {append(passive, flowtest.Up("STOR \r\n")), []string{"ftp.file_without_name"}},
		"a list":        {append(passive, flowtest.Up("NLST\r\n")), nil},
		"many answered": {[]flowtest.Say{flowtest.Up(strings.Repeat("NOOP\r\n", 1000)), flowtest.Down("200 ok\r\n"), flowtest.Up(strings.Repeat("NOOP\r\n", 1000))}, nil},
		"too many":      {[]flowtest.Say{flowtest.Up(strings.Repeat("NOOP\r\n", 3000))}, []string{"ftp.too_many_transactions"}},
	} {
		says := append([]flowtest.Say{flowtest.Down("220 FTP\r\n"), flowtest.Up("USER a\r\n"), flowtest.Down("331 p\r\n")}, c.says...)
		if got := flowtest.Odd(t, 21, false, says, Protocol); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
