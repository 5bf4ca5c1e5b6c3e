package main

import (
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	allenforcers "github.com/yagura-project/yagura/act/all"
)

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
