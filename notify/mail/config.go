package mail

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/mail"
	"os"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// Config says by which server notices are mailed, and to whom.
type Config struct {
	Host string   `yaml:"host"` // smtp.town.example.lg.jp
	Port int      `yaml:"port"` // 0 = 587 (starttls), 465 (tls), 25 (none)
	TLS  string   `yaml:"tls"`  // starttls (required), try (STARTTLS where offered), tls (from the first byte) or none
	From string   `yaml:"from"` // yagura@town.example.lg.jp
	To   []string `yaml:"to"`

	User         string `yaml:"user"`          // empty = no login
	PasswordFile string `yaml:"password_file"` // its first line is the password
	PasswordEnv  string `yaml:"password_env"`  // the variable that holds it
	Auth         string `yaml:"auth"`          // plain, login or auto; empty = auto (with tls: plain)

	CAFile  string        `yaml:"ca_file"` // PEM of the authority that signed the server's certificate; empty = the system's
	Helo    string        `yaml:"helo"`    // how we greet; empty = this machine's name
	Timeout time.Duration `yaml:"timeout"` // one step of the conversation; 1 s–2 m
}

// DefaultConfig requires encryption.
func DefaultConfig() Config { return Config{TLS: "starttls", Timeout: 15 * time.Second} }

// Validate names what cannot be obeyed.
func (c *Config) Validate() error {
	var errs []error
	fail := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if c.Host == "" {
		fail("host: is empty: write the mail server's name")
	}
	if c.Port < 0 || c.Port > 65535 {
		fail("port: %d is no port: use 1 to 65535, or leave it out", c.Port)
	}
	switch c.TLS {
	case "starttls", "try", "tls", "none":
	default:
		fail("tls: %q is unknown: use starttls, try, tls or none", c.TLS)
	}
	if c.TLS == "none" && c.User != "" {
		fail("tls: none would send the password of %q readably: use starttls or tls", c.User)
	}
	switch c.Auth {
	case "", "plain", "login":
	case "auto":
		if c.TLS == "tls" {
			fail("auth: auto works with starttls only: use plain or login")
		}
	default:
		fail("auth: %q is unknown: use plain, login or auto", c.Auth)
	}
	if bad := address(c.From); bad != "" {
		fail("from: %s", bad)
	}
	if len(c.To) == 0 {
		fail("to: is empty: write at least one address")
	}
	for i, to := range c.To {
		if bad := address(to); bad != "" {
			fail("to[%d]: %s", i, bad)
		}
	}
	if c.User != "" && (c.PasswordFile == "") == (c.PasswordEnv == "") {
		fail("password_file: give the password of %q by password_file or password_env, one of them", c.User)
	}
	if c.Timeout < time.Second || c.Timeout > 2*time.Minute {
		fail("timeout: %v is out of range: use 1s to 2m", c.Timeout)
	}
	return errors.Join(errs...)
}

func address(s string) string {
	a, err := mail.ParseAddress(s)
	if err != nil || a.Address != s || strings.ContainsFunc(s, func(r rune) bool { return r > 126 }) {
		return fmt.Sprintf("%q is no mail address: write it as yagura@town.example.lg.jp", s)
	}
	return ""
}

// tlsConfig is how the server's certificate is checked.
func (c *Config) tlsConfig() (*tls.Config, error) {
	conf := &tls.Config{ServerName: c.Host, MinVersion: tls.VersionTLS12}
	if c.CAFile == "" {
		return conf, nil
	}
	pem, err := os.ReadFile(c.CAFile)
	if err != nil {
		return nil, fmt.Errorf("ca_file: %w", err)
	}
	conf.RootCAs = x509.NewCertPool()
	if !conf.RootCAs.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("ca_file: %s holds no certificate in PEM form", c.CAFile)
	}
	return conf, nil
}

func (c *Config) options(conf *tls.Config) ([]gomail.Option, error) {
	// Asking for SMTPUTF8 (RFC 6531) would make the mail bounce at the first server on its way that cannot do it;
	// our addresses and headers are plain ASCII.
	opts := []gomail.Option{gomail.WithTimeout(c.Timeout), gomail.WithTLSConfig(conf), gomail.WithPort(c.port()), gomail.WithoutNoop(), gomail.WithoutSMTPUTF8()}
	switch c.TLS {
	case "starttls":
		opts = append(opts, gomail.WithTLSPolicy(gomail.TLSMandatory))
	case "try":
		opts = append(opts, gomail.WithTLSPolicy(gomail.TLSOpportunistic))
	case "none":
		opts = append(opts, gomail.WithTLSPolicy(gomail.NoTLS))
	case "tls":
		opts = append(opts, gomail.WithSSL())
	}
	if c.Helo != "" {
		opts = append(opts, gomail.WithHELO(c.Helo))
	}
	if c.User == "" {
		return opts, nil
	}
	password, err := c.password()
	if err != nil {
		return nil, err
	}
	return append(opts, gomail.WithSMTPAuth(c.auth()), gomail.WithUsername(c.User), gomail.WithPassword(password)), nil
}

func (c *Config) auth() gomail.SMTPAuthType {
	switch {
	case c.Auth == "login":
		return gomail.SMTPAuthLogin
	case c.Auth == "plain" || c.TLS == "tls":
		return gomail.SMTPAuthPlain
	}
	return gomail.SMTPAuthAutoDiscover
}

func (c *Config) port() int {
	switch {
	case c.Port != 0:
		return c.Port
	case c.TLS == "tls":
		return 465
	case c.TLS == "none":
		return 25
	}
	return 587
}

func (c *Config) password() (string, error) {
	if c.PasswordEnv != "" {
		v, ok := os.LookupEnv(c.PasswordEnv)
		if !ok {
			return "", fmt.Errorf("password_env: the environment has no %s", c.PasswordEnv)
		}
		return v, nil
	}
	b, err := os.ReadFile(c.PasswordFile)
	if err != nil {
		return "", fmt.Errorf("password_file: %w", err)
	}
	line, _, _ := strings.Cut(string(b), "\n")
	return strings.TrimRight(line, "\r"), nil
}
