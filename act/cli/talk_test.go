package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"testing"
	"time"
)

// played is a device that says what a test wrote: after each command its echo, what speak gives, and the prompt.
func played(t testing.TB, d *dialect, speak func(command string) string) *talk {
	t.Helper()
	ours, theirs := net.Pipe()
	t.Cleanup(func() { _ = ours.Close(); _ = theirs.Close() })
	go func() {
		_, _ = io.WriteString(theirs, "\r\nsw1#")
		buf, line := make([]byte, 256), []byte{}
		for {
			n, err := theirs.Read(buf)
			if err != nil {
				return
			}
			line = append(line, buf[:n]...)
			for {
				command, rest, ok := bytes.Cut(line, []byte("\n"))
				if !ok {
					break
				}
				line = slices.Clone(rest)
				if _, err := io.WriteString(theirs, string(command)+"\r\n"+speak(string(command))+"sw1#"); err != nil {
					return
				}
			}
		}
	}()
	ch := make(chan []byte)
	go func() {
		defer close(ch)
		for {
			b := make([]byte, 512)
			n, err := ours.Read(b)
			if err != nil {
				return
			}
			ch <- b[:n]
		}
	}()
	return &talk{d: d, out: ours, in: ch, patient: 5 * time.Second}
}

func known(t testing.TB, name string) *dialect {
	t.Helper()
	all, err := dialects()
	if err != nil {
		t.Fatal(err)
	}
	return all[name]
}

// What a device shows of other people's text cannot end an answer, steer a terminal, or hide a line.
func TestHostileOutput(t *testing.T) {
	d := known(t, "cisco-ios")
	for name, c := range map[string]struct{ says, want string }{
		"a prompt alone on its line":      {"one\r\nsw1#\r\ntwo\r\n", "one|sw1#|two"},
		"a prompt without its line's end": {"one\r\nsw1#", "one|"},
		"a comment that was not sent":     {"sw1#! 123456789012\r\nsw1#\r\ntwo\r\n", "sw1#! 123456789012|sw1#|two"},
		"another device's prompt":         {"sw9(config)#\r\ntwo\r\n", "sw9(config)#|two"},
		"colours":                         {"\x1b[31mred\x1b[0m\x1b]0;title\x07 end\r\n", "red end"},
		"a torn escape":                   {"\x1b[3", ""},
		"overwritten":                     {"bad\rgood\r\n", "good"},
		"erased":                          {"abc\b\b\x1b[Kx\r\n", "ax"},
		"direction of writing":            {"a\u202eb\u2066c\r\n", "abc"},
		"no text at all":                  {"\x00\x01\x7f\xff\xfe\r\n", ""},
	} {
		k := played(t, d, func(command string) string {
			if command == "show x" {
				return c.says
			}
			return ""
		})
		if err := k.begin(t.Context(), ""); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if k.patient = 5 * time.Second; c.want == "" || strings.HasSuffix(c.want, "|") {
			k.patient = 300 * time.Millisecond
		}
		answer, err := k.ask(t.Context(), "show x")
		if name == "a prompt without its line's end" || name == "a torn escape" {
			// The device's own prompt then stands on a foreign line: that is no answer, and ends in time.
			if err == nil {
				t.Errorf("%s: %q", name, answer)
			}
			continue
		}
		if got := strings.Join(answer, "|"); err != nil || got != c.want {
			t.Errorf("%s: %q %v, want %q", name, got, err, c.want)
		}
	}
}

func TestADeviceThatDoesNotEnd(t *testing.T) {
	d := known(t, "alliedware-plus")
	for name, c := range map[string]struct{ says, want string }{
		"lines":      {strings.Repeat("x\r\n", maxLines+1), errTooMuch.Error()},
		"one line":   {strings.Repeat("x", maxLine+1), errTooMuch.Error()},
		"a question": {"Delete everything? [confirm]", "which nobody answers"},
		"a yes/no":   {"Continue (y/n)", "which nobody answers"},
	} {
		k := played(t, d, func(command string) string {
			if command == "show x" {
				return c.says
			}
			return ""
		})
		k.patient = time.Second
		if err := k.begin(t.Context(), ""); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if strings.HasPrefix(c.says, "Delete") || strings.HasPrefix(c.says, "Continue") {
			k.in = after(k.in, "sw1#")
		}
		if _, err := k.ask(t.Context(), "show x"); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	// A device that trickles costs as long as was agreed.
	ch := make(chan []byte)
	quit := make(chan struct{})
	defer close(quit)
	go func() {
		for {
			select {
			case ch <- []byte("x\r\n"):
			case <-quit:
				return
			}
			time.Sleep(5 * time.Millisecond)
		}
	}()
	k := &talk{d: d, out: io.Discard, in: ch, patient: 200 * time.Millisecond}
	if err := k.begin(t.Context(), ""); err == nil || !strings.Contains(err.Error(), "within 200ms") {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := k.ask(ctx, "show x"); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// after cuts a device's prompt off what it says, as a question waits without one.
func after(in <-chan []byte, end string) <-chan []byte {
	out := make(chan []byte)
	go func() {
		defer close(out)
		for b := range in {
			out <- bytes.TrimSuffix(b, []byte(end))
		}
	}()
	return out
}

func TestThePagerIsAnswered(t *testing.T) {
	d := known(t, "cisco-ios")
	k := played(t, d, func(command string) string {
		switch {
		case command == "show x":
			return "one\r\n --More-- \r          \rtwo\r\n"
		default:
			return ""
		}
	})
	if err := k.begin(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
	if answer, err := k.ask(t.Context(), "show x"); err != nil || strings.Join(answer, "|") != "one|two" {
		t.Errorf("%q %v", answer, err)
	}
}

func TestSecretsAreMasked(t *testing.T) {
	var kept []string
	k := played(t, known(t, "cisco-ios"), func(command string) string {
		if command != "show x" {
			return ""
		}
		return " key 7 0822455D0A16\r\nsnmp-server community Geheim RO\r\nusername x password 0 hunter2x\r\nsay topsecret aloud\r\n"
	})
	k.secrets, k.keep = []string{"topsecret"}, func(c string, a []string) { kept = append(append(kept, c), a...) }
	if err := k.begin(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
	if _, err := k.ask(t.Context(), "show x"); err != nil {
		t.Fatal(err)
	}
	text := strings.Join(kept, "\n")
	for _, s := range []string{"0822455D0A16", "Geheim", "hunter2x", "topsecret"} {
		if strings.Contains(text, s) {
			t.Errorf("%s is kept: %s", s, text)
		}
	}
	if !strings.Contains(text, "community ***") {
		t.Error(text)
	}
}

func TestOneLineACommand(t *testing.T) {
	k := played(t, known(t, "cisco-ios"), func(string) string { return "" })
	if err := k.begin(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
	if _, err := k.ask(t.Context(), "show x\nreload"); err == nil {
		t.Error("two commands were sent as one")
	}
}

// fuzzTalk holds the conversation to its frame: whatever a device says as an answer, the answer ends behind it, and
// with an answer come all of its lines.
func fuzzTalk(f *testing.F, name string) {
	for _, s := range []string{"one\r\nsw1#\r\ntwo\r\n", "sw1(config)#! 1\r\n", "\x1b[2J\x1b]0;x", "--More--", "% no\r\n", "Password: ",
		" 10    0000.5e00.5301    DYNAMIC     Gi1/0/5\r\n", "10   port1.0.5    0000.5e00.5301   forward   dynamic\r\n", "interface port1.0.5\r\n switchport\r\n"} {
		f.Add([]byte(s))
	}
	d := known(f, name)
	f.Fuzz(func(t *testing.T, says []byte) {
		in := make(chan []byte, 4)
		n := 0
		k := &talk{d: d, host: "sw1", in: in, patient: 20 * time.Millisecond, mark: func() string { n++; return fmt.Sprintf("mark%08d", n) }}
		k.out = writes(func(b []byte) {
			command := strings.TrimSuffix(string(b), "\n")
			if command == "show x" {
				in <- append([]byte("show x\r\n"), says...)
				in <- []byte("\r\nEND\r\nsw1#")
				return
			}
			if command == " " {
				return // the pager's
			}
			select {
			case in <- []byte(command + "\r\nsw1#"):
			default:
			}
		})
		answer, err := k.ask(t.Context(), "show x")
		var no *deviceError
		if (err == nil || errors.As(err, &no)) && (len(answer) == 0 || answer[len(answer)-1] != "END") {
			t.Fatalf("%q is not the whole answer to %q", answer, says)
		}
		for _, q := range []table{d.Find, d.Beside} {
			for _, r := range d.rows(q, answer) {
				if r.vlan < 1 || r.vlan > 4094 || r.port == "" || strings.ContainsAny(r.port, " \t\n") {
					t.Fatalf("%+v", r)
				}
			}
		}
		if lines, ok := d.stanza(answer, "port1.0.5"); ok && len(lines) == 0 {
			t.Fatal("a stanza of nothing")
		}
	})
}

type writes func([]byte)

func (w writes) Write(b []byte) (int, error) { w(b); return len(b), nil }

func FuzzAlliedWarePlus(f *testing.F) { fuzzTalk(f, "alliedware-plus") }
func FuzzCiscoIOS(f *testing.F)       { fuzzTalk(f, "cisco-ios") }
