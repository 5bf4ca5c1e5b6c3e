package main

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/netip"
	"reflect"
	"strings"
	"time"

	"github.com/yagura-project/yagura/act"
	allenforcers "github.com/yagura-project/yagura/act/all"
	alldetectors "github.com/yagura-project/yagura/detect/all"
	allchannels "github.com/yagura-project/yagura/notify/all"
)

// commentsJSON is what stands beside each setting in the code; script/gen-comments writes it, but for the
// settings of variants, which come with their room's list.
//
//go:embed comments.json
var commentsJSON []byte

// reference prints every key of yagura.yaml with its default and meaning, as YAML that can be read back.
type reference struct {
	w        io.Writer
	comments map[string]string
}

func printReference(w io.Writer) error {
	r := reference{w: w}
	if err := json.Unmarshal(commentsJSON, &r.comments); err != nil {
		return err
	}
	for _, says := range []map[string]string{alldetectors.Comments, allenforcers.Comments, allchannels.Comments} {
		maps.Copy(r.comments, says) // each variant room carries its own
	}
	cfg := defaultConfig()
	r.fields(reflect.ValueOf(cfg), "")
	fmt.Fprintln(w, "\n# detect.detectors: the settings of each detector")
	for _, d := range alldetectors.Detectors {
		if d.Config != nil {
			r.section(d.Info.ID, d.Info.Title.JA, d.Config())
		}
	}
	fmt.Fprintln(w, "\n# act.enforcers: the settings of each enforcer")
	for _, e := range allenforcers.Enforcers {
		if e.Config != nil {
			r.section(e.Name, e.Title.JA, e.Config())
		}
	}
	fmt.Fprintln(w, "\n# notify.channels: the settings of each channel")
	for _, c := range allchannels.Channels {
		if c.Config != nil {
			r.section(c.Name, c.Title.JA, c.Config())
		}
	}
	return nil
}

func (r reference) section(name, title string, cfg any) {
	fmt.Fprintf(r.w, "#   %s:  # %s\n", name, title)
	v := reflect.ValueOf(cfg)
	for v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	r.fields(v, "#     ")
}

func (r reference) fields(v reflect.Value, indent string) {
	t := v.Type()
	pkg := t.PkgPath()[strings.LastIndexByte(t.PkgPath(), '/')+1:]
	for i := range t.NumField() {
		f := t.Field(i)
		key, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		if key == "" || key == "-" {
			continue
		}
		says := r.comments[pkg+"."+t.Name()+"."+f.Name]
		if pkg == "yagura" {
			says = r.comments["main."+t.Name()+"."+f.Name]
		}
		r.field(key, says, v.Field(i), indent)
	}
}

func (r reference) field(key, says string, v reflect.Value, indent string) {
	if says != "" {
		says = "  # " + says
	}
	if v.Kind() == reflect.Struct && !plain(v) {
		fmt.Fprintf(r.w, "%s%s:%s\n", indent, key, says)
		r.fields(v, indent+"  ")
		return
	}
	fmt.Fprintf(r.w, "%s%s: %s%s\n", indent, key, shown(v), says)
	if elem := v.Type(); elem.Kind() == reflect.Slice && elem.Elem().Kind() == reflect.Struct && !plain(reflect.Zero(elem.Elem())) && v.Len() == 0 {
		fmt.Fprintf(r.w, "%s#  - each with:\n", indent)
		r.fields(reflect.Zero(elem.Elem()), indent+"#    ")
	}
}

// plain values are written on one line.
func plain(v reflect.Value) bool {
	switch v.Interface().(type) {
	case time.Time, netip.Addr, netip.Prefix, act.Section:
		return true
	}
	return false
}

func shown(v reflect.Value) string {
	switch x := v.Interface().(type) {
	case time.Duration:
		return shortDuration(x)
	case time.Time, netip.Addr, netip.Prefix:
		if v.IsZero() {
			return `""`
		}
		return fmt.Sprint(x)
	case []map[string]act.Section:
		var names []string
		for _, m := range x {
			for n := range m {
				names = append(names, "{"+n+": {}}")
			}
		}
		return "[" + strings.Join(names, ", ") + "]"
	}
	if v.Kind() == reflect.Map && v.Len() == 0 {
		return "{}"
	}
	b, err := json.Marshal(v.Interface())
	if err != nil || string(b) == "null" {
		return "[]"
	}
	return string(b)
}

// shortDuration writes 8h instead of 8h0m0s.
func shortDuration(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}
