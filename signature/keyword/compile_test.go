package keyword

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/yagura-project/yagura/event/wire"
	"github.com/yagura-project/yagura/signature/content"
	"github.com/yagura-project/yagura/signature/rule"
)

// compileOptions compiles a rule of these options.
func compileOptions(t testing.TB, header, options string) (*rule.Signature, error) {
	t.Helper()
	if header == "" {
		header = "alert tcp any any -> any any"
	}
	return Compile("t.rules", 1, header+" ("+options+" sid:1;)", testEnv())
}

func must(t testing.TB, header, options string) *rule.Signature {
	t.Helper()
	s, err := compileOptions(t, header, options)
	if err != nil {
		t.Fatalf("%s: %v", options, err)
	}
	return s
}

func TestRefused(t *testing.T) {
	for _, c := range []struct{ header, options, keyword, why string }{
		{"", `cntent:"x";`, "cntent", "not known"},
		{"", `content:"x;`, "content", "quotation marks"},
		{"", `content:x;`, "content", "quotation marks"},
		{"", `content:"";`, "content", "empty"},
		{"", `content:"|4|";`, "content", "odd number"},
		{"", `content:"|4x|";`, "content", "not hexadecimal"},
		{"", `content:"|41";`, "content", "not closed"},
		{"", `content:"a\n";`, "content", "may stand behind"},
		{"", `content:"abc"; depth:2;`, "depth", "less than the 3 bytes"},
		{"", `content:"abc"; within:2;`, "within", "less than the 3 bytes"},
		{"", `content:"abc"; startswith; depth:5;`, "depth", "startswith"},
		{"", `content:"abc"; offset:1; startswith;`, "startswith", "cannot go with"},
		{"", `content:"abc"; offset:nobody;`, "offset", "variable"},
		{"", `content:"abc"; fast_pattern:2,5;`, "fast_pattern", "within the 3 bytes"},
		{"", `content:"a"; fast_pattern; content:"b"; fast_pattern;`, "fast_pattern", "another content"},
		{"", `nocase;`, "nocase", "no content stands before"},
		{"", `http.uri; content:"x"; flow:to_client;`, "http.uri", "never comes in this direction"},
		{"", `http.uri; content:"x"; http.stat_code; content:"200";`, "http.stat_code", "different directions"},
		{"", `http.uri; content:"x"; tls.sni; content:"y";`, "", "exclude each other"},
		{"alert smb any any -> any any", `http.uri; content:"x";`, "", "exclude each other"},
		{"", `http.uri;`, "http.uri", "nothing is asked"},
		{"", `flow:to_server,to_client;`, "flow", "exclude each other"},
		{"", `flow:upwards;`, "flow", "not known"},
		{"", `byte_test:9,>,1,0;`, "byte_test", "too long"},
		{"", `byte_test:1,~,1,0;`, "byte_test", "not a comparison"},
		{"", `byte_jump:1,-4;`, "byte_jump", "needs relative"},
		{"", `byte_math:bytes 1, offset 0, oper +, rvalue 1;`, "byte_math", "must all be given"},
		{"", `base64_data; content:"x";`, "base64_data", "base64_decode must stand before"},
		{"", `pcre:"/(/";`, "pcre", "( without )"},
		{"", `pcre:"/a/Ö";`, "pcre", "not a flag"},
		{"", `http.host; content:"Host";`, "http.host", "never matches"},
		{"", `lua:x.lua;`, "lua", "scripts are not run"}, {"", `config:tracking disable, type flow, scope packet;`, "config", "capture.filter"},
		{"", `config:logging disable, type flow, scope tx;`, "config", "not known"}, {"", `config:logging enable, type tx, scope tx;`, "config", "not known"},
		{"", `config:logging disable, type tx;`, "config", "not known"}, {"", `config:logging disable, type tx, scope;`, "config", "not a setting"},
		{"", `threshold:type limit, track by_src, count 1;`, "threshold", "seconds"},
		{"", `threshold:type sometimes, track by_src, count 1, seconds 1;`, "threshold", "not known"},
		{"", `flowbits:burn,house;`, "flowbits", "not set, unset"},
		{"", `flowint:x,~,1;`, "flowint", "not an operator"},
		{"", `decode-event:ipv4.nonsense;`, "decode-event", "not the name of an event"},
		{"", `app-layer-protocol:klingon;`, "app-layer-protocol", "not a protocol"},
		{"", `geoip:src,JP;`, "geoip", "no database"},
		{"", `iprep:src,bad,>,10;`, "iprep", "no reputation"},
		{"", `filemd5:nowhere.md5;`, "filemd5", "nowhere.md5"},
		{"", `flags:X;`, "flags", "not a flag of TCP"},
		{"", `ttl:256;`, "ttl", "8 bits"},
		{"", `ttl:<0;`, "ttl", "never hold"},
		{"", `itype:5<>5;`, "itype", "nothing is between"},
		{"", `ip_proto:nonsense;`, "ip_proto", "neither the number"},
		{"", `requires:version >= 20;`, "requires", "is not there"},
		{"", `dataset:isset,x,type string;`, "dataset", "behind a sticky buffer"},
		{"", `ip.src; dataset:isset,x,type cidr,mask 24;`, "dataset", "set and unset"},
		{"", `ip.src; dataset:set,x,type cidr,mask 0;`, "dataset", "1 to 128"},
		{"", `ip.src; dataset:set,x,type cidr,mask 0x00ff00ff;`, "dataset", "1 to 128"},
		{"", `ip.src; dataset:set,x,type ipv4,mask 24;`, "dataset", "type cidr"},
		{"", `ip.src; dataset:isset,x,type cidr,save x;`, "dataset", "neither saved"},
		{"", `ip.src; datarep:x,>,10,type cidr,load x;`, "datarep", "neither saved"},
		{"", `reference:klingon;`, "reference", "not kind,value"},
		{"alert http any any -> any any", `http.uri; pcrexform:"a\(b"; content:"x";`, "pcrexform", "no group"},
		{"alert http any any -> any any", `http.uri; pcrexform:"(?:a)b"; content:"x";`, "pcrexform", "no group"},
		{"", `tls_cert_notbefore:yesterday;`, "tls_cert_notbefore", "not a date"},
		{"", `dcerpc.iface:1234;`, "dcerpc.iface", "not a UUID"},
		{"", `content:"abc"; offset:1; distance:1;`, "distance", "not both"},
		{"", `content:"abc"; within:5; depth:9;`, "depth", "not both"},
		{"alert http any any -> any any", `http.uri; content:"google.com"; bsize:5;`, "bsize", "less than the 10 bytes"},
		{"alert http any any -> any any", `http.uri; content:"google.com"; bsize:5<>10;`, "bsize", "less than the 10 bytes"},
		{"alert http any any -> any any", `http.uri; bsize:5; content:"google.com";`, "bsize", "less than the 10 bytes"},
		{"alert http any any -> any any", `http.uri; content:"abc"; offset:3; bsize:3;`, "bsize", "less than the 6 bytes"},
		{"alert http any any -> any any", `http.user_agent; absent; content:!"one";`, "absent", "by itself"},
		{"alert http any any -> any any", `http.user_agent; absent: or_else;`, "absent", "or_else"},
		{"", `ipv4.hdr; byte_math:bytes 1, offset 1, oper <<, rvalue 2, result x, relative; tcp.hdr; byte_test:1,=,x,1,relative;`, "byte_math", "no content or pcre"},
		{"", `byte_test:1,=,65,2147483648;`, "byte_test", "neither a number"},
		{"alert dnp3 any any -> any any", `dnp3.ind:!klingon;`, "dnp3.ind", "neither indications nor"},
		{"", `app-layer-event:http.misspelt;`, "app-layer-event", "not the name of an event"},
		{"", `app-layer-event:applayer_misspelt;`, "app-layer-event", "not the name of an event"},
		{"", `app-layer-state:>request_started;`, "app-layer-state", "firewall"},
		{"alert tcp any any -> any any", `app-layer-state:request_started;`, "app-layer-state", "the head of the rule"},
		{"alert http1:request_line any any -> any any", `app-layer-state:request_headers;`, "app-layer-state", "already"},
		{"alert tls any any -> any any", `app-layer-state:hello;`, "", "no state"},
		{"alert ip any any -> any any", `detection_filter:track by_dst,count 1,seconds 9,unique_on dst_port;`, "detection_filter", "TCP, UDP or SCTP"},
		{"", `threshold:type backoff,track by_src,count 1,multiplier 10;`, "threshold", "by_flow"},
		{"", `flowvar:name;`, "flowvar", "not name"},
		{"", `flow.elephant:both;`, "flow.elephant", "signature.elephant"},
		{"", `flow.elephant:up;`, "flow.elephant", "not toserver"},
		{"", `frame:nothing.stream; content:"a";`, "frame", "not a protocol"},
		{"accept:hook tcp:all any any -> any any", ``, "", "firewall"},
		{"pass:packet tcp any any -> any any", ``, "", "firewall"},
		{"alert nonsense any any -> any any", ``, "", "not a protocol"},
		{"shout tcp any any -> any any", ``, "", "not an action"},
		{"alert tcp any any >> any any", ``, "", "not a direction"},
		{"alert tcp any any -> any", ``, "", "6 parts of 7"},
		{"alert tcp 1.2.3.400 any -> any any", ``, "", "not an address"},
		{"alert tcp any 99999 -> any any", ``, "", "not a port"},
	} {
		refusedFor(t, c.header, c.options, c.keyword, c.why)
	}
}

// TestTaken holds that rules load which can hold, or which Suricata takes though they never can.
func TestTaken(t *testing.T) {
	for _, c := range [][2]string{
		{"", `byte_test:1,=,65,214748364;`},
		{"ALERT TCP any any -> any Any", `Content:"a"; NoCase;`},
		{"Drop HTTP any any -> any any", `http.Uri; content:"a";`},
		{"", `app-layer-protocol:!HTTP;`},
		{"alert dns any any -> any any", `dns.query; content:"goo"; content:"google.com.example"; bsize:10;`},
		{"alert dns any any -> any any", `dns.query; content:"goo"; bsize:>9; bsize:<11;`},
		{"alert dns any any -> any any", `dns.query; content:"goo"; bsize:>=10; bsize:<=10; bsize:5<>20;`},
		{"alert http any any -> any any", `http.host; bsize:15; content:"api.monitic.com"; bsize:27;`},
		{"", `content:"x"; ipv4.hdr; byte_math:bytes 1, offset 1, oper <<, rvalue 2, result y, relative; byte_test:1,=,y,1;`},
	} {
		must(t, c[0], c[1])
	}
}

func TestPendingAndSkipped(t *testing.T) {
	_, err := compileOptions(t, "", "requires:version >= 20;")
	var r rule.Refusal
	if !errors.As(err, &r) || !r.Skipped || r.SID != 1 {
		t.Errorf("%+v", r)
	}
	if _, err = compileOptions(t, "", "app-layer-event:smtp.mime_parse_failed;"); !errors.As(err, &r) || !r.Pending || !strings.Contains(r.Why, "no parser") {
		t.Errorf("%+v", r)
	}
	env := testEnv()
	env.Sets = nil
	_, err = Compile("t.rules", 1, `alert dns any any -> any any (dns.query; dataset:isset,x; sid:7;)`, env)
	if !errors.As(err, &r) || !r.Pending || r.SID != 7 || r.Keyword != "dataset" {
		t.Errorf("%+v", r)
	}
}

// TestNamesOfEvents holds that an anomaly is found by what any release calls it, and that those of the engine itself are taken.
func TestNamesOfEvents(t *testing.T) {
	for arg, want := range map[string]string{"dns.not_request": "dns.not_a_request", "dns.z_flag_set": "dns.z_flag_set", "ikev2.weak_crypto_dh": "ike.weak_crypto_dh", "ikev2": "ike", "applayer_unexpected_protocol": "applayer_unexpected_protocol",
		"http.compression_bomb_limit_reached": "http.compression_bomb", "tls.certificate_invalid_x509name": "tls.certificate_invalid_x509_name",
		"ike.weak_crypto_no_dh": "ike.weak_crypto_nodh", "ike.weak_crypto_no_auth": "ike.weak_crypto_noauth"} {
		if s := must(t, "alert ip any any -> any any", "app-layer-event:"+arg+";"); len(s.Events) != 1 || s.Events[0].Name != want {
			t.Errorf("%s: %+v", arg, s.Events)
		}
	}
}

// TestHooks holds that states are taken: those of packets where no application protocol has any, and those of a protocol that can be told without a buffer.
func TestHooks(t *testing.T) {
	for _, hook := range []string{"all", "pre_flow", "pre_stream", "flow_start"} {
		must(t, "alert tcp:"+hook+" any any -> any any", "flags:S;")
	}
	if _, err := compileOptions(t, "alert tcp:post_stream any any -> any any", "flags:S;"); err == nil {
		t.Error("a state that is none was taken")
	}
	for hook, ok := range map[string]bool{"client_hello_done": true, "server_finished": true, "server_hello_done": true, "server_nonsense": false, "hello": false} {
		if _, err := compileOptions(t, "alert tls:"+hook+" any any -> any any", "msg:\"a\";"); (err == nil) != ok {
			t.Errorf("tls:%s: %v", hook, err)
		}
	}
	if s := must(t, "alert ip any any -> any any", "detect-event:TOO_MANY_BUFFERS;"); s.Events[0].Name != "detect.too_many_buffers" {
		t.Errorf("%+v", s.Events)
	}
}

func TestMeta(t *testing.T) {
	s := must(t, `drop tcp $HOME_NET any <> [10.0.0.0/8,!10.1.0.0/16] ![80,443]`,
		`msg:"a \"b\"\; c"; gid:3; rev:7; classtype:trojan-activity; reference:cve,2020-1; reference:url,x.test/y; metadata:created_at 2020, tag A; target:dest_ip; noalert;`)
	if s.Msg != `a "b"; c` || s.GID != 3 || s.Rev != 7 || s.SID != 1 || s.Action != rule.Drop || s.Priority != 1 || s.Class.Text != "A Network Trojan was detected" ||
		s.Target != rule.TargetDestination || !s.NoAlert || !s.Head.Both || s.Head.SrcPort != nil || s.Head.DstPort.Contains(80) {
		t.Errorf("%+v", s)
	}
	var pairs []rule.Pair
	s.Metadata.Each(func(p rule.Pair) { pairs = append(pairs, p) })
	if d := cmp.Diff([]rule.Pair{{Key: "created_at", Value: "2020"}, {Key: "tag", Value: "A"}}, pairs); d != "" {
		t.Error(d)
	}
	if len(s.References) != 2 || s.References[0] != "https://cve.mitre.org/cgi-bin/cvename.cgi?name=2020-1" || s.References[1] != "https://x.test/y" {
		t.Errorf("%+v", s.References)
	}
	if s := must(t, "", "classtype:not-suspicious; priority:1;"); s.Priority != 1 {
		t.Error("priority gives way to classtype")
	}
	if s := must(t, "", "priority:1; classtype:not-suspicious;"); s.Priority != 1 {
		t.Error("priority gives way to a classtype behind it")
	}
}

func TestOldModifiersJoinStickyBuffers(t *testing.T) {
	s := must(t, "alert http any any -> any any", `content:"a"; http_uri; content:"b"; nocase; http_uri; distance:1; content:"c"; pcre:"/d/U";`)
	if len(s.Buffers) != 1 || len(s.Buffers[0].Chain.Steps) != 3 || s.Payload.Chain == nil || len(s.Payload.Chain.Steps) != 1 {
		t.Fatalf("%+v", s.Buffers)
	}
	if s.Buffers[0].Buffer != wire.HTTPURI || s.Buffers[0].Dirs != [2]bool{wire.Orig: true} || s.Direction != [2]bool{wire.Orig: true} {
		t.Errorf("%+v", s.Buffers[0])
	}
	if c := s.Buffers[0].Chain.Steps[1].(*content.Content); !c.NoCase || !c.HasDistance {
		t.Errorf("modifiers before and behind http_uri were lost: %+v", c)
	}
	s = must(t, "alert http any any -> any any", `http.uri; content:"a"; http.method; content:"GET"; http.uri; content:"b"; distance:0;`)
	if len(s.Buffers) != 2 || len(s.Buffers[0].Chain.Steps) != 2 {
		t.Error("a buffer of one value was not entered again")
	}
	s = must(t, "alert dns any any -> any any", `dns.query; content:"a"; dns.query; content:"b";`)
	if len(s.Buffers) != 2 {
		t.Error("a buffer of several values needs a condition for each")
	}
}

func TestRelativeStepsFollowMovedContents(t *testing.T) {
	s := must(t, "", `uricontent:"fix_this"; isdataat:4,relative; content:"a"; http_raw_uri; byte_test:1,>,2,0,relative; content:"p"; isdataat:2,relative;`)
	if len(s.Buffers) != 2 || len(s.Buffers[0].Chain.Steps) != 2 || len(s.Buffers[1].Chain.Steps) != 2 || len(s.Payload.Chain.Steps) != 2 {
		t.Errorf("%+v %+v", s.Buffers, s.Payload)
	}
	s = must(t, "", `content:"a"; isdataat:!1,relative; content:!"b"; isdataat:!1,relative;`)
	for i, step := range s.Payload.Chain.Steps {
		if c, ok := step.(*content.Content); !ok || !c.EndsWith {
			t.Errorf("step %d: %+v does not end the buffer", i, step)
		}
	}
}

func TestTransformsBeginAnotherPlace(t *testing.T) {
	s := must(t, "alert http any any -> any any", `http.uri; content:"x"; from_base64:offset 1; gunzip; content:"y"; http.uri; to_md5; content:"z";`)
	var got []int
	for _, c := range s.Buffers {
		got = append(got, len(c.Transforms))
	}
	if d := cmp.Diff([]int{0, 2, 1}, got); d != "" {
		t.Error(d)
	}
}

func TestFastPattern(t *testing.T) {
	for _, c := range []struct {
		options string
		pattern string
		at      int
		only    bool
	}{
		{`content:"ab"; content:"abcdef";`, "abcdef", -1, true},
		{`content:"ab"; fast_pattern; content:"abcdef";`, "ab", -1, true},
		{`content:"abcdef"; fast_pattern:2,3; content:"x"; distance:0;`, "cde", -1, false},
		{`content:"ABcdef"; nocase; content:!"much longer one";`, "abcdef", -1, true},
		{`content:"abcdef"; depth:9; content:"ab";`, "abcdef", -1, false},
		{`content:"abcdef"; http.uri; content:"/gate";`, "/gate", 0, true},
		{`content:!"x";`, "", -1, false},
	} {
		f := must(t, "", c.options).Fast
		if string(f.Pattern) != c.pattern || f.Condition != c.at || f.Only != c.only {
			t.Errorf("%s: %q at %d, only %v", c.options, f.Pattern, f.Condition, f.Only)
		}
	}
}

func TestState(t *testing.T) {
	s := must(t, "", `flowbits:isset,a|b; flowbits:set,c; xbits:set,x,track ip_dst,expire 60; hostbits:isnotset,h,src; flowint:n,+,1; flowint:n,>,m;
		threshold:type both, track by_src, count 5, seconds 60; tag:host,10,packets,src; flowbits:noalert;`)
	if len(s.FlowBits) != 2 || len(s.FlowBits[0].Names) != 2 || s.FlowBits[1].Op != rule.Set || !s.NoAlert {
		t.Errorf("%+v", s.FlowBits)
	}
	if d := cmp.Diff(rule.BitOp{Op: rule.Set, Names: s.XBits[0].Names, Track: rule.ByDestination, Expire: 60}, s.XBits[0]); d != "" {
		t.Error(d)
	}
	if len(s.XBits) != 2 || s.XBits[1].Op != rule.IsNotSet || len(s.FlowInts) != 2 || s.FlowInts[1].Other == 0 {
		t.Errorf("%+v %+v", s.XBits, s.FlowInts)
	}
	if d := cmp.Diff([]rule.Rate{{Kind: rule.Both, Track: rule.BySource, Count: 5, Seconds: 60}}, s.Rates); d != "" {
		t.Error(d)
	}
	if len(s.Tags) != 1 || !s.Tags[0].Host || s.Tags[0].Count != 10 {
		t.Errorf("%+v", s.Tags)
	}
	s = must(t, "", `detection_filter:track by_dst, count 3, seconds 9, unique_on src_port;`)
	if d := cmp.Diff([]rule.Rate{{Kind: rule.Detection, Track: rule.ByDestination, Count: 3, Seconds: 9, Unique: rule.UniqueSourcePort}}, s.Rates); d != "" {
		t.Error(d)
	}
}

func TestLines(t *testing.T) {
	text := "# comment\n\nalert tcp any any -> any any (msg:\"x\"; \\\n  content:\"a\"; \\\n sid:5;)\n#alert off\nalert tcp any any -> any any (sid:6; rev:1;)\r\nalert tcp any any -> any any (sid:6; rev:2;)\nnonsense\n"
	sigs, refused, err := Load(strings.NewReader(text), "f", testEnv())
	if err != nil || len(sigs) != 2 || sigs[0].Line != 3 || sigs[1].Rev != 2 {
		t.Fatalf("%v %+v", err, sigs)
	}
	if len(refused) != 2 || refused[0].Line != 7 || refused[0].Keyword != "sid" || refused[1].Line != 9 {
		t.Errorf("%+v", refused)
	}
}

// TestSeldom holds apart what rules have of their own, though those that have nothing share it.
func TestSeldom(t *testing.T) {
	text := `alert tcp any any -> any any (content:"a"; sid:1;)
alert tcp any any -> any any (content:"a"; tag:session,5,packets; sid:2;)
alert tcp any any -> any any (content:"a"; sid:3;)
alert tcp any any -> any any (content:"a"; xbits:set,x,track ip_src; sid:4;)
`
	sigs, refused, err := Load(strings.NewReader(text), "x.rules", rule.NewEnv("any"))
	if err != nil || len(refused) > 0 || len(sigs) != 4 {
		t.Fatal(sigs, refused, err)
	}
	for i, want := range []struct{ tags, bits int }{{0, 0}, {1, 0}, {0, 0}, {0, 1}} {
		if s := sigs[i]; len(s.Tags) != want.tags || len(s.XBits) != want.bits {
			t.Errorf("rule %d has %d tags and %d bits", s.SID, len(s.Tags), len(s.XBits))
		}
	}
	if sigs[0].Seldom != sigs[2].Seldom {
		t.Error("rules that have none of it do not share it")
	}
}

func TestVersions(t *testing.T) {
	for text, want := range map[string]bool{
		">= 7.0.0": true, ">=8": true, "< 8": false, ">= 7.0.3 < 8 | >= 8.0.3": true, "> 9.0.0": false, "<= 9": true, ">= 9.0.1": false,
	} {
		if got, err := meets("9.0.0", text); got != want || err != nil {
			t.Errorf("%s: %v %v", text, got, err)
		}
	}
	if _, err := meets("9.0.0", "about 7"); err == nil {
		t.Error("nonsense was accepted")
	}
}

func FuzzCompile(f *testing.F) {
	for _, s := range []string{
		`alert http $HOME_NET any -> $EXTERNAL_NET any (msg:"x"; flow:established,to_server; http.uri; content:"/a|2f|b"; nocase; endswith; pcre:"/^x\d+/Ri"; sid:1;)`,
		`alert tcp any any -> any [80,!81,1024:] (content:"a"; offset:2; depth:9; byte_jump:2,0,relative,align; byte_test:4,>,10,0,string,dec; isdataat:!1,relative; sid:2;)`,
		`alert dns any any -> any any (dns.query; dotprefix; dataset:isset,x,type string; bsize:3<>9; sid:3;)`,
		`alert ip any any -> any any (byte_extract:1,0,v; byte_math:bytes 1, offset 0, oper +, rvalue v, result w; content:"x"; offset:w; flowbits:set,a; threshold:type limit,track by_src,count 1,seconds 1; sid:4;)`,
	} {
		f.Add(s, []byte("GET /a/b HTTP/1.1\r\n\r\n"))
	}
	f.Fuzz(func(t *testing.T, text string, b []byte) {
		if len(text) > 2000 || len(b) > 4000 {
			return
		}
		env := testEnv()
		s, err := Compile("", 1, text, env)
		if err != nil {
			return
		}
		var state content.State
		state.Reset()
		if s.Payload.Chain != nil {
			s.Payload.Chain.Match(&state, b)
		}
		for _, c := range s.Buffers {
			v := b
			for _, x := range c.Transforms {
				v = x.Do(nil, v)
			}
			if c.Chain != nil {
				c.Chain.Match(&state, v)
			}
			if c.Value != nil {
				c.Value(&wire.Field{B: b})
			}
		}
		p := &wire.Packet{Kind: wire.TCP, L3: b, L4: b, L2: b, Payload: b}
		for _, test := range s.Tests {
			test(&state, p, &wire.Flow{}, wire.Orig)
			test(&state, nil, nil, wire.Resp)
		}
		for _, x := range s.Files {
			x(&wire.File{Name: string(b)})
		}
	})
}
