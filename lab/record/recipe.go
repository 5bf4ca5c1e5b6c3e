package main

import (
	"bytes"
	"context"
	"embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/yagura-project/yagura/lab/hall"
)

//go:embed recipes
var files embed.FS

// recipe is a shell script below recipes/, with what it is for and what to keep in its first lines; or an act in Go.
type recipe struct {
	name   string
	about  string // first comment line
	filter string // pcap filter of what to keep
	script []byte
	act    func(ctx context.Context, h *hall.Hall, out string) error // instead of a script
}

func load() ([]recipe, error) {
	entries, err := files.ReadDir("recipes")
	if err != nil {
		return nil, err
	}
	var all []recipe
	for _, e := range entries {
		name, isRecipe := strings.CutSuffix(e.Name(), ".sh")
		if !isRecipe || name == "prelude" {
			continue
		}
		script, err := files.ReadFile("recipes/" + e.Name())
		if err != nil {
			return nil, err
		}
		all = append(all, parse(name, script))
	}
	return append(all, breachRecipe), nil
}

func parse(name string, script []byte) recipe {
	r := recipe{name: name, script: script}
	for _, line := range strings.Split(string(script), "\n") {
		text, isComment := strings.CutPrefix(line, "# ")
		if !isComment {
			break
		}
		if filter, ok := strings.CutPrefix(text, "filter: "); ok {
			r.filter = filter
		} else {
			r.about = strings.TrimSpace(r.about + " " + text)
		}
	}
	return r
}

const prefix = "ygrec-"

// record plays the recipe in a hall of its own and keeps what the mirror port showed.
func (r recipe) record(ctx context.Context, out string) error {
	h, err := hall.Build(ctx, hall.Options{Prefix: prefix, PCsOff: true})
	if err != nil {
		return err
	}
	defer h.Close()
	helpers, err := files.ReadDir("recipes")
	if err != nil {
		return err
	}
	for _, f := range helpers { // scripts of other languages that recipes call
		text, _ := files.ReadFile("recipes/" + f.Name())
		if err := os.WriteFile(filepath.Join(h.Dir(), f.Name()), text, 0o755); err != nil {
			return err
		}
	}
	raw := filepath.Join(h.Dir(), r.name+".pcap")
	stop, err := h.Record(ctx, raw, r.filter)
	if err != nil {
		return err
	}
	played := r.perform(ctx, h, out)
	if err := stop(); err != nil {
		return err
	}
	if played != nil {
		return played
	}
	return keep(raw, filepath.Join(out, r.name+".pcap.gz"))
}

func (r recipe) perform(ctx context.Context, h *hall.Hall, out string) error {
	if r.act != nil {
		return r.act(ctx, h, out)
	}
	return r.play(ctx, h)
}

// play runs the script with the hall's names in its environment.
func (r recipe) play(ctx context.Context, h *hall.Hall) error {
	prelude, err := files.ReadFile("recipes/prelude.sh")
	if err != nil {
		return err
	}
	if !bytes.Contains(r.script, []byte("\n# pcs: off\n")) {
		for _, pc := range []hall.Host{hall.Soumu, hall.Zeimu} {
			if err := h.SwitchOn(ctx, pc); err != nil {
				return err
			}
		}
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	script := filepath.Join(h.Dir(), "recipe.sh")
	if err := os.WriteFile(script, append(prelude, r.script...), 0o644); err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, "bash", "-eu", script)
	cmd.Dir = h.Dir()
	cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
	fs := h.Node(hall.Files)
	cmd.Env = append(os.Environ(), "PREFIX="+prefix, "DIR="+h.Dir(), "WEB="+hall.Web.String(), "WEB6="+hall.Web6.String(),
		"DNS="+hall.DNS.String(), "DNS6="+hall.DNS6.String(), "EVIL="+hall.Evil.String(), "SITE="+hall.TownSite,
		"FS="+fs.IPv4.String(), "FS6="+fs.IPv6.String(), "SHARE="+hall.Share, "ADMIN="+hall.Admin, "PASSWORD="+h.AdminPassword())
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("recipe: %w", err)
	}
	return nil
}
