// Package log reads log files of other systems, line by line, into the events that packets would have given.
package log

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/yagura-project/yagura/event"
)

// Format describes one kind of log file; each folder under dissect/log exports one.
type Format struct {
	Name string // squid
	Spec string // the document obeyed

	// Line reads one line without its end. nil, nil is a line of no interest (a comment, an empty line). An error
	// says what is wrong with it; the line is lost and counted. b is only valid during the call.
	Line func(b []byte) (event.Event, error)
	// Alert is what a format of alerts has instead: its lines need a clock, because they may lack year or zone.
	Alert func(b []byte, c Clock) (*event.OtherAlert, error)
}

// At is the format with a Line that reads alerts by the clock.
func (f Format) At(c Clock) Format {
	if f.Alert == nil {
		return f
	}
	f.Line = func(b []byte) (event.Event, error) {
		if len(bytes.TrimSpace(b)) == 0 {
			return nil, nil
		}
		text, _ := Decode(b, "")
		a, err := f.Alert(text, c)
		if err != nil {
			return nil, err
		}
		a.Time = a.Reported
		return a, nil
	}
	return f
}

// Stats counts what a file held.
type Stats struct {
	Lines  uint64 `json:"lines"`
	Events uint64 `json:"events"`
	Bad    uint64 `json:"bad"` // lines that could not be read
	First  string `json:"first_bad,omitempty"`
}

// maxLine bounds one line; a longer one is lost and counted.
const maxLine = 64 << 10

// Read gives every event of r to emit, in the order of the lines.
func Read(r io.Reader, f Format, emit func(event.Event)) (st Stats, err error) {
	in := bufio.NewReaderSize(r, maxLine)
	for {
		line, err := in.ReadSlice('\n')
		if len(line) > 0 {
			st.Lines++
			if errors.Is(err, bufio.ErrBufferFull) {
				st.bad("longer than 65536 bytes")
				err = skip(in)
			} else {
				st.line(f, bytes.TrimRight(line, "\r\n"), emit)
			}
		}
		if errors.Is(err, io.EOF) {
			return st, nil
		}
		if err != nil {
			return st, err
		}
	}
}

func (st *Stats) line(f Format, b []byte, emit func(event.Event)) {
	e, err := f.Line(b)
	switch {
	case err != nil:
		st.bad(err.Error())
	case e != nil:
		st.Events++
		emit(e)
	}
}

func (st *Stats) bad(what string) {
	if st.Bad++; st.First == "" {
		st.First = fmt.Sprintf("line %d: %s", st.Lines, what)
	}
}

func skip(in *bufio.Reader) error {
	for {
		_, err := in.ReadSlice('\n')
		if !errors.Is(err, bufio.ErrBufferFull) {
			return err
		}
	}
}

// Find is the format whose reader accepts one of the first lines of a file.
func Find(head []byte, formats []Format) (Format, bool) {
	for i := 0; i < 5 && len(head) > 0; i++ {
		var line []byte
		var whole bool
		if line, head, whole = bytes.Cut(head, []byte("\n")); !whole {
			break
		}
		for _, f := range formats {
			f = f.At(Clock{})
			if e, err := f.Line(bytes.TrimRight(line, "\r")); err == nil && e != nil && telling(e) {
				return f, true
			}
		}
	}
	return Format{}, false
}

// telling keeps lines that only happen to have the shape of an alert from naming a file's format.
func telling(e event.Event) bool {
	a, ok := e.(*event.OtherAlert)
	return !ok || a.Src.IP.IsValid() || a.Dst.IP.IsValid() || a.Interested.IP.IsValid() || a.Vendor != ""
}
