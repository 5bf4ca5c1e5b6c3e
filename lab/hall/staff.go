package hall

import (
	"context"
	"os"
	"path/filepath"
	"strings"
)

func (h *Hall) path(host Host, name string) string { return filepath.Join(h.dir, string(host), name) }

// startRouter loads the owner's firewall and begins to hand out addresses.
func (h *Hall) startRouter(ctx context.Context) error {
	if _, err := h.Exec(ctx, Router, "nft", "-f", h.path(Router, "router.nft")); err != nil {
		return err
	}
	d, err := h.start(Router, "dnsmasq", "--keep-in-foreground", "--user=root", "--conf-file="+h.path(Router, "dnsmasq-router.conf"))
	if err != nil {
		return err
	}
	return d.until(ctx, "DHCP port", func() bool { return d.bound("udp", 67) })
}

// startInternet brings up the resolver and the web servers.
func (h *Hall) startInternet(ctx context.Context) error {
	dns, err := h.start(Internet, "dnsmasq", "--keep-in-foreground", "--user=root", "--conf-file="+h.path(Internet, "dnsmasq-internet.conf"))
	if err != nil {
		return err
	}
	web, err := h.start(Internet, "nginx", "-e", "stderr", "-p", h.path(Internet, ""), "-c", h.path(Internet, "nginx.conf"))
	if err != nil {
		return err
	}
	if err := dns.until(ctx, "DNS port", func() bool { return dns.bound("udp", 53) }); err != nil {
		return err
	}
	return web.until(ctx, "web port", func() bool { return web.bound("tcp", 80) && web.bound("tcp", 443) })
}

// startFiles brings up samba with its own databases and the one account that matters.
func (h *Hall) startFiles(ctx context.Context) error {
	conf := h.path(Files, "smb.conf")
	account := h.Command(ctx, Files, "smbpasswd", "-c", conf, "-s", "-a", "root")
	account.Stdin = strings.NewReader(h.secret + "\n" + h.secret + "\n")
	if _, err := output(account); err != nil {
		return err
	}
	d, err := h.start(Files, "smbd", "--foreground", "--no-process-group", "--debug-stdout", "-s", conf)
	if err != nil {
		return err
	}
	return d.until(ctx, "SMB port", func() bool { return d.bound("tcp6", 445) || d.bound("tcp", 445) })
}

func (h *Hall) startPCs(ctx context.Context) error {
	for _, host := range []Host{Soumu, Zeimu} {
		if err := h.SwitchOn(ctx, host); err != nil {
			return err
		}
	}
	return nil
}

// SwitchOn starts a PC: it asks for an address and says its name, as PCs do, and returns when it has one.
func (h *Hall) SwitchOn(ctx context.Context, host Host) error {
	lease := h.path(host, "lease.sh")
	if err := os.Chmod(lease, 0o755); err != nil {
		return err
	}
	if _, err := h.Exec(ctx, host, "ip", "link", "set", "eth0", "up"); err != nil {
		return err
	}
	name := h.Node(host).Name
	d, err := h.start(host, "udhcpc", "-f", "-i", "eth0", "-t", "20", "-T", "1", "-x", "hostname:"+name, "-s", lease)
	if err != nil {
		return err
	}
	return d.until(ctx, "DHCP lease", func() bool {
		_, err := os.Stat(h.path(host, "lease"))
		return err == nil
	})
}
