package tds

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/binary"
	"math/big"
	"net"
	"testing"
	"unicode/utf16"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/flowtest"
	"github.com/yagura-project/yagura/event"
)

// packet writes one of MS-TDS §2.2.3.
func packet(kind, status byte, payload string) string {
	b := binary.BigEndian.AppendUint16([]byte{kind, status}, uint16(headLen+len(payload)))
	return string(append(b, 0, 0, 1, 0)) + payload
}

// wide is text in UTF-16LE.
func wide(s string) string {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return string(b)
}

// errorToken writes ERROR of §2.2.7.10.
func errorToken(number uint32, words string) string {
	b := binary.LittleEndian.AppendUint32(nil, number)
	b = append(b, 1, 14)
	b = binary.LittleEndian.AppendUint16(b, uint16(len(utf16.Encode([]rune(words)))))
	return token(tokenError, string(b)+wide(words)+"\x00\x00\x01\x00\x00\x00")
}

func token(kind byte, v string) string {
	return string(binary.LittleEndian.AppendUint16([]byte{kind}, uint16(len(v)))) + v
}

const (
	loginAck = "\x01\x74\x00\x00\x04\x00\x0f\x00\x10\x29"
	done     = "\xfd\x02\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
	ask      = "\x00\x00\x0b\x00\x06\x01\x00\x11\x00\x01\xff\x0f\x00\x10\x29\x00\x00\x00"
)

// taped is one end of a pipe that keeps what is written.
type taped struct {
	net.Conn
	dir  dissect.Dir
	says *[]flowtest.Say
}

func (c taped) Write(b []byte) (int, error) {
	*c.says = append(*c.says, flowtest.Say{Dir: c.dir, B: string(b)}) // the sides take turns
	return c.Conn.Write(b)
}

// shaken is a handshake of TLS 1.2 with a server whose certificate is for db01.example.
func shaken(t *testing.T) (says []flowtest.Say) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	made, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{SerialNumber: big.NewInt(7), Subject: pkix.Name{CommonName: "db01.example"}},
		&x509.Certificate{SerialNumber: big.NewInt(7), Subject: pkix.Name{CommonName: "db01.example"}}, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	a, b := net.Pipe()
	server := tls.Server(taped{b, dissect.Resp, &says}, &tls.Config{MaxVersion: tls.VersionTLS12, Certificates: []tls.Certificate{{Certificate: [][]byte{made}, PrivateKey: key}}})
	over := make(chan error, 1)
	go func() { over <- server.Handshake() }()
	client := tls.Client(taped{a, dissect.Orig, &says}, &tls.Config{ServerName: "db01.example", InsecureSkipVerify: true, MaxVersion: tls.VersionTLS12})
	if err := client.Handshake(); err != nil {
		t.Fatal(err)
	}
	if err := <-over; err != nil {
		t.Fatal(err)
	}
	return says
}

// within puts a handshake into PRELOGIN packets, each of its flights into two.
func within(t *testing.T) []flowtest.Say {
	out := []flowtest.Say{flowtest.Up(packet(typePrelogin, 1, ask)), flowtest.Down(packet(typeResponse, 1, ask))}
	for _, s := range shaken(t) {
		half := len(s.B) / 2
		out = append(out, flowtest.Say{Dir: s.Dir, B: packet(typePrelogin, 0, s.B[:half]) + packet(typePrelogin, 1, s.B[half:])})
	}
	return append(out, flowtest.Up("\x17\x03\x03\x00\x10"+string(bytes.Repeat([]byte{0x42}, 16))))
}

func events(says []flowtest.Say) (logons []*event.Authentication, told []*event.AppActivity, end *event.NetworkActivity) {
	for _, e := range flowtest.Detailed(1433, false, says, Protocol) {
		switch e := e.(type) {
		case *event.Authentication:
			logons = append(logons, e)
		case *event.AppActivity:
			told = append(told, e)
		case *event.NetworkActivity:
			end = e
		}
	}
	return logons, told, end
}

// TestHandshakeWithin wants the names and fingerprints of TLS, whose handshake stands within packets.
func TestHandshakeWithin(t *testing.T) {
	_, told, end := events(append(within(t), flowtest.Down("\x17\x03\x03\x00\x04abcd")))
	if end == nil || end.App != "tds" || end.TLS == nil || end.TLS.SNI != "db01.example" || end.TLS.JA3 == "" || end.TLS.JA4 == "" || end.TLS.JA3S == "" ||
		end.TLS.Certificate == nil || end.TLS.Certificate.Subject == "" {
		t.Fatalf("%+v", end)
	}
	if len(told) != 1 || told[0].Attr("encryption") != "TLS" || told[0].Attr("result") != "" {
		t.Fatalf("%+v", told)
	}
}

// TestOutcomeBehindTLS: where only the log-on is encrypted, the answer says what came of it, and whose it was.
func TestOutcomeBehindTLS(t *testing.T) {
	refusal := packet(typeResponse, 1, errorToken(loginFailed, "ユーザー 'sa' はログインできませんでした。")+done)
	logons, told, _ := events(append(within(t), flowtest.Down(refusal)))
	if len(logons) != 1 || logons[0].User != "sa" || !logons[0].Answered || logons[0].Success {
		t.Errorf("refused: %+v", logons)
	}
	if len(told) != 1 || told[0].Attr("result") != "failed" || told[0].Attr("error") != "18456" {
		t.Errorf("refused: %+v", told)
	}
	for words, want := range map[string]string{"Échec de l'ouverture de session de l'utilisateur 'TOWN\\sato'.": `TOWN\sato`, "Login failed for user 'O'Brien'.": "O'Brien", "Login failed for user ''.": "", "Login failed.": ""} {
		logons, _, _ = events(append(within(t), flowtest.Down(packet(typeResponse, 1, errorToken(loginFailed, words)+done))))
		if got := len(logons); got > 1 || (got == 1) != (want != "") || got == 1 && logons[0].User != want {
			t.Errorf("%s: %+v", words, logons)
		}
	}
	logons, told, _ = events(append(within(t), flowtest.Down(packet(typeResponse, 1, token(tokenLogin, loginAck)+done))))
	if len(logons) != 0 || len(told) != 1 || told[0].Attr("result") != "ok" {
		t.Errorf("let in: %+v %+v", logons, told)
	}
}

// login writes LOGIN7 of a user, without anything else.
func login(user string) string {
	b := make([]byte, 94)
	binary.LittleEndian.PutUint32(b, uint32(len(b)+2*len(user)))
	binary.LittleEndian.PutUint16(b[atUser:], uint16(len(b)))
	binary.LittleEndian.PutUint16(b[atUser+2:], uint16(len(user)))
	return packet(typeLogin, 1, string(b)+wide(user))
}

// TestNotRefused: an answer that asks for more, or that cannot be read, refuses nobody.
func TestNotRefused(t *testing.T) {
	asks := packet(typeResponse, 1, "\xee\x08\x00\x00\x00\x00\x00\x00\x00abcd"+done) // FEDAUTHINFO
	for name, says := range map[string][]flowtest.Say{
		"unreadable": {flowtest.Down(packet(typeResponse, 1, "\xfe"+done))},
		"asked":      {flowtest.Down(asks)},
	} {
		logons, _, _ := events(append([]flowtest.Say{flowtest.Up(login("sato"))}, says...))
		if len(logons) != 1 || logons[0].Answered {
			t.Errorf("%s: %+v", name, logons)
		}
	}
	logons, _, _ := events([]flowtest.Say{flowtest.Up(login("sato")), flowtest.Down(asks), flowtest.Up(packet(0x08, 1, "token")),
		flowtest.Down(packet(typeResponse, 1, token(tokenLogin, loginAck)+done))})
	if len(logons) != 1 || !logons[0].Answered || !logons[0].Success {
		t.Errorf("let in by a token: %+v", logons)
	}
}
