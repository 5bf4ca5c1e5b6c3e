// Package syslog receives log messages of other systems over UDP, TCP and TLS, and keeps each on disk until it has been judged.
package syslog

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Config is where messages come in, from whom, and how much may wait.
type Config struct {
	UDP       []string      `yaml:"udp"`        // addresses to listen on: 0.0.0.0:514
	TCP       []string      `yaml:"tcp"`        // 0.0.0.0:601 (RFC 6587: octet counts and line ends)
	TLS       []string      `yaml:"tls"`        // 0.0.0.0:6514 (RFC 5425)
	Cert      string        `yaml:"cert"`       // PEM file of the certificate for tls
	Key       string        `yaml:"key"`        // PEM file of its key
	ClientCA  string        `yaml:"client_ca"`  // PEM file; senders over tls must show a certificate of it. empty = any sender of a known address
	Zone      string        `yaml:"time_zone"`  // of times that name none
	Sources   []Source      `yaml:"sources"`    // who may send; all others are refused and counted
	Buffer    int           `yaml:"buffer"`     // receive buffer of udp, in MiB; 1–256
	Spool     int           `yaml:"spool"`      // messages that wait on disk, in MiB; beyond it tcp and tls wait, udp is lost and counted. 16–65536
	Longest   int           `yaml:"longest"`    // a longer message is malformed, in KiB; 2–1024
	Clients   int           `yaml:"clients"`    // connections at once; 1–10000
	Idle      time.Duration `yaml:"idle"`       // a connection that says nothing for so long is closed; 1m–24h
	ClockSkew time.Duration `yaml:"clock_skew"` // a sender whose clock is further off is named in status; 1s–24h
	Malformed int           `yaml:"malformed"`  // messages that could not be read are kept with the reason in a file of this size, in MiB; 1–1024
}

// Source is one sender.
type Source struct {
	Name      string   `yaml:"name"`      // short, for rules: ddi
	Title     string   `yaml:"title"`     // for people: 振る舞い検知（本庁）
	From      []string `yaml:"from"`      // its addresses: 10.0.0.5 or 10.0.0.0/28
	Hosts     []string `yaml:"hosts"`     // host names in its messages, where a relay sends for several; empty = any
	Format    string   `yaml:"format"`    // cef, leef, tmef, keyvalue, columns or regex
	Charset   string   `yaml:"charset"`   // utf-8, shift_jis, euc-jp, iso-2022-jp or auto
	Zone      string   `yaml:"time_zone"` // of its times; empty = that above
	Pattern   string   `yaml:"pattern"`   // for regex: an expression with groups named src, dst, name, severity …
	Columns   []string `yaml:"columns"`   // for columns: their names in order, - for one of no interest
	Separator string   `yaml:"separator"` // for columns: one character; empty = comma
}

// DefaultConfig listens nowhere.
func DefaultConfig() Config {
	return Config{Zone: "Asia/Tokyo", Buffer: 8, Spool: 512, Longest: 64, Clients: 256, Idle: time.Hour, ClockSkew: 5 * time.Minute, Malformed: 8}
}

// Enabled reports whether it listens anywhere.
func (c Config) Enabled() bool { return len(c.UDP)+len(c.TCP)+len(c.TLS) > 0 }

// Formats are those that a source may have.
var Formats = []string{"cef", "leef", "tmef", "keyvalue", "columns", "regex"}

// Validate names every setting that cannot be obeyed.
func (c Config) Validate() error {
	var errs []error
	fail := func(ok bool, format string, args ...any) {
		if !ok {
			errs = append(errs, fmt.Errorf(format, args...))
		}
	}
	between := func(field string, v, low, high int) {
		fail(v >= low && v <= high, "%s: %d is out of range: use %d to %d", field, v, low, high)
	}
	between("buffer", c.Buffer, 1, 256)
	between("spool", c.Spool, 16, 65536)
	between("longest", c.Longest, 2, 1024)
	between("clients", c.Clients, 1, 10_000)
	between("malformed", c.Malformed, 1, 1024)
	fail(c.Idle >= time.Minute && c.Idle <= 24*time.Hour, "idle: %v is out of range: use 1m to 24h", c.Idle)
	fail(c.ClockSkew >= time.Second && c.ClockSkew <= 24*time.Hour, "clock_skew: %v is out of range: use 1s to 24h", c.ClockSkew)
	_, err := time.LoadLocation(c.Zone)
	fail(err == nil, "time_zone: %q is not known: write Asia/Tokyo or UTC", c.Zone)
	for _, l := range []struct {
		field string
		list  []string
	}{{"udp", c.UDP}, {"tcp", c.TCP}, {"tls", c.TLS}} {
		for i, a := range l.list {
			_, err := netip.ParseAddrPort(a)
			fail(err == nil, "%s[%d]: %q is no address with a port: write 0.0.0.0:514", l.field, i, a)
		}
	}
	if len(c.TLS) > 0 {
		_, err := c.tls()
		fail(err == nil, "tls: %v", err)
	}
	fail(!c.Enabled() || len(c.Sources) > 0, "sources: is empty: nobody may send; name at least one sender")
	return errors.Join(append(errs, c.checkSources()...)...)
}

func (c Config) checkSources() (errs []error) {
	seen := map[string]bool{}
	for i, s := range c.Sources {
		at := fmt.Sprintf("sources[%d]", i)
		if s.Name == "" || seen[s.Name] {
			errs = append(errs, fmt.Errorf("%s.name: %q is empty or given twice", at, s.Name))
		}
		seen[s.Name] = true
		if !slices.Contains(Formats, s.Format) {
			errs = append(errs, fmt.Errorf("%s.format: %q is not known: use %s", at, s.Format, strings.Join(Formats, ", ")))
		}
		if len(s.From) == 0 {
			errs = append(errs, fmt.Errorf("%s.from: is empty: write the sender's address", at))
		}
		for j, f := range s.From {
			if _, err := network(f); err != nil {
				errs = append(errs, fmt.Errorf("%s.from[%d]: %w", at, j, err))
			}
		}
		if _, err := time.LoadLocation(s.Zone); err != nil {
			errs = append(errs, fmt.Errorf("%s.time_zone: %q is not known: write Asia/Tokyo or UTC", at, s.Zone))
		}
		if s.Format == "columns" && len(s.Columns) == 0 || s.Format == "regex" && s.Pattern == "" {
			errs = append(errs, fmt.Errorf("%s: format %s needs %s", at, s.Format, map[string]string{"columns": "columns", "regex": "pattern"}[s.Format]))
		}
	}
	return errs
}

// network reads 10.0.0.5 or 10.0.0.0/28.
func network(s string) (netip.Prefix, error) {
	if p, err := netip.ParsePrefix(s); err == nil {
		return p.Masked(), nil
	}
	a, err := netip.ParseAddr(s)
	if err != nil {
		return netip.Prefix{}, fmt.Errorf("%q is neither an address nor a network: write 10.0.0.5 or 10.0.0.0/28", s)
	}
	a = a.Unmap()
	return netip.PrefixFrom(a, a.BitLen()), nil
}

// Low reports whether a port below 1024 is listened on, which needs a capability.
func (c Config) Low() bool {
	return slices.ContainsFunc(slices.Concat(c.UDP, c.TCP, c.TLS), func(a string) bool {
		_, port, err := net.SplitHostPort(a)
		n, err2 := strconv.Atoi(port)
		return err == nil && err2 == nil && n > 0 && n < 1024
	})
}

// tls is the server's side of RFC 5425: TLS 1.2 or later, the sender's certificate where client_ca is given.
func (c Config) tls() (*tls.Config, error) {
	if c.Cert == "" || c.Key == "" {
		return nil, errors.New("cert and key are needed: name PEM files")
	}
	pair, err := tls.LoadX509KeyPair(c.Cert, c.Key)
	if err != nil {
		return nil, err
	}
	out := &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}
	if c.ClientCA != "" {
		pem, err := os.ReadFile(c.ClientCA)
		if err != nil {
			return nil, err
		}
		out.ClientCAs, out.ClientAuth = x509.NewCertPool(), tls.RequireAndVerifyClientCert
		if !out.ClientCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("client_ca: no certificate in %s", c.ClientCA)
		}
	}
	return out, nil
}
