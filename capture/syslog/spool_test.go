package syslog

import (
	"errors"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func message(text string) Message {
	return Message{From: netip.MustParseAddr("2001:db8::5"), Way: TLS, Received: time.Unix(1_790_000_000, 5).UTC(), Data: []byte(text)}
}

func TestSpoolKeepsAllOfAMessage(t *testing.T) {
	s, err := openSpool(t.TempDir(), 16<<20)
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	want := message("<1>端末")
	if err := s.append([]Message{want}); err != nil {
		t.Fatal(err)
	}
	list, _, err := s.take(t.Context(), 10)
	if err != nil || len(list) != 1 || string(list[0].Data) != string(want.Data) || list[0].From != want.From || list[0].Way != TLS || !list[0].Received.Equal(want.Received) {
		t.Errorf("%+v, %v", list, err)
	}
}

// A record that was being written when the machine stopped is cut; all before it is there.
func TestSpoolAfterATornWrite(t *testing.T) {
	dir := t.TempDir()
	s, err := openSpool(dir, 16<<20)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"one", "two", "three"} {
		if err := s.append([]Message{message(text)}); err != nil {
			t.Fatal(err)
		}
	}
	files, _ := filepath.Glob(filepath.Join(dir, "*.spool"))
	st, err := os.Stat(files[0])
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(files[0], st.Size()-3); err != nil { // nobody closed it: as after kill -9
		t.Fatal(err)
	}
	again, err := openSpool(dir, 16<<20)
	if err != nil {
		t.Fatal(err)
	}
	defer again.close()
	if err := again.append([]Message{message("four")}); err != nil {
		t.Fatal(err)
	}
	list, _, err := again.take(t.Context(), 10)
	var got []string
	for _, m := range list {
		got = append(got, string(m.Data))
	}
	if strings.Join(got, " ") != "one two four" || err != nil {
		t.Errorf("%v, %v", got, err)
	}
}

// The spool takes no more than it may, removes what is judged, and then takes again.
func TestSpoolIsBounded(t *testing.T) {
	dir := t.TempDir()
	s, err := openSpool(dir, 20<<20)
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	big := message(strings.Repeat("x", 60_000))
	n := 0
	for ; ; n++ {
		if err := s.append([]Message{big}); errors.Is(err, errFull) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	if n < 300 || n > 350 {
		t.Errorf("%d messages of 60 kB fitted into 20 MiB", n)
	}
	list, end, err := s.take(t.Context(), 1000)
	if err != nil || len(list) != n {
		t.Fatalf("%d of %d given out: %v", len(list), n, err)
	}
	if err := s.judged(end); err != nil {
		t.Fatal(err)
	}
	if files, _ := filepath.Glob(filepath.Join(dir, "*.spool")); len(files) != 1 {
		t.Errorf("%d segments are left", len(files))
	}
	if err := s.append([]Message{big}); err != nil {
		t.Errorf("no room after all is judged: %v", err)
	}
	if b := s.backlog(); b < 60_000 || b > 61_000 {
		t.Errorf("backlog %d", b)
	}
}
