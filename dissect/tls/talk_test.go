package tls

import (
	"encoding/binary"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/flowtest"
)

// record writes a record (RFC 5246 §6.2.1), message a handshake message (§7.4).
func record(typ byte, body string) string {
	return string([]byte{typ, 3, 1, byte(len(body) >> 8), byte(len(body))}) + body
}

func message(typ byte, body string) string {
	return string([]byte{typ, 0, byte(len(body) >> 8), byte(len(body))}) + body
}

func u16(n int) string { return string(binary.BigEndian.AppendUint16(nil, uint16(n))) }

func hello(typ byte, extensions string) string {
	ciphers := "\x00\x02\x00\x2f\x01\x00"
	if typ == msgServerHello {
		ciphers = "\x00\x2f\x00"
	}
	return message(typ, "\x03\x01"+strings.Repeat("r", 32)+"\x00"+ciphers+u16(len(extensions))+extensions)
}

const serverName = "\x00\x00\x00\x0f\x00\x0d\x00\x00\x0aTown.lg.jp" // server_name (RFC 6066 §3)

// talks are conversations that no recording holds.
func talks() map[string][]flowtest.Say {
	client, server := hello(msgClientHello, serverName), hello(msgServerHello, "")
	return map[string][]flowtest.Say{
		// A ClientHello over two records, cut within its header (RFC 5246 §6.2.1), and the server's messages in one.
		"fragments": {flowtest.Up(record(22, client[:3]) + record(22, client[3:])),
			flowtest.Down(record(22, server+message(msgCertificate, "\x00\x00\x00")+message(msgServerKeyExchange, "x")+message(14, ""))),
			flowtest.Up(record(22, message(msgClientKeyExchange, "x")) + record(20, "\x01"))},
		// RFC 5246 appendix E.2.
		"sslv2-upgrade": {flowtest.Up("\x80\x1c\x01\x03\x01\x00\x03\x00\x00\x00\x10\x00\x00\x2f" + strings.Repeat("c", 16)), flowtest.Down(record(22, server))},
		"sslv2": {flowtest.Up("\x80\x1c\x01\x00\x02\x00\x03\x00\x00\x00\x10\x01\x00\x80" + strings.Repeat("c", 16)),
			flowtest.Down("\x80\x0e\x04\x00\x01\x00\x02\x00\x00\x00\x03\x00\x00\x01\x00\x80")},
		// RFC 6520 §4: a payload length beyond the record (CVE-2014-0160), and the answer that gives more than was asked with.
		"heartbleed": {flowtest.Up(record(22, client)), flowtest.Down(record(22, server)), flowtest.Up(record(24, "\x01\x40\x00")),
			flowtest.Down(record(24, "\x02\x40\x00"+strings.Repeat("m", 200)))},
		"sni-twice":   {flowtest.Up(record(22, hello(msgClientHello, serverName+serverName))), flowtest.Down(record(21, "\x02\x28"))},
		"sni-type":    {flowtest.Up(record(22, hello(msgClientHello, "\x00\x00\x00\x04\x00\x02\x01\x00")))},
		"sni-length":  {flowtest.Up(record(22, hello(msgClientHello, "\x00\x00\x00\x05\x00\x03\x00\x00\x09")))},
		"broken":      {flowtest.Up(record(22, message(msgClientHello, "\x03\x01short")))},
		"record-type": {flowtest.Up(record(22, client)), flowtest.Down("\x99\x03\x01\x00\x01x")},
		"version":     {flowtest.Up(record(22, client)), flowtest.Down("\x16\x09\x01\x00\x01x")},
		"certificate": {flowtest.Up(record(22, client)), flowtest.Down(record(22, server+message(msgCertificate, "\x00\x00\x07\x00\x00\x04\x30\x02\x05\x00")))},
		// RFC 5246 §7.4.6: the client proves who it is, too.
		"client-certificate": {flowtest.Up(record(22, client)), flowtest.Down(record(22, server+message(msgCertificate, "\x00\x00\x07\x00\x00\x04\x30\x02\x05\x00")+message(14, ""))),
			flowtest.Up(record(22, message(msgCertificate, "\x00\x00\x07\x00\x00\x04\x30\x02\x05\x01")) + record(20, "\x01"))},
		"chain": {flowtest.Up(record(22, client)), flowtest.Down(record(22, server+message(msgCertificate, "\x00\x00\x05\x00\x00\x09\x30\x02")))},
	}
}

func TestTalk(t *testing.T) {
	for name, says := range talks() {
		flowtest.Talk(t, name, 8443, false, says, Protocol)
	}
}

// TestFields shows what rules see of recordings of curl, openssl and python against nginx, and of a client with a certificate.
func TestFields(t *testing.T) {
	flowtest.GoldenFields(t, flowtest.Captures+"tls-clients.pcap.gz", Protocol)
	flowtest.GoldenFields(t, "testdata/client-certificate.pcap.gz", Protocol)
}

func TestCertificatesOfBothSides(t *testing.T) {
	f := &dissect.Flow{}
	p := Protocol.Stream(f)
	for _, s := range talks()["client-certificate"] {
		if _, err := p.Data(s.Dir, []byte(s.B)); err != nil && err != dissect.ErrOpaque {
			t.Fatal(err)
		}
	}
	p.Close()
	told := f.TLS()
	if told == nil || told.Certificate == nil || told.Client == nil {
		t.Fatalf("%+v", told)
	}
	if d := cmp.Diff([]string{"5e9d33273365c3fb088f091229020d12357aed65", "f69fc56b4db18154ff9c53194a0fed019d363b52"}, []string{told.Certificate.SHA1, told.Client.SHA1}); d != "" {
		t.Error(d)
	}
}
