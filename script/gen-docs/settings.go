package main

import (
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/yagura-project/yagura"
)

// setting is one row of a reference: a key, its default, and the comment beside its field.
type setting struct{ key, value, says string }

// settings are the keys of cfg, a pointer to a struct with yaml tags that is declared in dir.
func settings(dir string, cfg any) ([]setting, error) {
	v := reflect.ValueOf(cfg).Elem()
	says := map[string]string{}
	if err := yagura.Settings(dir, says); err != nil {
		return nil, err
	}
	owner := v.Type().String() + "."
	var out []setting
	for i := range v.NumField() {
		f := v.Type().Field(i)
		key, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		if key == "" || key == "-" {
			continue
		}
		if says[owner+f.Name] == "" {
			return nil, fmt.Errorf("%s.%s has no comment: say what it is, its unit and its range", v.Type().Name(), f.Name)
		}
		out = append(out, setting{key, show(v.Field(i)), strings.ReplaceAll(says[owner+f.Name], "|", "\\|")})
	}
	return out, nil
}

func show(v reflect.Value) string {
	if d, ok := v.Interface().(time.Duration); ok {
		s := d.String()
		if strings.HasSuffix(s, "m0s") {
			s = strings.TrimSuffix(s, "0s")
		}
		if strings.HasSuffix(s, "h0m") {
			s = strings.TrimSuffix(s, "0m")
		}
		return s
	}
	if v.Kind() == reflect.Slice && v.Len() == 0 {
		return "[]"
	}
	return fmt.Sprint(v.Interface())
}
