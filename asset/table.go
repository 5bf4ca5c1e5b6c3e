package asset

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/encoding/japanese"
)

// Table is a CSV file with a header line, as offices keep them.
type Table struct {
	Lines   []Line
	Written time.Time // when the file was written
}

// Line is one line of a Table; Get gives the trimmed cell of a column, "" where it has none.
type Line struct {
	Number int // in the file, from 1
	Get    func(column string) string
}

const (
	maxCSV    = 64 << 20 // bytes of one file
	maxFaults = 20       // faulty lines that are named
)

// ReadTable reads a CSV file in UTF-8 (with or without BOM) or Shift_JIS (CP932). columns says which header, in
// lower case, stands for which column; other columns are ignored. Without one of need it is an error that names the
// file and the header to write.
func ReadTable(path string, columns map[string]string, need ...string) (Table, error) {
	text, written, err := readText(path)
	if err != nil {
		return Table{}, err
	}
	return tableOf(path, text, written, columns, need)
}

func tableOf(path string, text []byte, written time.Time, columns map[string]string, need []string) (Table, error) {
	r := csv.NewReader(bytes.NewReader(text))
	r.FieldsPerRecord, r.TrimLeadingSpace = -1, true
	head, err := r.Read()
	if err != nil {
		return Table{}, fmt.Errorf("%s:1: no header line: write %s", path, headers(columns, need))
	}
	where := map[string]int{}
	for i, h := range head {
		if c := columns[strings.ToLower(strings.TrimSpace(h))]; c != "" {
			where[c] = i
		}
	}
	for _, n := range need {
		if _, ok := where[n]; !ok {
			return Table{}, fmt.Errorf("%s:1: no column %s; columns found: %s", path, headers(columns, []string{n}), strings.Join(head, ", "))
		}
	}
	t := Table{Written: written}
	for {
		rec, err := r.Read()
		if errors.Is(err, io.EOF) {
			return t, nil
		}
		if err != nil {
			return Table{}, fmt.Errorf("%s: %w", path, err)
		}
		number, _ := r.FieldPos(0)
		t.Lines = append(t.Lines, Line{number, func(c string) string {
			if i, ok := where[c]; ok && i < len(rec) {
				return strings.TrimSpace(rec[i])
			}
			return ""
		}})
	}
}

// headers writes columns with the Japanese header that stands for each.
func headers(columns map[string]string, names []string) string {
	var out []string
	for _, n := range names {
		var ja []string
		for h, c := range columns {
			if c == n && h != n && h[0] >= utf8.RuneSelf {
				ja = append(ja, h)
			}
		}
		slices.Sort(ja)
		if len(ja) > 0 {
			n += " (" + ja[0] + ")"
		}
		out = append(out, n)
	}
	return strings.Join(out, ", ")
}

func readText(path string) ([]byte, time.Time, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, time.Time{}, fmt.Errorf("list: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, time.Time{}, fmt.Errorf("list: %w", err)
	}
	b, err := io.ReadAll(io.LimitReader(f, maxCSV+1))
	if err != nil {
		return nil, time.Time{}, fmt.Errorf("list %s: %w", path, err)
	}
	if len(b) > maxCSV {
		return nil, time.Time{}, fmt.Errorf("list %s is larger than %d MiB: split it", path, maxCSV>>20)
	}
	text, err := decode(b)
	if err != nil {
		return nil, time.Time{}, fmt.Errorf("%s: %w", path, err)
	}
	return text, info.ModTime().UTC(), nil
}

func decode(b []byte) ([]byte, error) {
	b = bytes.TrimPrefix(b, []byte("\ufeff"))
	if utf8.Valid(b) {
		return b, nil
	}
	out, err := japanese.ShiftJIS.NewDecoder().Bytes(b)
	if err != nil || bytes.ContainsRune(out, utf8.RuneError) {
		return nil, errors.New("neither UTF-8 nor Shift_JIS: save it as CSV UTF-8")
	}
	return out, nil
}
