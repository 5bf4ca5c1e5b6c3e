package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestCheckSaysWhatTheSensorDoes has one number in two files: the sensor uses the later revision alone, and so the check says.
func TestCheckSaysWhatTheSensorDoes(t *testing.T) {
	dir := t.TempDir()
	var files []string
	for name, text := range map[string]string{"a.rules": "rev:1", "b.rules": "rev:2"} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte("alert tcp any any -> any any (content:\"a\"; sid:1; "+text+";)\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		files = append(files, path)
	}
	var out bytes.Buffer
	c := rulesCheckCmd{ruleFiles: ruleFiles{Home: "10.0.0.0/8", Files: files}}
	err := c.Run(t.Context(), streams{out: &out, err: &out})
	if err == nil || !strings.Contains(out.String(), "a.rules:1 sid 1") || !strings.Contains(out.String(), "使えるルール 1 件、使えないルール 1 件") {
		t.Errorf("%v: %s", err, out.String())
	}
}
