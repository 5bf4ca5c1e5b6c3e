package mail

import (
	b64 "encoding/base64"
	"testing"
)

// TestWho finds who logs on in the first answer of each mechanism, as their specifications have it.
func TestWho(t *testing.T) {
	for mechanism, answer := range map[string]string{
		"PLAIN": "\x00a@town.lg.jp\x00secret", "LOGIN": "a@town.lg.jp", "CRAM-MD5": "a@town.lg.jp b913a602c7eda7a495b4e6e7334d3890",
		"XOAUTH2": "user=a@town.lg.jp\x01auth=Bearer x\x01\x01", "OAUTHBEARER": "n,a=a@town.lg.jp,\x01host=x\x01auth=Bearer x\x01\x01",
		"SCRAM-SHA-256": "n,,n=a@town.lg.jp,r=rOprNGfwEbeRWgbNEkqO", "SCRAM-SHA-1-PLUS": "p=tls-unique,,n=a@town.lg.jp,r=x",
	} {
		var m Mechanism
		m.Begin(mechanism)
		m.Answer(b64.StdEncoding.EncodeToString([]byte(answer)))
		m.Answer(b64.StdEncoding.EncodeToString([]byte("c=biws,r=x,p=x")))
		if m.User != "a@town.lg.jp" {
			t.Errorf("%s: %q", mechanism, m.User)
		}
	}
}
