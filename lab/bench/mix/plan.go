package main

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/yagura-project/yagura/lab/hall"
)

// plan is what the clients shall do.
type plan struct {
	Sources []string // client addresses
	Pages   []string // paths on the web server
	Lookups int      // DNS questions, a socket each
	Plain   int      // HTTP connections, of a few requests each
	Secret  int      // TLS connections
	Shares  int      // SMB sessions
	Login   string   // user%password on the file server
	Server  string   // file server
	Dir     string   // scratch
	Samba   string   // configuration of samba's clients
}

// full is the amount of the tracked benchmark.
var full = plan{Lookups: 36000, Plain: 2900, Secret: 4400, Shares: 18}

// prepare gives the PC its 60 addresses and the web server its files.
func prepare(ctx context.Context, h *hall.Hall, scale float64) (plan, error) {
	p := full
	for _, n := range []*int{&p.Lookups, &p.Plain, &p.Secret, &p.Shares} {
		*n = max(1, int(float64(*n)*scale))
	}
	for i := range 60 {
		address := fmt.Sprintf("10.20.10.%d", 120+i)
		if _, err := h.Exec(ctx, hall.Soumu, "ip", "address", "add", address+"/24", "dev", "eth0"); err != nil {
			return p, err
		}
		p.Sources = append(p.Sources, address)
	}
	p.Login, p.Server = hall.Admin+"%"+h.AdminPassword(), h.Node(hall.Files).IPv4.String()
	p.Dir, p.Samba = h.Dir(), filepath.Join(h.Dir(), string(hall.Soumu), "client.conf")
	var err error
	p.Pages, err = furnish(filepath.Join(h.Dir(), "internet", "www"))
	return p, err
}

// furnish copies up to 3,000 files of this machine, 6 to 384 KiB each, below the web server's root.
func furnish(root string) ([]string, error) {
	const most, small, large = 3000, 6 << 10, 384 << 10
	if err := os.MkdirAll(filepath.Join(root, "f"), 0o755); err != nil {
		return nil, err
	}
	var pages []string
	take := func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return nil // what cannot be read is not needed
		}
		info, err := d.Info()
		if err != nil || info.Size() < small || info.Size() > large {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return nil
		}
		name := fmt.Sprintf("f/%04d%s", len(pages), filepath.Ext(path))
		pages = append(pages, "/"+name)
		if err := os.WriteFile(filepath.Join(root, name), text, 0o644); err != nil {
			return err
		}
		if len(pages) == most {
			return filepath.SkipAll
		}
		return nil
	}
	for _, from := range []string{"/usr/share", "/usr/lib"} {
		if len(pages) < most {
			if err := filepath.WalkDir(from, take); err != nil {
				return nil, err
			}
		}
	}
	return pages, nil
}
