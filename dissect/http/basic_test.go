package http

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/yagura-project/yagura/dissect/flowtest"
	"github.com/yagura-project/yagura/event"
)

// TestOpenLogon tells who logs on by Basic and Digest, each refusal, each success once of a connection, and no password at all.
func TestOpenLogon(t *testing.T) {
	basic := func(field, user string) string {
		return field + ": Basic " + base64.StdEncoding.EncodeToString([]byte(user+":se:cret")) + "\r\n"
	}
	get := func(fields string) flowtest.Say {
		return flowtest.Up("GET /x HTTP/1.1\r\nHost: fs\r\n" + fields + "\r\n")
	}
	says := func(status int) flowtest.Say {
		return flowtest.Down(fmt.Sprintf("HTTP/1.1 %d X\r\nWWW-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n", status))
	}
	talk := []flowtest.Say{
		get(""), says(401), // nobody yet
		get(basic("Authorization", "taro")), says(401),
		get(basic("Authorization", "taro")), says(401),
		get(basic("Authorization", "taro")), says(200),
		get(basic("authorization", "taro")), says(200),
		get(""), says(401),
		get(basic("Authorization", "\x8d\xb2\x93\xa1")), says(200), // Shift_JIS
		get(basic("Proxy-Authorization", "hanako")), says(401), // of the site behind the proxy
		get(basic("Proxy-Authorization", "hanako")), says(407),
		get("Authorization: Digest username=\"jiro\", realm=\"r\", nonce=\"n\", uri=\"/x\", response=\"0\"\r\n"), says(200),
		get("Authorization: Digest username=\"00ff\", userhash=true, realm=\"r\"\r\n"), says(200),
		get("Authorization: Basic !!\r\nAuthorization: Basic\r\n"), says(200), get("Authorization: Bearer taro:x\r\n"), says(200),
		get(basic("Authorization", "")), says(401),
	}
	var got []string
	for _, e := range flowtest.Detailed(8081, false, talk, Protocol) {
		if a, ok := e.(*event.Authentication); ok {
			got = append(got, fmt.Sprintf("%s %s %s %t", a.Protocol, a.Message, a.User, a.Success && a.Answered))
			if b, _ := json.Marshal(a); strings.Contains(string(b), "cret") {
				t.Errorf("tells a password: %s", b)
			}
		}
	}
	want := []string{"http LOGIN taro false", "http LOGIN taro false", "http LOGIN taro true", "http LOGIN 佐藤 true", "http LOGIN hanako true", "http LOGIN hanako false",
		"http LOGIN jiro true"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}
