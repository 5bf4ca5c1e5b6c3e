package radius

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/yagura-project/yagura/act"
)

// site is the real FreeRADIUS with Yagura's policy, private to a test.
type site struct {
	dir        string
	auth, acct int
	cfg        Config
	server     *exec.Cmd
}

const sharedSecret = "town-s3cret"

// radiusd is a small FreeRADIUS; the policy comes in by the two files that Yagura writes, as the package comment says.
const radiusd = `
prefix = /usr
name = yagura-test
logdir = @DIR@
run_dir = @DIR@
libdir = /usr/lib/freeradius
log {
	destination = files
	file = @DIR@/radius.log
}
security {
	user = freerad
	group = freerad
	max_attributes = 200
	reject_delay = 0
	status_server = yes
}
max_requests = 16384
@PROXY@
client town {
	ipaddr = 127.0.0.0/8
	secret = ` + sharedSecret + `
	require_message_authenticator = yes
}
thread pool {
	start_servers = 2
	max_servers = 8
	min_spare_servers = 1
	max_spare_servers = 4
}
modules {
	always reject {
		rcode = reject
	}
	always ok {
		rcode = ok
	}
	expr {
	}
	pap {
	}
	eap {
		default_eap_type = md5
		md5 {
		}
	}
	files {
		filename = @DIR@/users
	}
	$INCLUDE @DIR@/shared/module
}
policy {
	$INCLUDE @DIR@/shared/policy
}
server default {
	listen {
		type = auth
		ipaddr = 127.0.0.1
		port = @AUTH@
	}
	listen {
		type = acct
		ipaddr = 127.0.0.1
		port = @ACCT@
	}
	authorize {
		@FORWARD@
		eap {
			ok = return
		}
		files
		pap
		yagura_admit
	}
	authenticate {
		Auth-Type PAP {
			pap
		}
		eap
	}
	preacct {
		ok
	}
	accounting {
		yagura_account
		ok
	}
	post-auth {
		yagura_answer
		yagura_log
		Post-Auth-Type REJECT {
			yagura_log
			eap
		}
	}
}
`

// newSite starts FreeRADIUS with these users; it skips, saying why, where it cannot.
func newSite(t *testing.T, users string, change func(*Config)) *site {
	t.Helper()
	return newSiteBefore(t, 0, users, change)
}

// newSiteBefore is one that passes everything on to the RADIUS server at a port of this machine, where that is not 0.
func newSiteBefore(t *testing.T, upstream int, users string, change func(*Config)) *site {
	t.Helper()
	if _, err := exec.LookPath("freeradius"); err != nil {
		t.Skip("freeradius is not installed (script/setup test)")
	}
	dir, err := os.MkdirTemp(memory(), "yg-radius-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	s := &site{dir: dir, auth: freePort(t), acct: freePort(t), cfg: DefaultConfig()}
	s.cfg.Dir, s.cfg.Quarantine = filepath.Join(dir, "shared"), "999"
	s.cfg.NAS = []NAS{{Address: "127.0.0.0/8", Secret: s.write(t, "nas.secret", sharedSecret+"\n")}}
	s.cfg.Probe, s.cfg.ProbeKey = fmt.Sprintf("127.0.0.1:%d", s.auth), s.cfg.NAS[0].Secret
	if change != nil {
		change(&s.cfg)
	}
	s.folders(t)
	h := s.open(t, act.Deps{}).(*hand) // writes what FreeRADIUS includes
	if _, err := h.policy.open(context.Background()); err != nil {
		t.Fatal(err)
	}
	if err := h.learn(context.Background()); err != nil {
		t.Fatal(err)
	}
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
	s.write(t, "users", users)
	s.write(t, "dictionary", "$INCLUDE /usr/share/freeradius/dictionary\n")
	proxy, forward := "proxy_requests = no", ""
	if upstream != 0 {
		proxy = fmt.Sprintf("proxy_requests = yes\nhome_server old {\n\ttype = auth\n\tipaddr = 127.0.0.1\n\tport = %d\n\tsecret = %s\n\tstatus_check = none\n}\n"+
			"home_server_pool old {\n\thome_server = old\n}\nrealm old {\n\tauth_pool = old\n\tnostrip\n}\n", upstream, sharedSecret)
		forward = "update control {\n\t\t\t&Proxy-To-Realm := old\n\t\t}"
	}
	conf := strings.NewReplacer("@PROXY@", proxy, "@FORWARD@", forward, "@DIR@", dir, "@AUTH@", fmt.Sprint(s.auth), "@ACCT@", fmt.Sprint(s.acct)).Replace(radiusd)
	s.write(t, "radiusd.conf", conf)
	s.start(t)
	t.Cleanup(s.stop)
	return s
}

// memory is where no disk is waited for, "" where there is no such place: with 5,000 machines policy.db is made safe some 25,000 times.
func memory() string {
	var fs unix.Statfs_t
	if err := unix.Statfs("/dev/shm", &fs); err != nil || fs.Type != unix.TMPFS_MAGIC || fs.Bavail*uint64(fs.Bsize) < 256<<20 {
		return ""
	}
	return "/dev/shm"
}

// folders are as the package comment says: FreeRADIUS runs as its own user, and shares one folder with Yagura by its group.
func (s *site) folders(t *testing.T) {
	t.Helper()
	who, err := user.Lookup("freerad")
	if err != nil {
		t.Skipf("%v: FreeRADIUS is not as Debian installs it", err)
	}
	uid, _ := strconv.Atoi(who.Uid)
	gid, _ := strconv.Atoi(who.Gid)
	err = errors.Join(os.Chown(s.dir, uid, gid), os.Mkdir(s.cfg.Dir, 0o770), os.Chown(s.cfg.Dir, 0, gid), os.Chmod(s.cfg.Dir, 0o770|os.ModeSetgid))
	if err != nil {
		t.Fatal(err)
	}
}

func (s *site) write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(s.dir, name)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil { // FreeRADIUS reads it as its own user
		t.Fatal(err)
	}
	return path
}

func freePort(t *testing.T) int {
	t.Helper()
	c, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	return c.LocalAddr().(*net.UDPAddr).Port
}

func (s *site) start(t *testing.T) {
	t.Helper()
	s.server = exec.Command("freeradius", "-f", "-d", s.dir)
	if err := s.server.Start(); err != nil {
		t.Fatal(err)
	}
	h := s.open(t, act.Deps{}).(*hand)
	defer h.Close()
	for range 1000 {
		ctx, stop := context.WithTimeout(context.Background(), 300*time.Millisecond)
		err := h.alive(ctx, new(eventReceipt))
		stop()
		if err == nil {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	text, _ := os.ReadFile(filepath.Join(s.dir, "radius.log"))
	t.Fatalf("freeradius does not start:\n%s", text)
}

func (s *site) stop() {
	if s.server != nil {
		_ = s.server.Process.Signal(syscall.SIGCONT)
		_ = s.server.Process.Kill()
		_ = s.server.Wait()
		s.server = nil
	}
}

func (s *site) open(t *testing.T, d act.Deps) act.Hand {
	t.Helper()
	cfg := s.cfg
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	h, err := Enforcer.Open(&cfg, d)
	if err != nil {
		t.Fatal(err)
	}
	return h
}
