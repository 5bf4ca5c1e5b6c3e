package squid

import (
	"bytes"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/yagura-project/yagura/act"
)

var noon = time.Unix(1_800_000_000, 0)

func ask(t *testing.T, path, questions string, now time.Time) string {
	t.Helper()
	var out bytes.Buffer
	if err := Help(strings.NewReader(questions), &out, path, func() time.Time { return now }, func(err error) { t.Log(err) }); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestTheHelperAnswers(t *testing.T) {
	path := filepath.Join(t.TempDir(), "isolated")
	l := list{entries: []entry{{netip.MustParsePrefix("10.1.0.7/32"), noon.Unix() + 60, "iso-1"}, {netip.MustParsePrefix("fd00::7/128"), noon.Unix() + 60, "iso-1"}},
		allow: []act.Allow{{IP: netip.MustParseAddr("10.9.0.9"), Port: 80}}}
	if err := l.write(path); err != nil {
		t.Fatal(err)
	}
	questions := "0 10.1.0.7 www.example.jp 443 -\n1 10.1.0.8 www.example.jp 443 -\n7 fd00::7 x 80\n::ffff:10.1.0.7 x 80\n" +
		"3 10.1.0.7 10.9.0.9 80\n4 10.1.0.7 10.9.0.9 443\n\n5 nonsense x y\n" + strings.Repeat("x", 200_000) + "\n6 10.1.0.7 x 80\n"
	want := "0 OK\n1 ERR\n7 OK\nOK\n3 ERR\n4 OK\nERR\n5 ERR\nERR\n6 OK\n"
	if got := ask(t, path, questions, noon); got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := ask(t, path, "0 10.1.0.7 x 80\n", noon.Add(time.Minute)); got != "0 ERR\n" {
		t.Errorf("when its time is over: %q", got)
	}
}

// Whatever is wrong with the list, nobody is kept from the web by mistake.
func TestTheHelperFailsOpen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "isolated")
	for name, text := range map[string]string{"foreign": "10.1.0.7\n", "half": head + "\nisolated 10.1.0.7/32 18000", "empty": ""} {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if got := ask(t, path, "0 10.1.0.7 x 80\n", noon); got != "0 ERR\n" {
			t.Errorf("%s: %q", name, got)
		}
	}
	if got := ask(t, filepath.Join(path, "nowhere"), "0 10.1.0.7 x 80\n", noon); got != "0 ERR\n" {
		t.Errorf("no file: %q", got)
	}
}

// A file that is not ours is neither read as a list nor overwritten.
func TestAForeignFileStays(t *testing.T) {
	path := filepath.Join(t.TempDir(), "isolated")
	if err := os.WriteFile(path, []byte("theirs\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	h := &hand{cfg: Config{List: path}, deps: quietDeps()}
	if _, err := h.change("iso-1", []entry{{netip.MustParsePrefix("10.1.0.7/32"), noon.Unix(), "iso-1"}}); err == nil {
		t.Error("it was taken")
	}
	if text, err := os.ReadFile(path); err != nil || string(text) != "theirs\n" {
		t.Errorf("%q %v", text, err)
	}
}

func FuzzHelper(f *testing.F) {
	f.Add([]byte(head+"\nallow 10.9.0.9 80\nisolated 10.1.0.7/32 1800000060 iso-1\n"), "0 10.1.0.7 x 80\n")
	f.Add([]byte("x"), "9999999999999 [::1%eth0] \x00 70000\n")
	f.Fuzz(func(t *testing.T, text []byte, question string) {
		l, err := parse(text)
		if err != nil && (len(l.entries) > 0 || len(l.allow) > 0) {
			t.Fatalf("half a list: %+v %v", l, err)
		}
		if again, err2 := parse(l.text()); err == nil && (err2 != nil || !bytes.Equal(again.text(), l.text())) {
			t.Fatalf("%q is written as %q: %v", text, l.text(), err2)
		}
		if _, v := answer(question, l, noon); v != "OK" && v != "ERR" {
			t.Fatal(v)
		}
	})
}
