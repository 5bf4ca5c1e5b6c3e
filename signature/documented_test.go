package signature_test

import (
	"strings"
	"testing"

	"github.com/yagura-project/yagura/event/wire"
)

// TestDocumentedPayload holds what the language's documentation says of payload keywords against one packet each.
func TestDocumentedPayload(t *testing.T) {
	for _, c := range []struct {
		options, payload string
		yes              bool
	}{
		// isdataat: an absolute one is below the size, a relative one may be as large as what is left
		{`content:"a"; isdataat:31;`, "a" + strings.Repeat(".", 31), true},
		{`content:"a"; isdataat:32;`, "a" + strings.Repeat(".", 31), false},
		{`isdataat:7;`, "abcdefgh", true},
		{`isdataat:8;`, "abcdefgh", false},
		{`content:"c"; isdataat:4,relative;`, "abcdefgh", true},
		{`content:"c"; isdataat:5,relative;`, "abcdefgh", true},
		{`content:"c"; isdataat:6,relative;`, "abcdefgh", false},
		{`content:"c"; isdataat:!6,relative;`, "abcdefgh", true},
		{`content:"h"; isdataat:!1,relative;`, "abcdefgh", true},
		// ends
		{`content:"|00|"; endswith;`, "ab\x00c\x00", true},
		{`content:"|00|"; endswith;`, "ab\x00c", false},
		{`content:!"|00|"; endswith;`, "ab\x00c", true},
		{`content:!"|00|"; endswith;`, "abc\x00", false},
		{`content:"abc"; startswith; content:"f"; endswith;`, "abcdef", true},
		{`content:"abc"; startswith; content:"e"; endswith;`, "abcdef", false},
		{`content:"abab"; startswith; endswith;`, "abab", true},
		{`content:"abab"; startswith; endswith;`, "ababab", false},
		// content
		{`content:"Firefox/3."; content:!"Firefox/3.6.13"; distance:-10;`, "UA Firefox/3.6.12", true},
		{`content:"Firefox/3."; content:!"Firefox/3.6.13"; distance:-10;`, "UA Firefox/3.6.13", false},
		{`content:"abc"; content:"d"; within:1;`, "abcxabcd", true},
		{`content:"abc"; content:"d"; distance:1; within:1;`, "abcxd", true},
		{`content:"abc"; content:"d"; distance:1; within:1;`, "abcd", false},
		{`content:"def"; offset:3; depth:3;`, "abcdef", true},
		{`content:"def"; offset:4; depth:3;`, "abcdefg", false},
		{`content:"abcdef"; fast_pattern:1,3;`, "..abcdef", true},
		{`content:"abcdef"; fast_pattern:1,3;`, "..xbcdyy", false},
		{`content:"bcd"; fast_pattern:only; content:"z";`, "z bcd", true},
		{`content:"a|3b|b\:c\\d";`, `a;b:c\d`, true},
		// byte_test
		{`byte_test:2,=,0x01,0;`, "\x00\x01\x00\x02", true},
		{`content:"|00 01|"; byte_test:2,=,2,0,relative;`, "\x00\x01\x00\x02", true},
		{`byte_test:2,!=,6,0;`, "\x00\x01\x00\x02", true},
		{`byte_test:2,&,0x01,2;`, "\x00\x01\x00\x02", false},
		{`byte_test:1,^,0x01,0;`, "\x02", true},
		{`content:"foobar"; byte_test:4,=,1337,1,relative,string,dec;`, "foobar 1337", true},
		{`content:"foobar"; byte_test:4,=,0x1337,1,relative,string,hex;`, "foobar 1337", true},
		{`byte_test:2,=,0x0f,0,bitmask 0x0ff0;`, "\x30\xf3", true},
		{`byte_test:4,>,1000,0,little;`, "\xff\xff\x00\x00", true},
		{`byte_test:4,<=,1000,0,big;`, "\xff\xff\x00\x00", false},
		// byte_jump
		{`content:"Alice"; byte_jump:2,0; content:"Bob"; distance:0; within:3;`, "\x00\x05AliceBob", true},
		{`byte_jump:2,0; byte_jump:2,0,relative; content:"foobar"; distance:0; within:6;`, "\x00\x01x\x00\x02yyfoobar", true},
		{`byte_jump:0,0,from_end,post_offset -8; content:"l33t"; distance:0; within:4;`, "....l33t1234", true},
		{`byte_jump:0,0,from_end,post_offset -8; content:"l33t"; distance:0; within:4;`, "l33t....1234", false},
		{`byte_jump:1,0,from_beginning,post_offset 1; content:"x"; within:1;`, "\x03abcx", true},
		{`byte_jump:1,0,multiplier 2; content:"x"; within:1;`, "\x02abcdx", true},
		{`byte_jump:1,0,align; content:"x"; within:1;`, "\x03abcdx", true},
		{`byte_jump:1,0,bitmask 0xf0; content:"x"; within:1;`, "\x2fabx", true},
		// byte_extract
		{`content:"Alice"; byte_extract:2,0,size; content:"Bob"; distance:size; within:3;`, "\x00\x02..Bob Alice", true},
		{`content:"|00 FF|"; byte_extract:1,0,len,relative; content:"|5c 00|"; distance:2; within:len;`, "\x00\xff\x06..\\\x00", true},
		{`byte_extract:1,0,n,multiplier 2; isdataat:n;`, "\x02abcd", true},
		{`byte_extract:1,0,n,multiplier 2; isdataat:n;`, "\x03abcd", false},
		{`byte_extract:3,0,n,string,dec; byte_test:1,=,n,3;`, "065A", true},
		{`byte_extract:1,0,n,multiplier 3,align 4; byte_test:1,=,n,1;`, "\x01\x04", true},
		{`byte_extract:1,0,at; content:"x"; offset:at;`, "\x04x..x", true},
		{`byte_extract:1,0,at; content:"x"; offset:at;`, "\x04x..", false},
		// byte_math
		{`content:"|00 04|"; byte_math:bytes 2, offset 0, oper +, rvalue 248, result var, relative; byte_test:2,=,var,4;`, "\x00\x04\x00\x08\x01\x00", true},
		{`byte_extract:1,0,v; byte_math:bytes 1, offset 1, oper *, rvalue v, result r; byte_test:1,=,r,2;`, "\x03\x04\x0c", true},
		{`byte_math:bytes 1, offset 0, oper /, rvalue 0, result r; content:"x";`, "\x03x", false},
		{`byte_math:bytes 1, offset 0, oper <<, rvalue 2, result r; byte_test:1,=,r,1;`, "\x03\x0c", true},
		{`byte_math:bytes 1, offset 0, oper >>, rvalue 1, result r; byte_test:1,=,r,1;`, "\x06\x03", true},
		{`byte_math:bytes 1, offset 0, oper -, rvalue 1, result r, bitmask 0xf0; byte_test:1,=,r,1;`, "\x3f\x03", true},
		{`byte_math:bytes 2, offset 0, oper +, rvalue 1, result r, endian little; byte_test:1,=,r,2;`, "\x03\x00\x04", true},
		{`byte_math:bytes 2, offset 0, oper +, rvalue 1, result r, string dec; byte_test:1,=,r,2;`, "12\x0d", true},
		// base64
		{`content:"b="; base64_decode:relative; base64_data; content:"hello"; isdataat:!6;`, "b=aGVsbG8=", true},
		{`content:"b="; base64_decode:relative; base64_data; content:"hello"; isdataat:!3;`, "b=aGVsbG8=", false},
		{`base64_decode:bytes 4,offset 2; base64_data; content:"hel"; endswith;`, "b=aGVsbG8=", true},
		{`base64_decode; base64_data; content:"hello"; pkt_data; content:"aGV";`, "aGVsbG8=", true},
		{`content:"b="; base64_decode:relative; base64_data; bsize:5;`, "b=aGVsbG8=", true},
		// pcre
		{`content:"ab"; pcre:"/c/R";`, "cab", false},
		{`content:"ab"; pcre:"/c/R";`, "abxc", true},
		{`content:"ab"; pcre:"/^c/R";`, "abc", true},
		{`content:"ab"; pcre:"/^c/R";`, "abxc", false},
		{`pcre:"/abc$/";`, "abc\n", true},
		{`pcre:"/abc$/E";`, "abc\n", false},
		{`pcre:"/abc/A";`, "xabc", false},
		{`pcre:"/a.c/";`, "a\nc", false},
		{`pcre:"/a.c/s";`, "a\nc", true},
		{`pcre:"/^c/";`, "a\nc", false},
		{`pcre:"/^c/m";`, "a\nc", true},
		{`pcre:"/a b c/x";`, "abc", true},
		{`pcre:!"/abc/";`, "abd", true},
		{`pcre:"/abc/B";`, "abc", true},
		{`pcre:"/ab/"; content:"c"; distance:0; within:1;`, "abc", true},
		{`pcre:"/ab/"; content:"c"; distance:0; within:1;`, "cabx", false},
		// sizes
		{`dsize:5;`, "abcde", true},
		{`dsize:4<>6;`, "abcde", true},
		{`dsize:5<>7;`, "abcde", false},
		{`dsize:!5;`, "abcde", false},
		{`dsize:>=5;`, "abcde", true},
		{`dsize:<=4;`, "abcde", false},
	} {
		r := newRig(t, `alert udp any any -> any any (`+c.options+` sid:1;)`)
		f := r.tcp(9, "")
		f.Proto = 17
		r.say(f, wire.Orig, c.payload)
		if got := len(r.alerts) == 1; got != c.yes {
			t.Errorf("%s\n on %q: %v", c.options, c.payload, got)
		}
	}
}

// TestDocumentedBuffers does the same for keywords behind a sticky buffer.
func TestDocumentedBuffers(t *testing.T) {
	for _, c := range []struct {
		options, value string
		yes            bool
	}{
		{`bsize:10;`, "google.com", true},
		{`bsize:0x0a;`, "google.com", true},
		{`content:"google.com"; bsize:<25;`, "google.com", true},
		{`content:"google"; bsize:10<>25;`, "google.com", false},
		{`content:"google"; bsize:9<>11;`, "google.com", true},
		{`bsize:!9-11;`, "google.com", false},
		{`bsize:!10-12;`, "google.com", true},
		{`bsize:>=10;`, "google.com", true},
		{`bsize:!10;`, "google.com", false},
		{`bsize:!=9;`, "google.com", true},
		{`bsize:&0x0e=0x0a;`, "google.com", true},
		{`bsize:&0x0e!=0x0a;`, "google.com", false},
		{`bsize:<1kb;`, "google.com", true},
		{`absent;`, "google.com", false},
		{`absent:or_else; content:!"abc";`, "google.com", true},
		{`absent:or_else; content:!"goo";`, "google.com", false},
		{`dotprefix; content:".google.com"; startswith;`, "google.com", true},
		{`dotprefix; content:".google.com"; endswith;`, "fakegoogle.com", false},
		{`domain; bsize:10;`, "www.google.com", true},
		{`tld; content:"com"; bsize:3;`, "www.google.com", true},
		{`strip_whitespace; content:"navigate("; endswith;`, "navi gate \t(", true},
		{`compress_whitespace; content:"a b";`, "a \t b", true},
		{`to_lowercase; content:"abc";`, "ABC", true},
		{`to_uppercase; content:"ABC";`, "abc", true},
		{`to_md5; content:"|900150983CD24FB0D6963F7D28E17F72|"; bsize:16;`, "abc", true},
		{`to_sha1; bsize:20;`, "abc", true},
		{`to_sha256; content:"|ba7816bf|"; startswith; bsize:32;`, "abc", true},
		{`pcrexform:"([a-z]+)=(\d+)"; content:"key"; bsize:3;`, "?key=12", true},
		{`url_decode; content:"a b/c";`, "a+b%2Fc", true},
		{`xor:"01"; content:"a";`, "`", true},
		{`xor:"0102"; content:"aa";`, "`c", true},
		{`from_base64; content:"hello";`, "aGVsbG8=", true},
		{`from_base64: bytes 4, offset 2; content:"hel"; bsize:3;`, "--aGVsbG8=", true},
		{`from_base64: mode strict; content:"hello";`, "aGVsbG8=", true},
		{`from_base64: mode strict; content:"hello";`, "aGV sbG8=", false},
		{`from_base64: mode rfc2045; content:"hello";`, "aGV sbG8=", true},
		{`header_lowercase; content:"host: A";`, "HOST: A", true},
		{`subslice:1,2; content:"bc"; bsize:2;`, "abcd", true},
		{`subslice:-2; content:"cd"; bsize:2;`, "abcd", true},
		{`dotprefix; to_md5; bsize:16;`, "abc", true},
		{`entropy: value < 0.1;`, "aaaaaaaa", true},
		{`entropy: value >= 2.9;`, "abcdefgh", true},
		{`entropy: 3;`, "abcdefgh", true},
		{`entropy: bytes 2, offset 0, value = 1;`, "abaaaa", true},
		{`entropy: value 2-3;`, "abcdefgh", false},
	} {
		r := newRig(t, `alert http any any -> any any (http.uri; `+c.options+` sid:1;)`)
		f := r.tcp(80, "http")
		x := &wire.Tx{Done: [2]bool{true, true}}
		x.PutString(wire.HTTPURI, wire.Orig, c.value)
		r.show(f, wire.Orig, x)
		if got := len(r.alerts) == 1; got != c.yes {
			t.Errorf("%s\n on %q: %v", c.options, c.value, got)
		}
	}
}

// TestDocumentedBase64 decodes what stands behind a content, wherever that was sent.
func TestDocumentedBase64(t *testing.T) {
	r := newRig(t, lines(`
		alert http any any -> any any (http.uri; content:"somestring"; base64_decode:bytes 8,offset 1,relative; base64_data; content:"test"; sid:1;)
		alert http any any -> any any (content:"somestring"; http_uri; base64_decode:bytes 8,offset 1,relative; base64_data; content:"test"; sid:2;)
		alert http any any -> any any (http.uri; content:"somestring"; base64_decode:bytes 8,offset 1,relative; base64_data; content:"other"; sid:3;)`)...)
	f := r.tcp(80, "http")
	x := &wire.Tx{Done: [2]bool{true, true}}
	x.PutString(wire.HTTPURI, wire.Orig, "/en/somestring&dGVzdAo=&not_base64")
	r.show(f, wire.Orig, x)
	r.want(1, 2)
}
