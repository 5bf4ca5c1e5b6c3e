package radius

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/event"
)

// wired is a PC with wpa_supplicant at a port of hostapd (driver=wired), which is a NAS of its own making.
type wired struct {
	dir, ns, port string
	das           int
	mac           event.MAC
}

const pcUser = `pc1	Cleartext-Password := "pw1"
	Tunnel-Type = VLAN, Tunnel-Medium-Type = IEEE-802, Tunnel-Private-Group-Id = "10"
`

func newWired(t *testing.T, s *site) *wired {
	t.Helper()
	for _, tool := range []string{"hostapd", "wpa_supplicant", "busybox"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("%s is not installed (script/setup test)", tool)
		}
	}
	if os.Geteuid() != 0 {
		t.Skip("namespaces need root")
	}
	pid := os.Getpid() % 100_000
	w := &wired{dir: s.dir, ns: fmt.Sprintf("ygnas-pc%d", pid), port: fmt.Sprintf("ygnas%d", pid), das: freePort(t), mac: event.MAC{2, 0, 0x5e, 1, byte(pid >> 8), byte(pid)}}
	run := func(args ...string) {
		t.Helper()
		if out, err := exec.Command("ip", args...).CombinedOutput(); err != nil {
			t.Fatalf("ip %v: %v\n%s", args, err, out)
		}
	}
	run("netns", "add", w.ns)
	t.Cleanup(func() { _ = exec.Command("ip", "netns", "del", w.ns).Run() }) // takes the cable with it
	run("link", "add", w.port, "type", "veth", "peer", "name", "eth0", "netns", w.ns)
	run("-n", w.ns, "link", "set", "eth0", "address", w.mac.String(), "up")
	run("link", "set", w.port, "up")
	conf := s.write(t, "hostapd.conf", fmt.Sprintf("interface=%s\ndriver=wired\nieee8021x=1\nuse_pae_group_addr=0\nlogger_stdout=-1\nlogger_stdout_level=0\n"+
		"own_ip_addr=127.0.0.1\nauth_server_addr=127.0.0.1\nauth_server_port=%d\nauth_server_shared_secret=%s\n"+
		"acct_server_addr=127.0.0.1\nacct_server_port=%d\nacct_server_shared_secret=%s\n"+
		"radius_das_port=%d\nradius_das_client=127.0.0.1 %s\nradius_das_require_message_authenticator=1\n",
		w.port, s.auth, sharedSecret, s.acct, sharedSecret, w.das, sharedSecret))
	w.daemon(t, "hostapd", "-dd", conf)
	s.cfg.NAS[0].Vendor, s.cfg.NAS[0].Port, s.cfg.NAS[0].Signed = "hostapd", uint16(w.das), true
	return w
}

func (w *wired) daemon(t *testing.T, name string, args ...string) {
	t.Helper()
	log, err := os.Create(filepath.Join(w.dir, filepath.Base(name)+".log"))
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	cmd := exec.Command(name, args...)
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
}

// plug starts the PC's supplicant.
func (w *wired) plug(t *testing.T, s *site) {
	t.Helper()
	conf := s.write(t, "wpa.conf", "ap_scan=0\nnetwork={\n key_mgmt=IEEE8021X\n eap=MD5\n identity=\"pc1\"\n password=\"pw1\"\n eapol_flags=0\n}\n")
	w.daemon(t, "ip", "netns", "exec", w.ns, "wpa_supplicant", "-D", "wired", "-i", "eth0", "-c", conf)
	// hostapd does not ask a port whose station it has removed; a PC that is cut off asks for an address, and so it is met again.
	w.daemon(t, "ip", "netns", "exec", w.ns, "busybox", "udhcpc", "-f", "-i", "eth0", "-s", "/bin/true", "-t", "1", "-T", "1", "-A", "1")
}

var vlanInLog = regexp.MustCompile(`Tunnel-Private-Group-Id\) length=\d+\s+Value: (?:'([0-9]+)'|([0-9a-f]+))`)

// answers are the VLANs of every Access-Accept that hostapd itself has logged.
func (w *wired) answers(t *testing.T) (out []string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(w.dir, "hostapd.log"))
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range vlanInLog.FindAllStringSubmatch(string(text), -1) {
		out = append(out, m[1]+m[2])
	}
	return out
}

// until waits for hostapd's latest answer to be a VLAN: FreeRADIUS has noted an answer a moment before hostapd logs it.
func (w *wired) until(t *testing.T, vlan string) {
	t.Helper()
	for end := time.Now().Add(60 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if got := w.answers(t); len(got) > 0 && (got[len(got)-1] == vlan || got[len(got)-1] == hexOf(vlan)) {
			return
		}
	}
	text, _ := os.ReadFile(filepath.Join(w.dir, "hostapd.log"))
	t.Fatalf("hostapd was answered %v, VLAN %s is not the last\n%s", w.answers(t), vlan, text)
}

// The whole of it with others' software: FreeRADIUS, hostapd, wpa_supplicant. After the isolation the PC logs on into the
// quarantine VLAN, as hostapd itself was answered; after the release into its old one.
func TestRealSupplicant(t *testing.T) {
	s := newSite(t, pcUser, func(c *Config) { c.Again = 20 * time.Second })
	w := newWired(t, s)
	w.plug(t, s)
	w.until(t, "10")
	h := s.open(t, act.Deps{})
	defer h.Close()
	target := act.Target{Order: "iso-1", MAC: w.mac, Until: time.Now().Add(time.Hour)}
	r, err := h.Apply(t.Context(), target)
	if err != nil {
		t.Fatalf("%v: %q", err, r.Answers)
	}
	t.Logf("isolated in %d ms: %q %q", r.Took/1000, r.Commands, r.Answers)
	w.until(t, "999")
	if !strings.Contains(strings.Join(r.Answers, " "), "VLAN 999") {
		t.Errorf("the receipt does not name the new answer: %q", r.Answers)
	}
	if r, err := h.Apply(t.Context(), target); err != nil || len(r.Commands) != 0 {
		t.Errorf("again: %q %v", r.Commands, err)
	}
	if r, err = h.Undo(t.Context(), target); err != nil {
		t.Fatal(err)
	}
	t.Logf("released in %d ms: %q", r.Took/1000, r.Answers)
	w.until(t, "10")
}

func hexOf(s string) string { return fmt.Sprintf("%x", s) }
