package main

import (
	"cmp"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"

	allenforcers "github.com/yagura-project/yagura/act/all"
)

// confinedEnv tells the process behind exec what holds it: "landlock=7 seccomp=1", or why not: "landlock=0 the kernel has …".
const confinedEnv = "YAGURA_CONFINED"

// confine leaves this thread, and what it executes, the files that cfg names and what every program needs, and takes dangerous system calls
// away. What the kernel cannot do is left out, and told by what is returned; nothing that is missing here keeps the watch from beginning.
func confine(cfg config, self string) (told string) {
	if !cfg.Confine {
		return "landlock=0 switched off; seccomp=0 switched off"
	}
	files, calls := "landlock=", "seccomp=1"
	if version, err := landlock(granted(cfg, self)); err != nil {
		files += "0 " + err.Error()
	} else {
		files += strconv.Itoa(version)
	}
	if err := seccomp(); err != nil {
		calls = "seccomp=0 " + err.Error()
	}
	return files + "; " + calls
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

// inEnforcers are the texts of the enforcers' settings, with their defaults.
func inEnforcers(cfg config) (out []setting) {
	for _, entry := range cfg.Act.Enforcers {
		for name, section := range entry {
			for _, e := range allenforcers.Enforcers {
				if settings := any(nil); e.Name == name {
					if settings = e.Config(); section.Decode(settings) == nil {
						out = append(out, inStruct("", reflect.ValueOf(settings))...)
					}
				}
			}
		}
	}
	return out
}

// setting is a value of the configuration that may be a path, and the key that it stands behind.
type setting struct{ key, path string }

// namedPaths are the files and folders that the configuration names, with its own. Of a file the folder counts, where that is not one that everybody
// uses: tools replace files by new ones.
func namedPaths(cfg config) (paths []string) {
	paths = append(paths, folder(absolute(cfg.path)))
	for _, s := range slices.Concat(inYAML(cfg), inStruct("", reflect.ValueOf(cfg)), inEnforcers(cfg)) {
		if s.path == "" {
			continue
		}
		for _, p := range []string{absolute(s.path), filepath.Join(filepath.Dir(absolute(cfg.path)), s.path)} {
			if before, _, glob := strings.Cut(p, "*"); glob {
				p = filepath.Dir(before)
			}
			if st, err := os.Stat(p); err == nil && filepath.IsAbs(p) && p != "/" {
				if !st.IsDir() {
					p = folder(p)
				}
				paths = append(paths, p)
			}
		}
	}
	slices.Sort(paths)
	return slices.Compact(paths)
}

// crowded are folders that hold more than one program's business; of files in them only these themselves are granted. Who tries a
// configuration in /tmp replaces it there, and what others leave there is no secret.
var crowded = []string{"/", "/etc", "/etc/ssl/private", "/root", "/home", "/var", "/var/lib", "/var/log", "/opt", "/srv", "/mnt", "/media", "/boot"}

// folder is the folder of a file, or the file itself in a crowded one or right in somebody's home.
func folder(path string) string {
	dir := filepath.Dir(path)
	if slices.Contains(crowded, dir) || filepath.Dir(dir) == "/home" {
		return path
	}
	return dir
}

// absolute is path from the working folder; "" stays.
func absolute(path string) string {
	if path == "" {
		return ""
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return path
	}
	return abs
}

// inYAML are the texts of the configuration file: those of variants, too, whose keys only these know.
func inYAML(cfg config) []setting {
	text, err := os.ReadFile(cfg.path)
	if err != nil {
		return nil
	}
	var all map[string]any
	if yaml.Unmarshal(text, &all) != nil {
		return nil
	}
	return inTree("", all)
}

func inTree(key string, v any) (out []setting) {
	switch v := v.(type) {
	case map[string]any:
		for k, x := range v {
			out = append(out, inTree(k, x)...)
		}
	case []any:
		for _, x := range v {
			out = append(out, inTree(key, x)...)
		}
	case string:
		out = append(out, setting{key, pathIn(v)})
	}
	return out
}

// inStruct are the texts of settings with their defaults.
func inStruct(key string, v reflect.Value) (out []setting) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() {
				name, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
				out = append(out, inStruct(name, v.Field(i))...)
			}
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			out = append(out, inStruct(key, v.Index(i))...)
		}
	case reflect.Map:
		for _, k := range v.MapKeys() {
			out = append(out, inStruct(key, v.MapIndex(k))...)
		}
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			out = inStruct(key, v.Elem())
		}
	case reflect.String:
		out = append(out, setting{key, pathIn(v.String())})
	}
	return out
}

// pathIn is what of a text may be a path: "unix:/run/ovs.sock", "/etc/x", "rules/*.rules"; "" where it is none.
func pathIn(s string) string {
	_, after, found := strings.Cut(s, ":/")
	if found && !strings.HasPrefix(after, "/") {
		s = "/" + after
	}
	if s == "" || len(s) > 4096 || strings.Contains(s, "://") || strings.ContainsAny(s, "\n\x00") {
		return ""
	}
	return s
}

// confinement is what holds this process, as confine told before exec; nothing where it was not tried.
type confinement struct {
	Landlock int    // version; 0 none
	Seccomp  bool   // system calls are refused
	Why      string // what is missing, and why
}

// confined reads it, once.
func confined() (c confinement) {
	text, ok := os.LookupEnv(confinedEnv)
	if !ok {
		return confinement{Why: "started without root, or not by itself: nothing was given up"}
	}
	_ = os.Unsetenv(confinedEnv)
	files, calls, _ := strings.Cut(text, "; ")
	version, why, _ := strings.Cut(strings.TrimPrefix(files, "landlock="), " ")
	c.Landlock, _ = strconv.Atoi(version)
	state, why2, _ := strings.Cut(strings.TrimPrefix(calls, "seccomp="), " ")
	c.Seccomp = state == "1"
	c.Why = cmp.Or(why, why2)
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
