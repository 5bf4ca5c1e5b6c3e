package intel

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/yagura-project/yagura/event"
)

// maxListBytes bounds one list file.
const maxListBytes = 256 << 20

// maxErrors is how many bad lines are named before reading stops.
const maxErrors = 20

// ReadFile reads one list. Every bad line is named; nothing of a bad file counts.
func ReadFile(l List) ([]Indicator, error) {
	f, err := os.Open(l.Path)
	if err != nil {
		return nil, fmt.Errorf("indicator list: %w", err)
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxListBytes+1))
	if err != nil {
		return nil, fmt.Errorf("indicator list %s: %w", l.Path, err)
	}
	if len(b) > maxListBytes {
		return nil, fmt.Errorf("indicator list %s is larger than %d MiB: split it", l.Path, maxListBytes>>20)
	}
	return Read(bytes.TrimPrefix(b, []byte("\ufeff")), l)
}

// Read reads the text of a list; a first line that names a column "value" or "indicator" makes it CSV.
func Read(b []byte, l List) ([]Indicator, error) {
	first, _, _ := bytes.Cut(b, []byte("\n"))
	if columns := header(string(first)); columns["value"] > 0 {
		return readCSV(b, l, columns)
	}
	return readPlain(b, l)
}

// header maps a column's name to its place, counted from 1.
func header(line string) map[string]int {
	names := map[string]string{"value": "value", "indicator": "value", "kind": "kind", "type": "kind", "severity": "severity",
		"label": "label", "name": "label", "expires": "expires", "valid_until": "expires", "apt": "apt"}
	m := map[string]int{}
	for i, c := range strings.Split(strings.TrimSpace(line), ",") {
		if n := names[strings.ToLower(strings.Trim(c, "\" \t"))]; n != "" {
			m[n] = i + 1
		}
	}
	return m
}

func readPlain(b []byte, l List) (out []Indicator, _ error) {
	var errs []error
	sc := bufio.NewScanner(bytes.NewReader(b))
	for n := 1; sc.Scan() && len(errs) < maxErrors; n++ {
		line, _, _ := strings.Cut(sc.Text(), "#")
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		i, err := l.indicator(n, l.Kind, line)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		out = append(out, i)
	}
	errs = append(errs, sc.Err())
	return refuse(out, errs)
}

func readCSV(b []byte, l List, columns map[string]int) (out []Indicator, _ error) {
	r := csv.NewReader(bytes.NewReader(b))
	r.FieldsPerRecord, r.Comment, r.TrimLeadingSpace = -1, '#', true
	var errs []error
	for len(errs) < maxErrors {
		rec, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", l.Path, err))
			break
		}
		line, _ := r.FieldPos(0)
		if line == 1 {
			continue
		}
		i, err := l.record(line, rec, columns)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		out = append(out, i)
	}
	return refuse(out, errs)
}

func refuse(out []Indicator, errs []error) ([]Indicator, error) {
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return out, nil
}

func (l List) indicator(line int, kind Kind, text string) (Indicator, error) {
	i, err := Parse(kind, text)
	if err != nil {
		return i, fmt.Errorf("%s:%d: %w", l.Path, line, err)
	}
	i.Label, i.APT, i.Source = l.Label, l.APT, fmt.Sprintf("%s:%d", l.Path, line)
	if l.Severity != 0 {
		i.Severity = l.Severity
	}
	return i, nil
}

func (l List) record(line int, rec []string, columns map[string]int) (Indicator, error) {
	get := func(name string) string {
		if n := columns[name]; n > 0 && n <= len(rec) {
			return strings.TrimSpace(rec[n-1])
		}
		return ""
	}
	kind := l.Kind
	if k := Kind(strings.ToLower(get("kind"))); k != "" {
		kind = k
	}
	i, err := l.indicator(line, kind, get("value"))
	if err != nil {
		return i, err
	}
	if s := get("label"); s != "" {
		i.Label = s
	}
	if s := get("apt"); s != "" {
		i.APT = s == "1" || strings.EqualFold(s, "true") || strings.EqualFold(s, "yes")
	}
	if s := get("severity"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n != 2 && n != 4 && n != 6 && n != 8 {
			return i, fmt.Errorf("%s:%d: severity %q is not 2, 4, 6 or 8", l.Path, line, s)
		}
		i.Severity = event.Severity(n)
	}
	if s := get("expires"); s != "" {
		if i.Expires, err = parseDay(s); err != nil {
			return i, fmt.Errorf("%s:%d: expires %q: write 2026-12-31 or 2026-12-31T15:00:00Z", l.Path, line, s)
		}
	}
	return i, nil
}

// parseDay reads RFC 3339, or a date that ends with its last second in Japan.
func parseDay(s string) (time.Time, error) {
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return t.UTC(), nil
	}
	t, err := time.Parse("2006-01-02", s)
	if err != nil {
		return time.Time{}, err
	}
	return t.Add(24*time.Hour - 9*time.Hour), nil
}
