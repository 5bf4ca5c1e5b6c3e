// Package columns reads lines whose shape the configuration gives: columns between separators, or a regular expression.
package columns

import (
	"encoding/csv"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/yagura-project/yagura/dissect/log"
	"github.com/yagura-project/yagura/dissect/log/syslog"
	"github.com/yagura-project/yagura/event"
)

// names are what the configuration calls its columns and groups.
var names = log.Names{
	Src: []string{"src"}, SrcPort: []string{"src_port"}, SrcMAC: []string{"src_mac"}, SrcHost: []string{"src_host"},
	Dst: []string{"dst"}, DstPort: []string{"dst_port"}, DstMAC: []string{"dst_mac"}, DstHost: []string{"dst_host"},
	Interested: []string{"machine"}, InterestedMAC: []string{"machine_mac"}, InterestedHost: []string{"machine_host"}, Peer: []string{"peer"},
	Proto: []string{"proto"}, User: []string{"user"}, Action: []string{"action"}, ID: []string{"id"}, Name: []string{"name"},
	Rated: []string{"severity"}, Time: []string{"time"},
}

// Known are the names of columns and groups that have a meaning; others are kept as fields.
var Known = []string{"src", "src_port", "src_mac", "src_host", "dst", "dst_port", "dst_mac", "dst_host", "machine", "machine_mac",
	"machine_host", "peer", "proto", "user", "action", "id", "name", "severity", "time"}

// Shape is how the lines of one source are written.
type Shape struct {
	re        *regexp.Regexp
	columns   []string // "" or "-": of no interest
	separator rune
}

// Regex makes a shape of an expression with named groups (RE2), which is held against the message behind the syslog header.
func Regex(expr string) (Shape, error) {
	re, err := regexp.Compile(expr)
	if err != nil {
		return Shape{}, err
	}
	for _, n := range re.SubexpNames() {
		if n != "" {
			return Shape{re: re}, nil
		}
	}
	return Shape{}, errors.New("has no named group: write (?P<src>…) for what is the source address, and so on")
}

// Columns makes a shape of the columns' names and what stands between them: one character, "" = comma.
func Columns(list []string, separator string) (Shape, error) {
	if separator == "" {
		separator = ","
	}
	if r := []rune(separator); len(r) != 1 || r[0] == '"' || r[0] == '\n' {
		return Shape{}, fmt.Errorf("separator %q: write one character", separator)
	}
	if len(list) == 0 || len(list) > 200 {
		return Shape{}, fmt.Errorf("%d columns: write 1 to 200", len(list))
	}
	return Shape{columns: list, separator: []rune(separator)[0]}, nil
}

// Alert reads one line.
func (s Shape) Alert(b []byte, c log.Clock) (*event.OtherAlert, error) {
	h := syslog.Parse(b, c)
	fields, err := s.fields(string(h.Content))
	if err != nil {
		return nil, err
	}
	a := &event.OtherAlert{Format: "columns", Reporter: h.Host, Reported: h.Time}
	names.Fill(a, fields, c)
	a.Grade = log.Grade(a.Rated)
	return a, nil
}

func (s Shape) fields(line string) (f log.Fields, err error) {
	if s.re != nil {
		m := s.re.FindStringSubmatch(line)
		if m == nil {
			return nil, errors.New("the source's pattern does not fit it")
		}
		for i, n := range s.re.SubexpNames() {
			if n != "" {
				f.Add(n, strings.TrimSpace(m[i]))
			}
		}
		return f, nil
	}
	part, err := s.split(line)
	if err != nil {
		return nil, err
	}
	if len(part) < len(s.columns) {
		return nil, fmt.Errorf("%d columns; the source has %d", len(part), len(s.columns))
	}
	for i, n := range s.columns {
		if n != "-" {
			f.Add(n, strings.TrimSpace(part[i]))
		}
	}
	return f, nil
}

// split cuts at the separator; blanks count as one, others may stand within quotes (RFC 4180).
func (s Shape) split(line string) ([]string, error) {
	if s.separator == ' ' {
		return strings.Fields(line), nil
	}
	r := csv.NewReader(strings.NewReader(line))
	r.Comma, r.LazyQuotes, r.FieldsPerRecord = s.separator, true, -1
	return r.Read()
}
