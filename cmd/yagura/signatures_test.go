package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/yagura-project/yagura/signature"
)

func TestRulesAreReadAgain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.rules")
	put := func(text string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	put("alert tcp any any -> any any (content:\"a\"; sid:1;)\nalert tcp any any -> any any (nosuchkeyword; sid:2;)\n")
	s, err := newSignatures(signatureConfig(path), defaultHome)
	if err != nil {
		t.Fatal(err)
	}
	first := s.holder.Get()
	if used, refused := s.counts(); used != 1 || refused != 1 || first.Len() != 1 {
		t.Errorf("%d used, %d refused", used, refused)
	}
	var told bytes.Buffer
	s.tell(&told)
	if out := told.String(); !strings.Contains(out, "a.rules:2: nosuchkeyword") || !strings.Contains(out, "1 of 2 rules") {
		t.Errorf("told %q", out)
	}
	put("alert tcp any any -> any any (content:\"a\"; sid:1;)\nalert tcp any any -> any any (content:\"b\"; sid:2;)\n")
	if err := s.Reload(); err != nil {
		t.Fatal(err)
	}
	if s.holder.Get() == first || s.holder.Get().Len() != 2 {
		t.Error("the new rules are not in use")
	}
	second := s.holder.Get()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := s.Reload(); err == nil || s.holder.Get() != second {
		t.Errorf("a missing file took the rules away: %v", err)
	}
	if none, err := newSignatures(signatureConfig(path), defaultHome); err == nil || none != nil {
		t.Error("a missing file is no error at the start")
	}
}

func signatureConfig(path string) signature.Config {
	c := signature.DefaultConfig()
	c.Files = []string{path}
	return c
}
