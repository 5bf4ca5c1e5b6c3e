// Package hall builds a small town hall in network namespaces of this machine: two PCs, a file server running samba,
// a router with nftables, and an "internet" with nginx and dnsmasq, every frame of it readable on a mirror port.
package hall

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// Options chooses where a hall lives. The zero value is ready for use.
type Options struct {
	// Prefix begins the name of every namespace and interface of this hall, so that several halls can stand side by
	// side. 1–8 of [a-z0-9-]; empty means "yg-".
	Prefix string
	// PCsOff leaves the PCs switched off until SwitchOn, so that a listener on the mirror port sees them come up.
	PCsOff bool
	// Log is told what is being built, one short line each. Nil means silence.
	Log func(format string, args ...any)
}

// Hall is a running town hall. Its methods may be called from several goroutines.
type Hall struct {
	prefix string
	dir    string // private directory of configurations, logs and shares
	lock   *os.File
	log    func(string, ...any)
	pcsOff bool
	secret string // password of the administrator on the file server, drawn anew for each hall
}

// ErrNotRoot is returned by Build to callers that may not create network namespaces: without root, or in a container.
var ErrNotRoot = errors.New("hall: network namespaces need root: run as root on the machine itself, e.g. with sudo")

var validPrefix = regexp.MustCompile(`^[a-z][a-z0-9-]{0,7}$`)

// Build raises a hall and returns when every daemon in it answers and both PCs have their addresses. What an earlier
// run with the same prefix left behind is removed first. Cancelling ctx stops the building and removes what stands.
func Build(ctx context.Context, o Options) (*Hall, error) {
	if os.Geteuid() != 0 {
		return nil, ErrNotRoot
	}
	h, err := open(o)
	if err != nil {
		return nil, err
	}
	if err := h.raise(ctx); err != nil {
		return nil, errors.Join(err, h.Close())
	}
	return h, nil
}

// open checks the options and the tools, and takes the prefix for this process.
func open(o Options) (*Hall, error) {
	if o.Prefix == "" {
		o.Prefix = "yg-"
	}
	if !validPrefix.MatchString(o.Prefix) {
		return nil, fmt.Errorf("hall: prefix %q: use 1–8 letters, digits or dashes", o.Prefix)
	}
	if o.Log == nil {
		o.Log = func(string, ...any) {}
	}
	if err := haveTools(); err != nil {
		return nil, err
	}
	h := &Hall{prefix: o.Prefix, dir: filepath.Join(runDir, o.Prefix), pcsOff: o.PCsOff, log: o.Log}
	return h, h.claim()
}

type step struct {
	what string
	do   func(context.Context) error
}

// raise does the work of Build, in the order in which the parts need each other.
func (h *Hall) raise(ctx context.Context) error {
	steps := []step{
		{"remove what an earlier run left", func(context.Context) error { return sweep(h.prefix, h.dir) }},
		{"write configurations", h.furnish},
		{"namespaces, links, routes", h.wire},
		{"router: firewall, DHCP, router advertisements", h.startRouter},
		{"internet: DNS, web", h.startInternet},
		{"file server: samba", h.startFiles},
		{"mirror port", h.mirror},
	}
	if !h.pcsOff {
		steps = append(steps, step{"PCs: address by DHCP", h.startPCs})
	}
	for _, s := range steps {
		if err := ctx.Err(); err != nil {
			return err
		}
		h.log("hall: %s", s.what)
		if err := s.do(ctx); err != nil {
			if strings.Contains(err.Error(), "Operation not permitted") {
				err = errors.Join(ErrNotRoot, err)
			}
			return fmt.Errorf("hall: %s: %w", s.what, err)
		}
	}
	return nil
}

// Close stops every process in the hall and removes its namespaces, interfaces and files. It is complete also after
// a Build that failed half way, and may be called twice.
func (h *Hall) Close() error {
	if h.lock == nil {
		return nil
	}
	err := sweep(h.prefix, h.dir)
	h.release()
	return err
}
