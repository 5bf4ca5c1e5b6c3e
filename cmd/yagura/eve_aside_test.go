package main

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/eve"
)

// full takes some lines and then fails.
type full struct {
	bytes.Buffer
	lines int
}

var errFull = errors.New("no space left")

func (f *full) Write(b []byte) (int, error) {
	if f.lines--; f.lines < 0 {
		return 0, errFull
	}
	return f.Buffer.Write(b)
}

// TestAside writes what the writer itself writes, in the same order, and tells of the first error.
func TestAside(t *testing.T) {
	var events []event.Event
	for i := range 3*asideBatch + 7 {
		events = append(events, &event.DNSActivity{Header: event.Header{Time: time.Unix(int64(i), 0).UTC()}, Activity: event.DNSQuery, Service: "dns", Query: fmt.Sprintf("h%d.example", i)})
	}
	var want, got bytes.Buffer
	at := eve.NewWriter(&want, 3)
	beside := newAside(eve.NewWriter(&got, 3))
	for _, e := range events {
		if err := at.Event(e); err != nil {
			t.Fatal(err)
		}
		beside.event(e)
	}
	if err := beside.close(); err != nil {
		t.Fatal(err)
	}
	if want.String() != got.String() || strings.Count(got.String(), "\n") < len(events) {
		t.Errorf("%d bytes at once, %d aside", want.Len(), got.Len())
	}
	disk := &full{lines: 5}
	beside = newAside(eve.NewWriter(disk, 3))
	for _, e := range events {
		beside.event(e)
	}
	if err := beside.close(); !errors.Is(err, errFull) || strings.Count(disk.String(), "\n") != 5 {
		t.Errorf("%v, %d lines", err, strings.Count(disk.String(), "\n"))
	}
}
