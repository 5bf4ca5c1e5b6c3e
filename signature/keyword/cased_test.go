package keyword

import (
	"testing"

	"github.com/yagura-project/yagura/signature/content"
)

// TestOneCase holds that contents of buffers which know one case only are taken in that case.
func TestOneCase(t *testing.T) {
	for options, want := range map[string]string{
		`ja3.hash; content:"2C3EFC";`:               "2c3efc",
		`ja3s.hash; content:"2C3EFC";`:              "2c3efc",
		`tls.cert_fingerprint; content:"D8|3a|7E";`: "d8:7e",
		`tls.cert_serial; content:"5e|3a|db";`:      "5E:DB",
		`http.host; content:"abc"; nocase;`:         "abc",
		`http.host; content:!"Abc";`:                "Abc",
		`http.host.raw; content:"Abc";`:             "Abc",
	} {
		c := must(t, "", options).Buffers[0].Chain.Steps[0].(*content.Content)
		if string(c.Bytes) != want {
			t.Errorf("%s: %q", options, c.Bytes)
		}
	}
}
