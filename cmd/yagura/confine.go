package main

import (
	"encoding/json"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
)

// confinedEnv brings the confinement, as JSON, to the process behind exec.
const confinedEnv = "YAGURA_CONFINED"

// confinement is what holds this process; nothing where it was not tried.
type confinement struct {
	Landlock int    `json:"landlock"`      // version; 0 none
	Seccomp  bool   `json:"seccomp"`       // system calls are refused
	Why      string `json:"why,omitempty"` // what is missing, and why
}

// confine leaves this thread, and what it executes, the files that cfg names and what every program needs, and takes dangerous system calls
// away. What the kernel cannot do is left out, and told by what is returned; nothing that is missing here keeps the watch from beginning.
func confine(cfg config, self string) (c confinement) {
	if !cfg.Confine {
		return confinement{Why: "switched off"}
	}
	version, files := landlock(granted(cfg, self))
	calls := seccomp()
	c = confinement{Landlock: version, Seccomp: calls == nil}
	if err := errors.Join(files, calls); err != nil {
		c.Why = strings.ReplaceAll(err.Error(), "\n", "; ")
	}
	return c
}

// env is the variable of the environment by which confined knows it.
func (c confinement) env() string {
	text, _ := json.Marshal(c) // a number, a truth and a text
	return confinedEnv + "=" + string(text)
}

// confined reads it, once.
func confined() (c confinement) {
	text, ok := os.LookupEnv(confinedEnv)
	if !ok {
		return confinement{Why: "started without the right to open rings, or not by itself: nothing was given up"}
	}
	_ = os.Unsetenv(confinedEnv)
	if err := json.Unmarshal([]byte(text), &c); err != nil {
		return confinement{Why: confinedEnv + " was not set by Yagura itself"}
	}
	return c
}

// tell says it in the log.
func (c confinement) tell(log *slog.Logger) {
	if c.Landlock > 0 && c.Seccomp {
		log.Info("confined: only what the configuration names can be opened, and dangerous system calls are refused", "landlock", c.Landlock, "seccomp", c.Seccomp)
		return
	}
	log.Warn("not fully confined", "landlock", c.Landlock, "seccomp", c.Seccomp, "why", c.Why)
}

// granted lists what Yagura may open. Folders that it writes to are made first, for a rule is about a folder that is there.
func granted(cfg config, self string) []grant {
	grants := append(etc(os.Geteuid() == 0), grant{self, mayExecute})
	for _, dir := range []string{"/usr", "/lib", "/lib64", "/lib32", "/bin", "/sbin"} {
		grants = append(grants, grant{dir, mayExecute})
	}
	for _, dir := range []string{"/proc", "/sys", "/run", "/dev/urandom", "/dev/random", "/var/run"} {
		grants = append(grants, grant{dir, mayRead})
	}
	grants = append(grants, grant{"/dev/null", mayWrite}, grant{"/dev/shm", mayWrite})
	for dir, mode := range written(cfg) {
		if mode != 0 {
			_ = os.MkdirAll(dir, mode) // where it fails, whoever needs it will say so
		}
		grants = append(grants, grant{dir, mayWrite})
	}
	for _, path := range namedPaths(cfg) {
		grants = append(grants, grant{path, mayRead})
	}
	return grants
}

// written are the folders in which files are made and changed, and the mode with which their rooms make them, 0 where these must be there.
func written(cfg config) map[string]os.FileMode {
	dirs := map[string]os.FileMode{}
	add := func(dir string, mode os.FileMode) {
		if dir = absolute(dir); dir != "" && dir != "/" && dir != "/etc" {
			dirs[dir] = mode
		}
	}
	add(cfg.Store.Dir, 0o700)
	add(cfg.Capture.Packets.Dir, 0o700)
	add(cfg.Signature.Data, 0o700)
	if cfg.Eve.File.Path != "" {
		add(filepath.Dir(cfg.Eve.File.Path), 0o750)
	}
	add(os.Getenv("TMPDIR"), 0o700)
	for _, s := range inEnforcers(cfg) { // lists and zones; keys and passwords end with _file
		switch {
		case !filepath.IsAbs(s.path), strings.HasSuffix(s.key, "_file"), s.key == "known_hosts":
		case s.key == "dir":
			add(s.path, 0)
		case s.key == "list":
			add(filepath.Dir(s.path), 0o755)
		default:
			add(filepath.Dir(s.path), 0)
		}
	}
	return dirs
}
