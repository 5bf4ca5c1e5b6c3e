package main

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-smtp"
)

// demoPost is the demo's mail server: it takes what Yagura sends, keeps it in a directory and says that it came.
type demoPost struct {
	dir    string
	say    *teller
	server *smtp.Server
	port   int

	mu sync.Mutex
	n  int
}

// openPost listens on a free port of this machine's own address.
func openPost(dir string, say *teller) (*demoPost, error) {
	p := &demoPost{dir: dir, say: say}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("demo: %w", err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("demo: mail: %w", err)
	}
	p.port = l.Addr().(*net.TCPAddr).Port
	p.server = smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return postSession{p}, nil }))
	p.server.Domain, p.server.MaxMessageBytes = "localhost", 4<<20
	p.server.ReadTimeout, p.server.WriteTimeout = 10*time.Second, 10*time.Second
	go func() { _ = p.server.Serve(l) }()
	return p, nil
}

func (p *demoPost) close() { _ = p.server.Close() }

// take keeps one mail, as it came and as text.
func (p *demoPost) take(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	subject, text, err := readMail(string(raw))
	if err != nil {
		return err
	}
	p.mu.Lock()
	p.n++
	path := filepath.Join(p.dir, fmt.Sprint(p.n))
	p.mu.Unlock()
	p.say.line("   📨 %s %s", time.Now().In(jst).Format("15:04:05"), fmt.Sprintf(wordsMail, subject))
	return errors.Join(os.WriteFile(path+".eml", raw, 0o600), os.WriteFile(path+".txt", []byte(text), 0o600))
}

// readMail gives the subject and the plain text of a mail.
func readMail(raw string) (subject, text string, err error) {
	m, err := mail.ReadMessage(strings.NewReader(raw))
	if err != nil {
		return "", "", err
	}
	subject, err = new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil {
		return "", "", err
	}
	text, err = plainText(m.Header.Get("Content-Type"), m.Header.Get("Content-Transfer-Encoding"), m.Body)
	return subject, text, err
}

// plainText finds the first text/plain part.
func plainText(kind, encoding string, body io.Reader) (string, error) {
	media, params, err := mime.ParseMediaType(kind)
	if err != nil {
		return "", err
	}
	if !strings.HasPrefix(media, "multipart/") {
		return decodeText(media, encoding, body)
	}
	parts := multipart.NewReader(body, params["boundary"])
	for {
		part, err := parts.NextRawPart()
		if err != nil {
			return "", fmt.Errorf("no plain text: %w", err)
		}
		text, err := plainText(part.Header.Get("Content-Type"), part.Header.Get("Content-Transfer-Encoding"), part)
		if err == nil {
			return text, nil
		}
	}
}

func decodeText(media, encoding string, body io.Reader) (string, error) {
	if media != "text/plain" {
		return "", errors.New("not plain text")
	}
	switch strings.ToLower(encoding) {
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	}
	text, err := io.ReadAll(body)
	return strings.ReplaceAll(string(text), "\r\n", "\n"), err
}

// postSession takes any mail: it comes from Yagura on this machine.
type postSession struct{ post *demoPost }

func (postSession) Reset()                               {}
func (postSession) Logout() error                        { return nil }
func (postSession) Mail(string, *smtp.MailOptions) error { return nil }
func (postSession) Rcpt(string, *smtp.RcptOptions) error { return nil }
func (s postSession) Data(r io.Reader) error             { return s.post.take(r) }
