package http

import (
	"encoding/binary"
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/yagura-project/yagura/dissect/flowtest"
	"github.com/yagura-project/yagura/event"
)

// in16 is text in UTF-16.
func in16(order binary.AppendByteOrder, s string) string {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = order.AppendUint16(b, u)
	}
	return string(b)
}

// TestRemoteIn16 reads calls of WinRM as Windows writes them: in UTF-16, with what is run far behind the namespaces; arguments are not told.
func TestRemoteIn16(t *testing.T) {
	xml := `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" ` + strings.Repeat(`xmlns:x="http://schemas.xmlsoap.org/ws/2004/08/addressing" `, 12) + `><s:Header>` +
		`<w:ResourceURI s:mustUnderstand="true">http://schemas.microsoft.com/wbem/wsman/1/windows/shell/cmd</w:ResourceURI>` +
		`<a:Action s:mustUnderstand="true">http://schemas.microsoft.com/wbem/wsman/1/windows/shell/Command</a:Action></s:Header>` +
		`<s:Body><rsp:CommandLine><rsp:Command>&quot;C:\役場\net user.exe&quot; user taro secret /add</rsp:Command></rsp:CommandLine></s:Body></s:Envelope>`
	for name, body := range map[string]string{
		"UTF-8": xml, "little": in16(binary.LittleEndian, xml), "big": in16(binary.BigEndian, xml),
		"little with a mark": "\xff\xfe" + in16(binary.LittleEndian, xml), "big with a mark": "\xfe\xff" + in16(binary.BigEndian, xml),
	} {
		got := ""
		for _, e := range flowtest.Detailed(5985, false, []flowtest.Say{
			flowtest.Up(fmt.Sprintf("POST /wsman HTTP/1.1\r\nHost: fs\r\nContent-Type: application/soap+xml;charset=UTF-16\r\nContent-Length: %d\r\n\r\n%s", len(body), body)),
			flowtest.Down("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")}, Protocol) {
			switch e := e.(type) {
			case *event.AppActivity:
				got = e.Operation + " " + e.Attr("resource") + " " + e.Attr("program")
			case *event.HTTPActivity:
				if len(e.Body) != maxValue || !strings.HasPrefix(e.Body, "<s:Envelope") {
					t.Errorf("%s: body of %d bytes", name, len(e.Body))
				}
			}
		}
		if want := `Command http://schemas.microsoft.com/wbem/wsman/1/windows/shell/cmd C:\役場\net user.exe`; got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
	for in, want := range map[string]string{"ipconfig /all": "ipconfig", `"a b" c`: "a b", "": "", `"`: ""} {
		if got := program("<rsp:Command>" + in + "</rsp:Command>"); got != want {
			t.Errorf("%q: %q", in, got)
		}
	}
}

func FuzzPlain(f *testing.F) {
	f.Add([]byte("\xff\xfe<\x00a\x00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if got := plain(b); len(got) > 3*len(b)/2+3 {
			t.Errorf("%d bytes of %d", len(got), len(b))
		}
	})
}
