package keyword

import (
	"errors"
	"strings"
	"testing"

	"github.com/yagura-project/yagura/signature/rule"
)

// refusedFor holds that a rule is refused with its place, the keyword and a reason.
func refusedFor(t *testing.T, header, options, keyword, why string) {
	t.Helper()
	_, err := compileOptions(t, header, options)
	var r rule.Refusal
	switch {
	case !errors.As(err, &r):
		t.Errorf("%s %s: accepted", header, options)
	case r.Keyword != keyword || !strings.Contains(r.Why, why) || r.File != "t.rules" || r.Line != 1:
		t.Errorf("%s %s: %v, want %s: …%s…", header, options, r, keyword, why)
	}
}

// TestNotTakenForOthers holds that what the language does not have is refused, where it would be taken for something else.
func TestNotTakenForOthers(t *testing.T) {
	for _, c := range [][3]string{
		{`flow;`, "flow", "missing"}, {`flow:only_frag,no_frag;`, "flow", "exclude each other"},
		{`ttl:-1;`, "ttl", "8 bits"}, {`window:>-5;`, "window", "16 bits"}, {`filesize:-1;`, "filesize", "64 bits"},
		{`krb5_err_code:-2147483649;`, "krb5_err_code", "32 bits"},
		{`filename;`, "filename", "empty"}, {`fileext:!;`, "fileext", "empty"}, {`filemagic:"";`, "filemagic", "empty"},
		{`app-layer-protocol:!unknown;`, "app-layer-protocol", "cannot be excluded"},
		{`app-layer-protocol:http,final,either;`, "app-layer-protocol", "exclude each other"},
		{`content:"a"; detection_filter:type limit,track by_src,count 1,seconds 9;`, "detection_filter", "belong to threshold"},
		{`requires:version >= 7, version < 10;`, "requires", "stands twice"},
		{`base64_decode; base64_data; content:"test"; fast_pattern;`, "fast_pattern", "decoded"},
		{`xbits:set,a|b,track ip_src;`, "xbits", "isset"}, {`hostbits:unset,a|b;`, "hostbits", "isset"},
		{`http.uri; content:"a"; dsize:>5;`, "dsize", "packet"},
		{`http.uri; dataset:set,x,type string,load a,state b;`, "dataset", "beside"}, {`http.uri; dataset:set,x,type string,state a,save b;`, "dataset", "beside"},
		{`nfs_procedure:5-4;`, "nfs_procedure", "no number is"}, {`frame:http1.request; absent;`, "absent", "frame"}, {`ssl_state:unknown;`, "ssl_state", "no message"},
		{`pcre:"/(?|a(.)|b(.))/, flow:x";`, "pcre", "share"},
		{`http.uri; pcrexform:"(?|a(.)|b(.))"; content:"x";`, "pcrexform", "share"},
	} {
		refusedFor(t, "", c[0], c[1], c[2])
	}
}

// TestManyRefused holds that what is said of broken rules is bounded, however long and many they are.
func TestManyRefused(t *testing.T) {
	keep := maxRefused
	maxRefused = 10
	defer func() { maxRefused = keep }()
	long := strings.Repeat("(a|", 5000)
	text := strings.Repeat(`alert tcp any any -> any any (pcre:"/`+long+`/"; sid:1;)`+"\n", 15) + `alert tcp any any -> any any (content:"a"; sid:2;)` + "\n"
	sigs, refused, err := Load(strings.NewReader(text), "f", testEnv())
	if err != nil || len(sigs) != 1 || len(refused) != 11 || refused[10].Line != 11 || !strings.Contains(refused[10].Why, "5 more") {
		t.Fatalf("%v %d rules, %d refused: %+v", err, len(sigs), len(refused), refused[len(refused)-1])
	}
	for _, r := range refused {
		if len(r.Why) > maxReason+len("…") {
			t.Errorf("%d bytes say why line %d is refused", len(r.Why), r.Line)
		}
	}
}

// TestTakenAsMeant holds that forms of the language are taken which look odd.
func TestTakenAsMeant(t *testing.T) {
	for _, c := range [][2]string{
		{"", `app-layer-protocol:unknown|failed|http,direction;`},
		{"alert krb5 any any -> any any", `krb5_err_code:-7;`},
		{"alert tls any any -> any any", `ssl_state:client_hello|unknown;`},
		{"alert krb5 any any -> any any", `krb5.ticket_encryption:-128;`},
		{"alert tcp ! 192.0.2.7 any -> ! [192.0.2.0/24, 10.0.0.1] ! 80", `content:"x";`},
	} {
		must(t, c[0], c[1])
	}
}
