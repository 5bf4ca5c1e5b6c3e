package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/store"
)

// sealed keeps three days that are over and returns where, with their first and last.
func sealed(t *testing.T) (dir, period string) {
	t.Helper()
	cfg := store.DefaultConfig()
	cfg.Dir = t.TempDir()
	state, err := store.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer state.Close()
	now := time.Now()
	day := func(back int) string { return now.In(jst).AddDate(0, 0, -back).Format(time.DateOnly) }
	for _, back := range []int{3, 2, 1} {
		d := event.SeparationDay{Day: day(back), Zones: []string{"lgwan"}, Minutes: 1440, Checked: uint64(70 + back), Until: now.AddDate(0, 0, -back).UTC()}
		if err := keepDay(t.Context(), state, d, now); err != nil {
			t.Fatal(err)
		}
	}
	return cfg.Dir, day(3) + ".." + day(1)
}

// command runs yagura and returns what it printed.
func command(t *testing.T, args ...string) (code int, out string) {
	t.Helper()
	var b bytes.Buffer
	code = run(t.Context(), args, streams{&b, &b})
	return code, b.String()
}

// A certificate can be verified anywhere, by anybody, later; whatever is changed in it shows.
func TestCertificateIsVerified(t *testing.T) {
	data, period := sealed(t)
	out := t.TempDir()
	key := filepath.Join(out, "certificate.key")
	code, printed := command(t, "report", "--kind", "separation", "--period", period, "--data", data, "--out", out, "--sign-key", key, "--json")
	var files reportFiles
	if err := json.Unmarshal([]byte(printed[strings.IndexByte(printed, '{'):]), &files); code != 0 || err != nil || files.Proof == "" {
		t.Fatalf("report: %d %v %s", code, err, printed)
	}
	if info, err := os.Stat(key); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key: %v %v", info, err)
	}
	if code, printed := command(t, "verify", "--lang", "en", "--ledger", "--data", data, files.Proof); code != 0 || strings.Contains(printed, "×") || !strings.Contains(printed, "fingerprints of 3 sealed days") {
		t.Errorf("as it was made: %d %s", code, printed)
	}
	whole, err := os.ReadFile(files.Proof)
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(x *proof){
		"a count":           func(x *proof) { x.Days[1].Checked++ },
		"a sealed count":    func(x *proof) { x.Days[1].Checked++; x.Days[1].Digest = x.Days[1].Sum() },
		"a day left out":    func(x *proof) { x.Days = x.Days[1:]; x.Lines = x.Lines[1:] },
		"a line":            func(x *proof) { x.Lines[0].Who = "somebody" },
		"the page":          func(x *proof) { x.HTML = x.PDF },
		"signed by another": func(x *proof) { x.Key = append([]byte{}, x.Key...); x.Key[0]++ },
	} {
		t.Run(name, func(t *testing.T) {
			var x proof
			if err := json.Unmarshal(whole, &x); err != nil {
				t.Fatal(err)
			}
			change(&x)
			b, err := json.Marshal(x)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(files.Proof, b, 0o600); err != nil {
				t.Fatal(err)
			}
			if code, printed := command(t, "verify", "--lang", "en", files.Proof); code != 1 || !strings.Contains(printed, "×") {
				t.Errorf("%d %s", code, printed)
			}
		})
	}
}

// Without a key the chain alone holds, and says so; a key that was asked for must have signed.
func TestUnsignedCertificate(t *testing.T) {
	data, period := sealed(t)
	out := t.TempDir()
	if code, printed := command(t, "report", "--kind", "separation", "--period", period, "--data", data, "--out", out); code != 0 {
		t.Fatalf("report: %d %s", code, printed)
	}
	files, err := filepath.Glob(filepath.Join(out, "*.proof.json"))
	if err != nil || len(files) != 1 {
		t.Fatalf("%v %v", files, err)
	}
	if code, printed := command(t, "verify", "--lang", "en", files[0]); code != 0 || !strings.Contains(printed, "not signed") {
		t.Errorf("%d %s", code, printed)
	}
	if code, _ := command(t, "verify", "--key", "AAAA", files[0]); code != 1 {
		t.Errorf("an unsigned one passes for one signed by a key: %d", code)
	}
}
