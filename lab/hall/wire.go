package hall

import (
	"bytes"
	"context"
	"embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"text/template"
)

//go:embed etc
var etc embed.FS

var templates = template.Must(template.ParseFS(etc, "etc/*"))

// tools are the programs that a hall is made of; script/setup installs them.
var tools = []string{"ip", "tc", "ethtool", "nft", "dnsmasq", "nginx", "smbd", "smbpasswd", "smbclient", "net", "udhcpc",
	"curl", "openssl", "ping", "dig"}

func haveTools() error {
	var missing []string
	for _, t := range tools {
		if _, err := exec.LookPath(t); err != nil {
			missing = append(missing, t)
		}
	}
	if len(missing) > 0 {
		return fmt.Errorf("hall: %s not found: run script/setup demo", strings.Join(missing, ", "))
	}
	return nil
}

// render fills in one of the templates below etc/ with the hall's plan.
func (h *Hall) render(name string, host Host) ([]byte, error) {
	var b bytes.Buffer
	err := templates.ExecuteTemplate(&b, name, map[string]any{
		"Dir": h.dir, "Host": h.Node(host), "Mirror": h.MirrorInterface(), "Admin": Admin,
		"Soumu": nodes[Soumu], "Zeimu": nodes[Zeimu], "Files": nodes[Files], "Router": nodes[Router], "Internet": nodes[Internet],
		"Sites": sites(), "Web": Web, "Web6": Web6, "DNS": DNS, "DNS6": DNS6, "Evil": Evil, "Evil6": Evil6,
		"Domain": Domain, "TunnelDomain": TunnelDomain, "EvilHost": EvilHost, "Share": Share, "AdminShare": AdminShare,
	})
	if err != nil {
		return nil, fmt.Errorf("etc/%s: %w", name, err)
	}
	return b.Bytes(), nil
}

type site struct {
	Name       string
	IPv4, IPv6 string
}

func sites() []site {
	var all []site
	for i, name := range Sites {
		all = append(all, site{name, fmt.Sprintf("203.0.113.%d", 11+i), fmt.Sprintf("2001:db8:1::%d", 11+i)})
	}
	return all
}

// put renders a template into the hall's private directory and returns the file's path.
func (h *Hall) put(name string, host Host) (string, error) {
	text, err := h.render(name, host)
	if err != nil {
		return "", err
	}
	path := filepath.Join(h.dir, string(host), strings.TrimSuffix(name, ".tmpl"))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return "", err
	}
	return path, os.WriteFile(path, text, 0o644)
}

// script runs a rendered shell script on a machine; the first command that fails ends it.
func (h *Hall) script(ctx context.Context, host Host, name string) error {
	text, err := h.render(name, host)
	if err != nil {
		return err
	}
	cmd := h.Command(ctx, host, "sh", "-eu")
	cmd.Stdin = bytes.NewReader(text)
	if _, err := output(cmd); err != nil {
		return fmt.Errorf("etc/%s: %w", name, err)
	}
	return nil
}

// wire creates the namespaces and plugs the cables.
func (h *Hall) wire(ctx context.Context) error {
	for _, host := range Hosts {
		if _, err := output(exec.CommandContext(ctx, "ip", "netns", "add", h.Namespace(host))); err != nil {
			return err
		}
		if err := h.script(ctx, host, "kernel.sh"); err != nil {
			return err
		}
	}
	cables := []struct {
		host Host
		end  string
		at   Host
		port string
	}{
		{Soumu, "eth0", Switch, "soumu"}, {Zeimu, "eth0", Switch, "zeimu"}, {Router, "lan0", Switch, "up-lan"},
		{Files, "eth0", Switch, "files"}, {Router, "srv0", Switch, "up-srv"}, {Internet, "eth0", Router, "wan0"},
	}
	for _, c := range cables {
		_, err := output(exec.CommandContext(ctx, "ip", "-n", h.Namespace(c.at), "link", "add", c.port, "type", "veth",
			"peer", "name", c.end, "netns", h.Namespace(c.host)))
		if err != nil {
			return err
		}
	}
	for _, host := range Hosts {
		if err := h.script(ctx, host, string(host)+".sh"); err != nil {
			return err
		}
	}
	return nil
}

// mirror opens the mirror port of the switch: each frame that a machine of the PC segment sends, each frame that the
// router hands to that segment, and the server segment's talk with anyone else. Nothing appears twice, and what the
// router refuses to hand on appears only as the sender's attempt.
func (h *Hall) mirror(ctx context.Context) error {
	_, err := output(exec.CommandContext(ctx, "ip", "-n", h.Namespace(Switch), "link", "add", "tap0", "type", "veth",
		"peer", "name", h.MirrorInterface(), "netns", fmt.Sprint(os.Getpid())))
	if err != nil {
		return err
	}
	if err := h.script(ctx, Switch, "mirror.sh"); err != nil {
		return err
	}
	text, err := h.render("tap.sh", Switch)
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, "sh", "-eu")
	cmd.Stdin = bytes.NewReader(text)
	_, err = output(cmd)
	return err
}

// removeLink deletes an interface of the caller's namespace; its cable goes with it. A link that goes by itself
// meanwhile, because the kernel is clearing away a namespace at its other end, is gone all the same.
func removeLink(name string) error {
	path := "/sys/class/net/" + name
	if _, err := os.Stat(path); err != nil {
		return nil
	}
	_, err := output(exec.Command("ip", "link", "del", name))
	if _, gone := os.Stat(path); gone != nil {
		return nil
	}
	return err
}
