package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"time"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"

	"github.com/yagura-project/yagura/act"
)

// call is an open conversation with one switch.
type call struct {
	*talk
	client *ssh.Client
	idle   *time.Timer // hangs up when nobody has asked for long: a switch has few terminals
}

func (c *call) close() { _ = c.client.Close() }

// dial opens a terminal on the switch. Its key must stand in the known_hosts file.
func dial(ctx context.Context, s Switch, d *dialect, patient time.Duration) (*call, error) {
	cfg, err := sshConfig(s)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, patient)
	defer cancel()
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", s.Address)
	if err != nil {
		return nil, err
	}
	// The handshake has no context of its own: closing the connection ends it.
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	sc, chans, reqs, err := ssh.NewClientConn(conn, s.Address, cfg)
	if err != nil {
		return nil, errors.Join(whoIsIt(err, s), ctx.Err(), ignoreClosed(conn.Close()))
	}
	client := ssh.NewClient(sc, chans, reqs)
	t, err := terminal(client, d, patient)
	if err == nil {
		err = t.login(ctx, s)
	}
	if !stop() && err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return nil, errors.Join(err, ignoreClosed(client.Close()))
	}
	return &call{talk: t, client: client}, nil
}

func (t *talk) login(ctx context.Context, s Switch) error {
	if s.PasswordFile != "" {
		if w, err := act.Secret("password_file", s.PasswordFile); err == nil {
			t.secrets = append(t.secrets, w)
		}
	}
	enable := ""
	if s.EnableFile != "" {
		var err error
		if enable, err = act.Secret("enable_file", s.EnableFile); err != nil {
			return err
		}
	}
	return t.begin(ctx, enable)
}

// terminal asks for a wide terminal that echoes and starts the command line on it.
func terminal(client *ssh.Client, d *dialect, patient time.Duration) (*talk, error) {
	session, err := client.NewSession()
	if err != nil {
		return nil, err
	}
	in, err := session.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := session.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := session.RequestPty("vt100", 0, 511, ssh.TerminalModes{ssh.ECHO: 1}); err != nil {
		return nil, err
	}
	if err := session.Shell(); err != nil {
		return nil, err
	}
	return &talk{d: d, out: in, in: pump(out), patient: patient}, nil
}

// pump hands over what is read, one piece at a time: a device that talks on while nobody listens is held back by SSH's window.
// It ends with the connection; who no longer listens closes that.
func pump(r io.Reader) <-chan []byte {
	ch := make(chan []byte)
	go func() {
		defer close(ch)
		for {
			b := make([]byte, 4096)
			n, err := r.Read(b)
			if n > 0 {
				select {
				case ch <- b[:n]:
				case <-time.After(maxIdle):
					return
				}
			}
			if err != nil {
				return
			}
		}
	}()
	return ch
}

func sshConfig(s Switch) (*ssh.ClientConfig, error) {
	check, err := knownhosts.New(s.KnownHosts)
	if err != nil {
		return nil, fmt.Errorf("known_hosts: %w: make it with ssh-keyscan and compare the fingerprint with the one that the switch shows on its console", err)
	}
	var auth []ssh.AuthMethod
	if s.KeyFile != "" {
		text, err := os.ReadFile(s.KeyFile)
		if err != nil {
			return nil, fmt.Errorf("key_file: %w", err)
		}
		signer, err := ssh.ParsePrivateKey(text)
		if err != nil {
			return nil, fmt.Errorf("key_file %s: %w", s.KeyFile, err)
		}
		auth = append(auth, ssh.PublicKeys(signer))
	}
	if s.PasswordFile != "" {
		word, err := act.Secret("password_file", s.PasswordFile)
		if err != nil {
			return nil, err
		}
		auth = append(auth, ssh.Password(word), ssh.KeyboardInteractive(answerHidden(word)))
	}
	cfg := &ssh.ClientConfig{User: s.User, Auth: auth, HostKeyCallback: check, HostKeyAlgorithms: pinned(check, s.Address)}
	if s.Legacy {
		old, all := ssh.InsecureAlgorithms(), ssh.SupportedAlgorithms()
		cfg.KeyExchanges = append(all.KeyExchanges, old.KeyExchanges...)
		cfg.Ciphers = append(all.Ciphers, old.Ciphers...)
		cfg.MACs = append(all.MACs, old.MACs...)
	}
	return cfg, nil
}

// answerHidden answers the one hidden question of keyboard-interactive (RFC 4256 §3.2), and no other.
func answerHidden(word string) ssh.KeyboardInteractiveChallenge {
	return func(_, _ string, questions []string, echos []bool) ([]string, error) {
		out := make([]string, len(questions))
		for i := range questions {
			if echos[i] || i > 0 {
				return nil, errors.New("the switch asks more than a password")
			}
			out[i] = word
		}
		return out, nil
	}
}

// pinned asks for the kinds of key that stand in the file: a switch may have others, which nobody compared.
func pinned(check ssh.HostKeyCallback, address string) []string {
	var known *knownhosts.KeyError
	if err := check(address, &net.TCPAddr{IP: net.IPv4zero}, nobody{}); !errors.As(err, &known) {
		return nil
	}
	var out []string
	for _, k := range known.Want {
		kind := k.Key.Type()
		if kind == ssh.KeyAlgoRSA {
			out = append(out, ssh.KeyAlgoRSASHA512, ssh.KeyAlgoRSASHA256)
		}
		out = append(out, kind)
	}
	return out
}

// nobody is a key that no file has.
type nobody struct{}

func (nobody) Type() string                        { return "nobody" }
func (nobody) Marshal() []byte                     { return []byte("nobody") }
func (nobody) Verify([]byte, *ssh.Signature) error { return errors.New("nobody") }

// whoIsIt says what a wrong key means.
func whoIsIt(err error, s Switch) error {
	var k *knownhosts.KeyError
	switch {
	case errors.As(err, &k) && len(k.Want) == 0:
		return fmt.Errorf("%w: the key of %s does not stand in %s: compare it on the switch's console and add it", err, s.Address, s.KnownHosts)
	case errors.As(err, &k):
		return fmt.Errorf("%w: %s shows another key than %s says: the switch was replaced, or somebody stands between; nothing was sent", err, s.Address, s.KnownHosts)
	}
	return err
}

func ignoreClosed(err error) error {
	if errors.Is(err, net.ErrClosed) || errors.Is(err, io.EOF) {
		return nil
	}
	return err
}
