package transform

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"encoding/base64"
	"encoding/hex"
	"io"
	"testing"

	"pgregory.net/rapid"
)

func apply(t *testing.T, name, args, in string) string {
	t.Helper()
	x, err := New(name, args, func(string) (func([]byte) []byte, error) { return func(b []byte) []byte { return b[:1] }, nil })
	if err != nil {
		t.Fatalf("%s %s: %v", name, args, err)
	}
	b := []byte(in)
	out := string(x.Do([]byte("room for the result"), b))
	if string(b) != in {
		t.Errorf("%s %s wrote to its input", name, args)
	}
	return out
}

func TestTransforms(t *testing.T) {
	for _, c := range []struct{ name, args, in, want string }{
		{"dotprefix", "", "a.test", ".a.test"}, {"strip_whitespace", "", " a\t\v\nb ", "ab"}, {"compress_whitespace", "", " a \t b", " a b"},
		{"to_lowercase", "", "AbÄ", "abÄ"}, {"to_uppercase", "", "Ab1", "AB1"}, {"url_decode", "", "a+b%2Fc%zz%4", "a b/c%zz%4"},
		{"header_lowercase", "", "Host: A\r\nX-Y: Zz\r\n", "host: A\r\nx-y: Zz\r\n"}, {"strip_pseudo_headers", "", ":method: GET\r\nhost: a\r\n:x\r\n", "host: a\r\n"},
		{"domain", "", "www.town.lg.jp", "town.lg.jp"}, {"domain", "", "a.b.example.co.uk", "example.co.uk"}, {"domain", "", "co.uk", ""}, {"domain", "", "A.Example.COM", "Example.COM"},
		{"tld", "", "a.example.co.uk", "co.uk"}, {"tld", "", "a.example.com", "com"},
		{"from_base64", "", "dGVzdA==", "test"}, {"from_base64", "offset 2, bytes 4", "xxdGVzdA==", "tes"}, {"from_base64", "offset 6, mode rfc2045", "/?arg=Zm 9v Ym Fy", "foobar"},
		{"from_base64", "offset 6, mode rfc4648", "/?arg=Zm 9v Ym Fy", "f"}, {"from_base64", "offset 6, mode strict", "/?arg=Zm 9v Ym Fy", "/?arg=Zm 9v Ym Fy"}, {"from_base64", "offset 99", "dGVzdA==", "dGVzdA=="},
		{"from_base64", "", "!!!not-base64!!!", "!!!not-base64!!!"}, {"from_base64", "offset 2, bytes 5", "--dGVz", "--dGVz"},
		{"xor", `"2a"`, "\x4b\x48", "ab"}, {"xor", `"0001"`, "abc", "a\x63c"}, {"xor", "offset 1, extract 1 0", "\x42\x23\x20", "\x42ab"}, {"xor", "extract 1 200", "abc", "abc"},
		{"subslice", "2", "abcd", "cd"}, {"subslice", "-3,2", "abcd", "bc"}, {"subslice", "0,9", "abcd", ""}, {"subslice", "0,9,truncate", "abcd", "abcd"}, {"subslice", "-9", "abcd", ""},
		{"subslice", "-9,truncate", "abcd", "abcd"}, {"subslice", "1,-1", "abcd", "bc"}, {"subslice", "9,1", "abcd", ""}, {"pcrexform", `"x"`, "abc", "a"},
		{"to_md5", "", "", "\xd4\x1d\x8c\xd9\x8f\x00\xb2\x04\xe9\x80\x09\x98\xec\xf8\x42\x7e"},
	} {
		if got := apply(t, c.name, c.args, c.in); got != c.want {
			t.Errorf("%s:%s of %q: %q, want %q", c.name, c.args, c.in, got, c.want)
		}
	}
	if got := hex.EncodeToString([]byte(apply(t, "to_sha256", "", "abc"))); got[:8] != "ba7816bf" {
		t.Error("to_sha256", got)
	}
	if got := hex.EncodeToString([]byte(apply(t, "to_sha1", "", "abc"))); got[:8] != "a9993e36" {
		t.Error("to_sha1", got)
	}
}

func packed(w interface {
	io.WriteCloser
}, buf *bytes.Buffer, s string) string {
	w.Write([]byte(s))
	w.Close()
	return buf.String()
}

func TestInflate(t *testing.T) {
	var g, z bytes.Buffer
	long := string(bytes.Repeat([]byte("a"), 5000))
	gz, zl := packed(gzip.NewWriter(&g), &g, long), packed(zlib.NewWriter(&z), &z, long)
	if got := apply(t, "gunzip", "", gz); got != long[:1024] {
		t.Error("gunzip:", len(got))
	}
	if got := apply(t, "zlib_deflate", "max-size 6000", zl); got != long {
		t.Error("zlib_deflate:", len(got))
	}
	if got := apply(t, "gunzip", "", "nonsense"); got != "" {
		t.Errorf("%q", got)
	}
}

func TestOptionsAreChecked(t *testing.T) {
	for _, c := range [][2]string{{"from_base64", "mode odd"}, {"from_base64", "offset 65536"}, {"xor", `""`}, {"xor", "extract 0 0"}, {"xor", "offset 1"}, {"subslice", ""}, {"subslice", "a"},
		{"subslice", "1,2,3"}, {"gunzip", "max-size 0"}, {"gunzip", "size 3"}, {"casechange", "odd"}, {"to_md5", "1"}, {"nonsense", ""}} {
		if _, err := New(c[0], c[1], nil); err == nil {
			t.Errorf("%s:%s was accepted", c[0], c[1])
		}
	}
}

// TestBase64 holds what is decoded against the standard library's opinion.
func TestBase64(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := rapid.SliceOfN(rapid.Byte(), 0, 40).Draw(t, "b")
		for _, e := range []*base64.Encoding{base64.StdEncoding, base64.RawStdEncoding} {
			text := []byte(e.EncodeToString(b))
			for _, m := range []Mode{RFC4648, RFC2045, Strict} {
				if m == Strict && e == base64.RawStdEncoding && len(b)%3 != 0 {
					continue
				}
				if got := Base64(nil, text, m); !bytes.Equal(got, b) {
					t.Fatalf("%s in mode %d: %q, want %q", text, m, got, b)
				}
			}
		}
	})
}
