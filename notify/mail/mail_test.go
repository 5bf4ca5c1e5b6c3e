package mail

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"io"
	"math/big"
	"mime"
	"mime/multipart"
	"net"
	netmail "net/mail"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"github.com/yagura-project/yagura/notify"
	"github.com/yagura-project/yagura/notify/notifytest"
)

const password = "pa55-w0rd"

// server is a mail server with TLS and login.
type server struct {
	*smtp.Server
	port int
	ca   string // PEM file

	mu    sync.Mutex
	mode  string
	mails []mailIn
	quit  chan struct{}
}

type mailIn struct {
	from, to string
	body     string
	tls      bool
}

func newServer(t *testing.T, implicit bool) *server {
	cert, ca := certificate(t)
	s := &server{mode: "ok", ca: ca, quit: make(chan struct{})}
	s.Server = smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) { return &session{server: s, conn: c}, nil }))
	s.Domain = "localhost"
	s.TLSConfig = &tls.Config{Certificates: []tls.Certificate{cert}}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.port = l.Addr().(*net.TCPAddr).Port
	if implicit {
		l = tls.NewListener(l, s.TLSConfig)
	}
	go func() { _ = s.Serve(l) }()
	t.Cleanup(func() { close(s.quit); _ = s.Close() })
	return s
}

func certificate(t *testing.T) (tls.Certificate, string) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	tmpl := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"localhost"}, NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, file
}

func (s *server) answer(mode string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mode = mode
}

type session struct {
	*server
	conn     *smtp.Conn
	from, to string
	known    bool
}

func (s *session) AuthMechanisms() []string { return []string{sasl.Plain} }
func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, pass string) error {
		if user != "yagura" || pass != password {
			return errors.New("unknown user or password")
		}
		s.known = true
		return nil
	}), nil
}
func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	if !s.known {
		return smtp.ErrAuthRequired
	}
	s.from = from
	return nil
}
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	if strings.HasPrefix(to, "gone@") {
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such user"}
	}
	s.to = to
	return nil
}
func (s *session) Data(r io.Reader) error {
	b, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	s.mu.Lock()
	mode := s.mode
	s.mu.Unlock()
	switch mode {
	case "later":
		return &smtp.SMTPError{Code: 451, Message: "greylisted"}
	case "never":
		return &smtp.SMTPError{Code: 554, Message: "no"}
	case "hang":
		<-s.quit
	}
	_, encrypted := s.conn.TLSConnectionState()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mails = append(s.mails, mailIn{s.from, s.to, string(b), encrypted})
	return nil
}
func (s *session) Reset()        {}
func (s *session) Logout() error { return nil }

func (s *server) open(t *testing.T, change func(*Config)) notify.Sender {
	t.Helper()
	t.Setenv("YAGURA_TEST_SMTP", password)
	c := DefaultConfig()
	c.Host, c.Port, c.From, c.To, c.User, c.PasswordEnv, c.CAFile = "localhost", s.port, "yagura@town.example.lg.jp",
		[]string{"it@town.example.lg.jp"}, "yagura", "YAGURA_TEST_SMTP", s.ca
	if change != nil {
		change(&c)
	}
	out, err := Channel.Open(&c, notify.Deps{})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// read parses a mail as a mail program does.
func read(t *testing.T, m mailIn) (notifytest.Received, *netmail.Message, string) {
	t.Helper()
	msg, err := netmail.ReadMessage(strings.NewReader(m.body))
	if err != nil {
		t.Fatal(err)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(msg.Header.Get("Subject"))
	if err != nil {
		t.Fatal(err)
	}
	r := notifytest.Received{UID: msg.Header.Get("Message-Id"), Subject: subject}
	for name := range msg.Header {
		r.Headers = append(r.Headers, name)
	}
	_, params, err := mime.ParseMediaType(msg.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	html := ""
	for mr := multipart.NewReader(msg.Body, params["boundary"]); ; {
		p, err := mr.NextPart()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(base64.NewDecoder(base64.StdEncoding, p))
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case strings.HasPrefix(p.Header.Get("Content-Type"), "text/plain"):
			r.Text = string(b)
		case strings.HasPrefix(p.Header.Get("Content-Type"), "text/html"):
			html = string(b)
		}
	}
	return r, msg, html
}

func TestConformance(t *testing.T) {
	for name, c := range map[string]struct {
		implicit bool
		change   func(*Config)
	}{"starttls": {false, nil}, "tls": {true, func(c *Config) { c.TLS = "tls" }}} {
		t.Run(name, func(t *testing.T) {
			s := newServer(t, c.implicit)
			notifytest.Run(t, notifytest.Bench{
				Open: func(t *testing.T) notify.Sender { return s.open(t, c.change) },
				Got: func(t *testing.T) []notifytest.Received {
					s.mu.Lock()
					defer s.mu.Unlock()
					var out []notifytest.Received
					for _, m := range s.mails {
						r, _, _ := read(t, m)
						out = append(out, r)
					}
					return out
				},
				Answer: s.answer, Secrets: []string{password},
			})
			for _, m := range s.mails {
				if !m.tls {
					t.Error("a mail came in clear")
				}
			}
		})
	}
}

func TestTheMailItself(t *testing.T) {
	s := newServer(t, false)
	m := notifytest.Message("u")
	if err := s.open(t, nil).Send(context.Background(), m); err != nil {
		t.Fatal(err)
	}
	_, msg, html := read(t, s.mails[0])
	for name, want := range map[string]string{"Auto-Submitted": "auto-generated", "From": `"Yagura" <yagura@town.example.lg.jp>`,
		"To": "<it@town.example.lg.jp>", "Date": m.Time.Format(time.RFC1123Z)} {
		if got := msg.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if html != m.HTML || msg.Header.Get("X-Priority") == "" {
		t.Errorf("html %q, priority %q", html, msg.Header.Get("X-Priority"))
	}
	for n, line := range strings.Split(s.mails[0].body, "\r\n") {
		if len(line) > 998 { // RFC 5322 §2.1.1
			t.Errorf("line %d has %d bytes", n, len(line))
		}
	}
}

func TestOneWrongAddressKeepsNobodyElseWaiting(t *testing.T) {
	s := newServer(t, false)
	sender := s.open(t, func(c *Config) {
		c.To = []string{"a@town.example.lg.jp", "gone@town.example.lg.jp", "b@town.example.lg.jp"}
	})
	err := sender.Send(context.Background(), notifytest.Message("u"))
	if !errors.Is(err, notify.ErrPermanent) || !strings.Contains(err.Error(), "gone@") || len(s.mails) != 2 {
		t.Errorf("%v, %d mails", err, len(s.mails))
	}
}

func TestWhoHasItIsNotAskedAgain(t *testing.T) {
	s := newServer(t, false)
	sender := s.open(t, func(c *Config) { c.To = []string{"a@town.example.lg.jp", "b@town.example.lg.jp"} })
	inner := sender.(interface{ accept(uid, rcpt string) })
	inner.accept("u", "a@town.example.lg.jp") // as after an attempt that b's server put off
	if err := sender.Send(context.Background(), notifytest.Message("u")); err != nil || len(s.mails) != 1 || s.mails[0].to != "b@town.example.lg.jp" {
		t.Errorf("%v %+v", err, s.mails)
	}
}

func TestAServerWithoutEncryptionIsRefused(t *testing.T) {
	s := newServer(t, false)
	s.TLSConfig = nil
	if err := s.open(t, nil).Send(context.Background(), notifytest.Message("u")); err == nil || len(s.mails) != 0 {
		t.Errorf("%v, %d mails in clear", err, len(s.mails))
	}
}

func TestConfigNamesWhatIsWrong(t *testing.T) {
	c := Config{TLS: "none", User: "yagura", From: "Yagura", To: []string{"x"}, Port: 70000}
	err := c.Validate()
	for _, want := range []string{"host: is empty", "port: 70000", "tls: none would send the password", `from: "Yagura" is no mail address`,
		`to[0]: "x"`, "password_file: give", "timeout: 0s"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("no %q in %v", want, err)
		}
	}
}
