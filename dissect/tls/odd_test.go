package tls

import (
	"slices"
	"strings"
	"testing"

	"github.com/yagura-project/yagura/dissect/flowtest"
)

// der writes an element of up to 127 bytes, or up to 64 KiB.
func der(tag byte, in ...string) string {
	b := strings.Join(in, "")
	if len(b) < 0x80 {
		return string([]byte{tag, byte(len(b))}) + b
	}
	return string([]byte{tag, 0x82, byte(len(b) >> 8), byte(len(b))}) + b
}

const sequence, set, text8, when, bits, number = 0x30, 0x31, 0x0c, 0x17, 0x03, 0x02

// certificate is one of a name, a validity, extensions and a signature.
func certificate(name, validity, extensions, signature string) string {
	algorithm := der(sequence, "\x06\x03\x2a\x03\x04")
	tbs := der(sequence, der(0xa0, der(number, "\x02")), der(number, "\x01"), algorithm, named("issuer"), der(sequence, validity), name,
		der(sequence, algorithm, der(bits, "\x00k")), extensions)
	return der(sequence, tbs, algorithm, signature)
}

func named(s string) string {
	return der(sequence, der(set, der(sequence, "\x06\x03\x55\x04\x03", der(text8, s))))
}

// sends are a handshake in which the server shows a certificate.
func sends(cert string) []flowtest.Say {
	u24 := func(n int) string { return "\x00" + u16(n) }
	list := u24(len(cert)) + cert
	return []flowtest.Say{flowtest.Up(record(22, hello(msgClientHello, serverName))),
		flowtest.Down(record(22, hello(msgServerHello, "")+message(msgCertificate, u24(len(list))+list)))}
}

func TestOddCertificates(t *testing.T) {
	valid := der(when, "200101000000Z") + der(when, "300101000000Z")
	signed := der(bits, "\x00s")
	extension := func(in ...string) string { return der(0xa3, der(sequence, der(sequence, in...))) }
	for name, c := range map[string]struct{ cert, want string }{
		"sound":                {certificate(named("www"), valid, extension("\x06\x03\x55\x1d\x13", "\x01\x01\xff", der(4, "\x30\x00")), signed), ""},
		"no extensions":        {certificate(named("www"), valid, "", signed), ""},
		"no names":             {certificate(der(sequence), valid, "", signed), ""},
		"extension of nothing": {certificate(named("www"), valid, extension("\x06\x03\x55\x1d\x13"), signed), "tls.certificate_invalid_extensions"},
		"name of wrong text":   {certificate(named("\xff\xfe"), valid, "", signed), "tls.certificate_invalid_subject"},
		"name without type":    {certificate(der(sequence, der(set, der(sequence))), valid, "", signed), "tls.certificate_invalid_subject"},
		"no such time":         {certificate(named("www"), der(when, "201301000000Z")+der(when, "300101000000Z"), "", signed), "tls.certificate_invalid_validity"},
		"not signed":           {certificate(named("www"), valid, "", ""), "tls.certificate_invalid_der"},
		"more behind it":       {certificate(named("www"), valid, "", signed+der(bits, "\x00t")), "tls.certificate_invalid_der"},
	} {
		var want []string
		if c.want != "" {
			want = []string{c.want}
		}
		if got := flowtest.Odd(t, 8443, false, sends(c.cert), Protocol); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

func TestOddAlerts(t *testing.T) {
	client := flowtest.Up(record(22, hello(msgClientHello, serverName)))
	ssl2 := flowtest.Up("\x80\x1c\x01\x00\x02\x00\x03\x00\x00\x00\x10\x01\x00\x80" + strings.Repeat("c", 16))
	for name, c := range map[string]struct {
		says []flowtest.Say
		want []string
	}{
		"refused":        {[]flowtest.Say{client, flowtest.Down(record(21, "\x02\x28"))}, nil},
		"warned":         {[]flowtest.Say{client, flowtest.Down(record(21, "\x01\x70"))}, nil},
		"no such level":  {[]flowtest.Say{client, flowtest.Down(record(21, "\x03\x28"))}, []string{"tls.invalid_alert_message"}},
		"too long":       {[]flowtest.Say{client, flowtest.Down(record(21, "\x02\x28x"))}, []string{"tls.invalid_alert_message"}},
		"sealed":         {[]flowtest.Say{client, flowtest.Down(record(22, hello(msgServerHello, "")) + record(20, "\x01") + record(21, strings.Repeat("s", 26)))}, nil},
		"SSL 2: refused": {[]flowtest.Say{ssl2, flowtest.Down("\x80\x03\x00\x00\x01")}, []string{"tls.error_message_encountered"}},
	} {
		if got := flowtest.Odd(t, 8443, false, c.says, Protocol); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
