package hall

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// furnish writes the configurations, the sites and the shared documents before anything runs.
func (h *Hall) furnish(ctx context.Context) error {
	if err := os.MkdirAll(h.dir, 0o755); err != nil {
		return err
	}
	for _, host := range Hosts {
		if err := h.resolver(host); err != nil {
			return err
		}
	}
	files := []struct {
		name string
		host Host
	}{
		{"router.nft", Router}, {"dnsmasq-router.conf", Router}, {"dnsmasq-internet.conf", Internet}, {"nginx.conf", Internet},
		{"smb.conf", Files}, {"client.conf", Soumu}, {"client.conf", Zeimu}, {"lease.sh", Soumu}, {"lease.sh", Zeimu},
	}
	for _, f := range files {
		if _, err := h.put(f.name, f.host); err != nil {
			return err
		}
	}
	if err := h.pages(ctx); err != nil {
		return err
	}
	return h.documents()
}

// resolver gives a machine the resolver of the hall and no other; `ip netns exec` mounts the file over /etc.
func (h *Hall) resolver(host Host) error {
	dir := filepath.Join(etcDir, h.Namespace(host))
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	text := fmt.Sprintf("nameserver %s\noptions timeout:1 attempts:2\n", DNS)
	return os.WriteFile(filepath.Join(dir, "resolv.conf"), []byte(text), 0o644)
}

// pages fills the web servers: pages of a few sizes, and a certificate.
func (h *Hall) pages(ctx context.Context) error {
	root := filepath.Join(h.dir, "internet")
	page := func(title string, paragraphs int) []byte {
		return []byte("<!doctype html><html lang=ja><head><meta charset=utf-8><title>" + title + "</title></head><body><h1>" +
			title + "</h1>" + strings.Repeat("<p>町からのお知らせ。広報、届出、子育て、防災。</p>\n", paragraphs) + "</body></html>\n")
	}
	noise := make([]byte, 32<<10)
	_, _ = rand.Read(noise)
	files := map[string][]byte{
		"www/index.html": page("町役場", 30), "www/news.html": page("お知らせ", 200), "www/bosai.html": page("防災情報", 80),
		"www/style.css": []byte(strings.Repeat("p { margin: 0 }\n", 400)), "www/logo.png": noise[:9000], "www/map.bin": noise,
		"evil/index.html": []byte("ok\n"), "evil/stream.bin": make([]byte, 16<<20),
	}
	for name, content := range files {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, content, 0o644); err != nil {
			return err
		}
	}
	return h.certificate(ctx, root)
}

// certificate makes a certificate for the ordinary sites, signed by an authority of the hall's own.
func (h *Hall) certificate(ctx context.Context, root string) error {
	names := "subjectAltName=DNS:" + TownSite + ",DNS:*.example.jp,DNS:" + strings.Join(Sites, ",DNS:")
	in := func(name string) string { return filepath.Join(root, name) }
	if err := os.WriteFile(in("names"), []byte(names+"\n"), 0o644); err != nil {
		return err
	}
	key := []string{"-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"}
	for _, args := range [][]string{
		append([]string{"req", "-x509", "-days", "3650", "-subj", "/C=JP/O=Hall Trust/CN=Hall Root CA", "-keyout", in("ca.key"), "-out", in("ca.crt")}, key...),
		append([]string{"req", "-subj", "/CN=" + TownSite, "-keyout", in("site.key"), "-out", in("site.csr")}, key...),
		{"x509", "-req", "-days", "90", "-in", in("site.csr"), "-CA", in("ca.crt"), "-CAkey", in("ca.key"), "-CAcreateserial",
			"-extfile", in("names"), "-out", in("site.crt")},
	} {
		if _, err := output(exec.CommandContext(ctx, "openssl", args...)); err != nil {
			return err
		}
	}
	return nil
}

// documents fills the shares and names the administrator, with a password of this hall's own.
func (h *Hall) documents() error {
	secret := make([]byte, 9)
	_, _ = rand.Read(secret)
	h.secret = hex.EncodeToString(secret)
	root := filepath.Join(h.dir, string(Files))
	for _, d := range []string{"share/総務課", "share/税務課", "admin", "private", "lock", "state", "cache", "pid", "ncalrpc"} {
		if err := os.MkdirAll(filepath.Join(root, d), 0o755); err != nil {
			return err
		}
	}
	for _, host := range []Host{Soumu, Zeimu} {
		if err := os.MkdirAll(filepath.Join(h.dir, string(host), "smb"), 0o755); err != nil {
			return err
		}
	}
	files := map[string]string{
		"users":             "root = " + Admin + "\n",
		"share/回覧.txt":      "来週の防災訓練について回覧します。\n",
		"share/総務課/議事録.txt": strings.Repeat("議事録の見本です。\n", 500),
		"share/税務課/様式.csv":  strings.Repeat("番号,件名,数\n", 2000),
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(root, name), []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}
