package main

import (
	"bytes"
	"reflect"
	"strings"
	"testing"
)

// What the binary says about its configuration must be a configuration: the defaults themselves.
func TestTheReferenceReadsBackAsTheDefaults(t *testing.T) {
	var out bytes.Buffer
	if err := printReference(&out); err != nil {
		t.Fatal(err)
	}
	got := config{}
	if err := decodeYAML("reference.yaml", out.Bytes(), &got); err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	want := defaultConfig()
	got.Act.Enforcers, want.Act.Enforcers = nil, nil // sections are decoded by their enforcers
	for _, section := range []string{"Decide", "Store", "Incident", "Dissect", "Capture", "Home"} {
		g, w := reflect.ValueOf(got).FieldByName(section), reflect.ValueOf(want).FieldByName(section)
		if !equalDefaults(g, w) {
			t.Errorf("%s read back as %+v, default %+v", section, g, w)
		}
	}
}

// equalDefaults takes an empty list for a missing one.
func equalDefaults(a, b reflect.Value) bool {
	switch a.Kind() {
	case reflect.Slice, reflect.Map:
		if a.Len() == 0 && b.Len() == 0 {
			return true
		}
	case reflect.Struct:
		for i := range a.NumField() {
			f := a.Type().Field(i)
			if key, _, _ := strings.Cut(f.Tag.Get("yaml"), ","); key != "" && key != "-" && !equalDefaults(a.Field(i), b.Field(i)) {
				return false
			}
		}
		return true
	}
	return reflect.DeepEqual(a.Interface(), b.Interface())
}

func TestEverySettingIsExplained(t *testing.T) {
	var out bytes.Buffer
	if err := printReference(&out); err != nil {
		t.Fatal(err)
	}
	silent := 0
	for line := range strings.Lines(out.String()) {
		if !strings.Contains(line, "# ") && strings.Contains(line, ": ") {
			silent++
			t.Logf("without a word: %s", strings.TrimRight(line, "\n"))
		}
	}
	if silent > 20 {
		t.Errorf("%d settings have no comment beside their field", silent)
	}
}
