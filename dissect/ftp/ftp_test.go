package ftp

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/flowtest"
	"github.com/yagura-project/yagura/dissect/ftpdata"
	"github.com/yagura-project/yagura/event"
)

// talk gives a session, lines of the client marked by ">", and tells its commands in short.
func talk(t *testing.T, lines ...string) (out []string, last error) {
	t.Helper()
	f := &dissect.Flow{Emit: func(e event.Event) {
		switch e := e.(type) {
		case *event.FTPActivity:
			out = append(out, strings.TrimSpace(fmt.Sprint(e.Command, " ", e.Argument, " ", e.Codes, " ", e.Mode, " ", e.Port)))
		case *event.Authentication:
			out = append(out, fmt.Sprint("login ", e.User, " ", e.Success))
		}
	}}
	p := newParser(f)
	for _, l := range lines {
		dir := dissect.Resp
		if strings.HasPrefix(l, ">") {
			dir, l = dissect.Orig, l[1:]
		}
		if _, last = p.Data(dir, []byte(l)); last != nil {
			break
		}
	}
	p.Close()
	return out, last
}

func TestSessions(t *testing.T) {
	for name, c := range map[string]struct {
		lines []string
		want  []string
		err   error
	}{
		"passive": {[]string{"220 x\r\n", ">USER a\r\n", "331 p\r\n", ">PASS secret\r\n", "230 ok\r\n", ">PASV\r\n", "227 Entering (10,0,0,1,4,210)\r\n", ">RETR /x\r\n", "150 go\r\n226 done\r\n"},
			[]string{"USER a [331]  0", "login a true", "PASS  [230]  0", "PASV  [227] passive 1234", "RETR /x [150 226]  0"}, nil},
		"extended": {[]string{">EPSV\r\n", "229 Entering (|||6446|)\r\n", ">EPRT |2|1080::8:800:200C:417A|5282|\r\n", "200 ok\r\n"},
			[]string{"EPSV  [229] passive 6446", "EPRT |2|1080::8:800:200C:417A|5282| [200] active 5282"}, nil},
		"long reply": {[]string{">FEAT\r\n", "211-Features:\r\n UTF8\r\n230 not the end\r\n211 End\r\n", ">NOOP\r\n", "200 ok\r\n"},
			[]string{"FEAT  [211 230 211]  0", "NOOP  [200]  0"}, nil},
		"refused":    {[]string{">USER a\r\n", "331 p\r\n", ">PASS x\r\n", "530 no\r\n", ">QUIT\r\n"}, []string{"USER a [331]  0", "login a false", "PASS  [530]  0", "QUIT  []  0"}, nil},
		"tls":        {[]string{">AUTH TLS\r\n", "234 go\r\n"}, []string{"AUTH TLS [234]  0"}, dissect.ErrNext},
		"bad ports":  {[]string{">PORT 1,2,3\r\n>", "500 no\r\n", ">EPRT ||\r\n", "500 no\r\n", ">PASV\r\n", "227 (1,2,3,4,5,6,7)\r\n"}, []string{"PORT 1,2,3 [500]  0", "EPRT || [500]  0", "PASV  [227]  0"}, nil},
		"cut":        {[]string{">RETR " + strings.Repeat("a", maxLine) + "\r\n", "550 no\r\n"}, []string{"RETR " + strings.Repeat("a", maxLine-5) + " [550]  0"}, nil},
		"no command": {[]string{"220 a\r\n", "421 b\r\n"}, nil, nil},
	} {
		got, err := talk(t, c.lines...)
		if d := cmp.Diff(c.want, got); d != "" || err != c.err {
			t.Errorf("%s: %v %s", name, err, d)
		}
	}
}

// TestGolden holds what rules see of curl's transfers, with their data connections.
func TestGolden(t *testing.T) {
	flowtest.GoldenFields(t, flowtest.Captures+"ftp-files.pcap.gz", Protocol, ftpdata.Protocol)
	flowtest.Conform(t, flowtest.Captures+"ftp-files.pcap.gz", Protocol, ftpdata.Protocol)
}

func TestAddresses(t *testing.T) {
	for in, want := range map[string]netip.AddrPort{
		"10,0,0,1,1,0": netip.MustParseAddrPort("10.0.0.1:256"), "10,0,0,256,1,0": {}, "": {}, "1,2,3,4,5,6,7": {},
	} {
		if got := hostPort(in); got != want {
			t.Errorf("%q: %v", in, got)
		}
	}
	if got := extended(here("|||80|")); got != netip.MustParseAddrPort("0.0.0.0:80") {
		t.Error(got)
	}
}

func FuzzFTP(f *testing.F) {
	flowtest.Fuzz(f, Protocol, append(flowtest.Talks(f, Protocol, flowtest.Captures+"ftp-files.pcap.gz"),
		flowtest.Turns("220-a\r\nb\r\n220 c\r\n", ">USER a\r\nPASS b\r\nPORT 1,2,3,4,5,6\r\nRETR x\r\n", "331 p\r\n230 x\r\n200 x\r\n150 x\r\n226 x\r\n"),
		flowtest.Turns(">EPSV\r\n", "229 (|||1|)\r\n", ">EPRT |2|::8|2|\r\nPASV\r\nAUTH TLS\r\n", "200 x\r\n227 (1,2,3,4,5,6)\r\n234 go\r\n"))...)
}

// TestJapaneseNames reads names and replies of servers of old, in Shift_JIS and EUC-JP.
func TestJapaneseNames(t *testing.T) {
	var got []string
	for _, e := range flowtest.Detailed(21, false, []flowtest.Say{flowtest.Down("220 ok\r\n"), flowtest.Up("RETR \x97\x5c\x8e\x5a.xls\r\n"), flowtest.Down("550 \xa4\xa2\xa4\xea\xa4\xde\xa4\xbb\xa4\xf3\r\n")}, Protocol) {
		if a, ok := e.(*event.FTPActivity); ok {
			got = append(append(got, a.Argument), a.Replies...)
		}
	}
	if all := strings.Join(got, "|"); !strings.Contains(all, "予算.xls|") || !strings.Contains(all, "ありません") {
		t.Errorf("%q", all)
	}
}
