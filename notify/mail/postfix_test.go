package mail

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/yagura-project/yagura/notify"
	"github.com/yagura-project/yagura/notify/notifytest"
)

// postfix runs a Postfix of its own, which keeps mail for town.example.lg.jp, and gives its port.
func postfix(t *testing.T, dir, ca string) int {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("needs root: Postfix starts as root")
	}
	if _, err := exec.LookPath("postfix"); err != nil {
		t.Skip("needs postfix: apt-get install postfix")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	_ = l.Close()
	main := fmt.Sprintf(`compatibility_level = 3.6
queue_directory = %[1]s/queue
data_directory = %[1]s/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
myhostname = mail.town.example.lg.jp
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mydestination =
alias_maps =
virtual_mailbox_domains = town.example.lg.jp
virtual_mailbox_base = %[1]s
virtual_mailbox_maps = inline:{it@town.example.lg.jp=mail/}
virtual_uid_maps = static:65534
virtual_gid_maps = static:65534
smtpd_recipient_restrictions = reject_unauth_destination
smtpd_tls_chain_files = %[2]s
smtpd_tls_security_level = encrypt
maillog_file = %[1]s/log
maillog_file_prefixes = /tmp, /var
`, dir, ca)
	master := fmt.Sprintf("127.0.0.1:%d inet n - n - - smtpd\n", port) + `pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
error unix - - n - - error
virtual unix - n n - - virtual
proxymap unix - - n - - proxymap
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
`
	for name, text := range map[string]string{"main.cf": main, "master.cf": master} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, sub := range []string{"queue", "data", "mail"} {
		if err := os.Mkdir(filepath.Join(dir, sub), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	_ = os.Chown(filepath.Join(dir, "mail"), 65534, 65534)
	if out, err := exec.Command("chown", "postfix", filepath.Join(dir, "data")).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if out, err := exec.Command("postfix", "-c", dir, "start").CombinedOutput(); err != nil {
		t.Skipf("this machine's Postfix does not start: %v\n%s", err, out)
	}
	t.Cleanup(func() { _ = exec.Command("postfix", "-c", dir, "stop").Run() })
	return port
}

// A notice goes through a real Postfix, encrypted, into a mailbox, and is whole there.
func TestThroughPostfix(t *testing.T) {
	dir, err := os.MkdirTemp("", "ygr-postfix-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	cert, ca := certificate(t)
	chain := filepath.Join(dir, "chain.pem")
	key, err := x509.MarshalPKCS8PrivateKey(cert.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	both := append(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key}),
		pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Certificate[0]})...)
	if err := os.WriteFile(chain, both, 0o600); err != nil {
		t.Fatal(err)
	}
	c := DefaultConfig()
	c.Host, c.Port, c.CAFile = "localhost", postfix(t, dir, chain), ca
	c.From, c.To = "yagura@town.example.lg.jp", []string{"it@town.example.lg.jp", "nobody@town.example.lg.jp"}
	s, err := Channel.Open(&c, notify.Deps{})
	if err != nil {
		t.Fatal(err)
	}
	m := notifytest.Message("u-postfix")
	err = s.Send(context.Background(), m)
	if !errors.Is(err, notify.ErrPermanent) || !strings.Contains(err.Error(), "nobody@town.example.lg.jp") {
		log, _ := os.ReadFile(filepath.Join(dir, "log"))
		t.Fatalf("the unknown recipient is to be named: %v\n%s", err, log)
	}
	body := mailbox(t, filepath.Join(dir, "mail", "new"))
	got, msg, html := read(t, mailIn{body: body})
	if got.Subject != m.Subject || strings.ReplaceAll(got.Text, "\r\n", "\n") != m.Text || html != m.HTML {
		t.Errorf("the mail in the mailbox is another: %q\n%.300s", got.Subject, got.Text)
	}
	if !strings.Contains(msg.Header.Get("Received"), "with ESMTPS") || !strings.HasPrefix(got.UID, "<yagura-") {
		t.Errorf("received %q, id %q", msg.Header.Get("Received"), got.UID)
	}
}

func mailbox(t *testing.T, dir string) string {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		files, _ := filepath.Glob(filepath.Join(dir, "*"))
		if len(files) == 1 {
			b, err := os.ReadFile(files[0])
			if err != nil {
				t.Fatal(err)
			}
			return string(b)
		}
	}
	t.Fatal("no mail came into the mailbox")
	return ""
}
