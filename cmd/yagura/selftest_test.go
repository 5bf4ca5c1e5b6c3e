package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/yagura-project/yagura/event"
)

func TestSelftestCommand(t *testing.T) {
	file := filepath.Join(t.TempDir(), "yagura.yaml")
	if err := os.WriteFile(file, []byte("name: みかさ市\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var out, errs bytes.Buffer
	if code := run(t.Context(), []string{"selftest", "--config", file, "--json"}, streams{&out, &errs}); code != exitFailed {
		t.Errorf("exit %d: without indicators and zones those that need them cannot fire; %s", code, errs.String())
	}
	var got event.SelfTest
	if err := json.Unmarshal(out.Bytes(), &got); err != nil || got.Live || got.Silent() != 4 {
		t.Errorf("%v: %d cannot fire", err, got.Silent())
	}
	out.Reset()
	run(t.Context(), []string{"selftest", "--config", file}, streams{&out, &errs})
	for _, want := range []string{"× indicator", "○ beacon", "パケット", "イベント", "が知らせることができます"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is missing:\n%s", want, out.String())
		}
	}
	if code := run(t.Context(), []string{"selftest", "--config", file, "--notify"}, streams{&out, &errs}); code != exitUsage {
		t.Errorf("--notify without a running Yagura: exit %d", code)
	}
}
