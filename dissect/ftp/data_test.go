package ftp

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/yagura-project/yagura/dissect/flowtest"
	"github.com/yagura-project/yagura/dissect/ftpdata"
	"github.com/yagura-project/yagura/event"
)

// TestFiles: what becomes of the data connections that clients and servers agree on in unusual ways.
func TestFiles(t *testing.T) {
	const ok, passive = "220 FTP\r\n", "227 Entering Passive Mode (%s,19,136)\r\n" // port 5000
	mz := []flowtest.Say{flowtest.Down("MZ1234")}
	for name, c := range map[string]struct {
		says   []flowtest.Say
		beside flowtest.Beside
		want   []string
	}{
		"plain":       {flowtest.Turns(ok, ">PASV\r\n", fmt.Sprintf(passive, "192,0,2,2"), ">RETR a.exe\r\n", "150 go\r\n", "226 x\r\n"), flowtest.Beside{After: 5, Port: 5000, Says: mz}, []string{"a.exe 6 true <nil>"}},
		"translated":  {flowtest.Turns(ok, ">PASV\r\n", fmt.Sprintf(passive, "10,0,0,9"), ">RETR a.exe\r\n", "150 go\r\n", "226 x\r\n"), flowtest.Beside{After: 5, Port: 5000, Says: mz}, []string{"a.exe 6 true <nil>"}},
		"no address":  {flowtest.Turns(ok, ">PASV\r\n", fmt.Sprintf(passive, "0,0,0,0"), ">RETR a.exe\r\n", "150 go\r\n", "226 x\r\n"), flowtest.Beside{After: 5, Port: 5000, Says: mz}, []string{"a.exe 6 true <nil>"}},
		"at once":     {flowtest.Turns(ok, ">PASV\r\nRETR a.exe\r\n", fmt.Sprintf(passive, "192,0,2,2"), "150 go\r\n", "226 x\r\n"), flowtest.Beside{After: 4, Port: 5000, Says: mz}, []string{"a.exe 6 true <nil>"}},
		"from a byte": {flowtest.Turns(ok, ">PASV\r\n", fmt.Sprintf(passive, "192,0,2,2"), ">REST 100\r\n", "350 x\r\n", ">RETR a.exe\r\n", "150 go\r\n", "226 x\r\n"), flowtest.Beside{After: 7, Port: 5000, Says: mz}, []string{"a.exe 6 false &{100 true}"}},
		"no restart":  {flowtest.Turns(ok, ">PASV\r\n", fmt.Sprintf(passive, "192,0,2,2"), ">REST 100\r\n", "502 x\r\n", ">RETR a.exe\r\n", "150 go\r\n", "226 x\r\n"), flowtest.Beside{After: 7, Port: 5000, Says: mz}, []string{"a.exe 6 true <nil>"}},
		"named by it": {flowtest.Turns(ok, ">PASV\r\n", fmt.Sprintf(passive, "192,0,2,2"), ">STOU\r\n", "150 FILE: b.exe\r\n", "226 x\r\n"), flowtest.Beside{After: 5, Port: 5000, Says: []flowtest.Say{flowtest.Up("MZ1234")}}, []string{"b.exe 6 true <nil>"}},
		"one-sided":   {flowtest.Turns(ok, fmt.Sprintf(passive, "192,0,2,2"), "150 go\r\n", "226 x\r\n"), flowtest.Beside{After: 3, Port: 5000, Says: mz}, []string{" 6 true <nil>"}},
		"broken off":  {flowtest.Turns(ok, ">PASV\r\n", fmt.Sprintf(passive, "192,0,2,2"), ">RETR a.exe\r\n", "150 go\r\n", "426 x\r\n"), flowtest.Beside{After: 5, Port: 5000, Says: mz, Breaks: true}, []string{"a.exe 6 false <nil>"}},
	} {
		var got []string
		for _, e := range flowtest.Events(21, c.says, []flowtest.Beside{c.beside}, Protocol, ftpdata.Protocol) {
			if f, ok := e.(*event.FileActivity); ok {
				got = append(got, fmt.Sprint(f.File.Name, " ", f.File.Size, " ", f.Whole, " ", f.File.Part))
			}
		}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}
