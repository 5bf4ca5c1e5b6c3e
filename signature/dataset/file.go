package dataset

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
)

// maxFile bounds a file of values.
const maxFile = 1 << 30

// load reads the set's file, if it has one. A file that is also saved to need not be there.
func (s *Set) load() error {
	if s.spec.Load == "" {
		return nil
	}
	f, err := os.Open(s.spec.Load)
	if errors.Is(err, os.ErrNotExist) && s.spec.Save == s.spec.Load {
		return nil
	}
	if err != nil {
		return fmt.Errorf("set %s: %w", s.spec.Name, err)
	}
	defer f.Close()
	r := io.LimitReader(f, maxFile)
	switch s.spec.Format {
	case "json":
		err = s.readJSON(r)
	case "ndjson", "jsonline":
		err = s.readLines(r, s.addJSON)
	default:
		err = s.readLines(r, s.addLine)
	}
	if err == nil && s.full > 0 {
		err = fmt.Errorf("%d values of %d have no room in %d bytes; say more as memcap, at most %d", s.full, s.full+uint64(len(s.m)), s.spec.MemCap, mostCap)
	}
	if err != nil {
		return fmt.Errorf("set %s: %s: %w", s.spec.Name, s.spec.Load, err)
	}
	return nil
}

func (s *Set) readLines(r io.Reader, add func([]byte) error) error {
	in := bufio.NewScanner(r)
	in.Buffer(make([]byte, 0, 64<<10), 16<<20)
	for n := 1; in.Scan(); n++ {
		line := bytes.TrimSpace(bytes.TrimPrefix(in.Bytes(), byteOrderMark))
		if len(line) == 0 || line[0] == '#' {
			continue
		}
		if err := add(line); err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
	}
	return in.Err()
}

// byteOrderMark is what some editors put before a file.
var byteOrderMark = []byte("\ufeff")

// addLine takes "value" or "value,score".
func (s *Set) addLine(line []byte) error {
	text, score, scored := strings.Cut(string(line), ",")
	b, err := s.parse(strings.TrimSpace(text), false)
	if err != nil {
		return err
	}
	v := value{}
	if scored {
		n, err := strconv.ParseUint(strings.TrimSpace(score), 10, 16)
		if err != nil {
			return fmt.Errorf("score %q is not 0 to 65535", score)
		}
		v.score, v.scored = uint16(n), true
	}
	s.put(string(s.key(b)), v)
	return nil
}

// addJSON takes one object.
func (s *Set) addJSON(line []byte) error {
	key, err := keyAt(line, s.spec.ValueKey)
	if err != nil {
		return err
	}
	b, err := s.parse(key, true)
	if err != nil {
		return err
	}
	context := bytes.Clone(line)
	if s.spec.RemoveKey {
		if context, err = without(line, strings.Split(s.spec.ValueKey, ".")); err != nil {
			return err
		}
	}
	var room bytes.Buffer
	if err := json.Compact(&room, context); err != nil {
		return err
	}
	s.put(string(s.key(b)), value{context: room.Bytes()})
	return nil
}

// readJSON takes an array of objects, or an object in which one stands at the array key.
func (s *Set) readJSON(r io.Reader) error {
	all, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	all = bytes.TrimPrefix(all, byteOrderMark)
	if s.spec.ArrayKey != "" {
		if all, err = at(all, strings.Split(s.spec.ArrayKey, ".")); err != nil {
			return err
		}
	}
	var list []json.RawMessage
	if err := json.Unmarshal(all, &list); err != nil {
		return fmt.Errorf("no array of objects: %w", err)
	}
	without := 0
	for i, x := range list {
		err := s.addJSON(x)
		if errors.Is(err, errNoKey) && len(list) > 1 { // elements need not all be of one kind
			without++
			continue
		}
		if err != nil {
			return fmt.Errorf("element %d: %w", i, err)
		}
	}
	if without > 0 && without == len(list) {
		return fmt.Errorf("%w %s in any element", errNoKey, s.spec.ValueKey)
	}
	return nil
}

var errNoKey = errors.New("no key")

// at is the value at a path of keys.
func at(b []byte, path []string) (json.RawMessage, error) {
	x := json.RawMessage(b)
	for _, k := range path {
		var o map[string]json.RawMessage
		if err := json.Unmarshal(x, &o); err != nil {
			return nil, err
		}
		next, ok := o[k]
		if !ok {
			return nil, fmt.Errorf("%w %q", errNoKey, k)
		}
		x = next
	}
	return x, nil
}

func keyAt(b []byte, path string) (string, error) {
	x, err := at(b, strings.Split(path, "."))
	if err != nil {
		return "", err
	}
	var text string
	if err := json.Unmarshal(x, &text); err != nil {
		return "", fmt.Errorf("%s is no string", path)
	}
	return text, nil
}

// without is an object without what stands at a path.
func without(b []byte, path []string) (json.RawMessage, error) {
	var o map[string]json.RawMessage
	if err := json.Unmarshal(b, &o); err != nil {
		return nil, err
	}
	if len(path) == 1 {
		delete(o, path[0])
	} else if inner, ok := o[path[0]]; ok {
		x, err := without(inner, path[1:])
		if err != nil {
			return nil, err
		}
		o[path[0]] = x
	}
	return json.Marshal(o)
}

// values are a copy of what the set holds: rules wait for nothing longer.
func (s *Set) values() map[string]value {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.changed, s.written = false, true
	return maps.Clone(s.m)
}

// write puts the values in order.
func (s *Set) write(w io.Writer) error {
	all := s.values()
	out := bufio.NewWriter(w)
	for _, k := range slices.Sorted(maps.Keys(all)) {
		out.WriteString(s.print(k))
		if v := all[k]; v.scored {
			out.WriteByte(',')
			out.WriteString(strconv.Itoa(int(v.score)))
		}
		out.WriteByte('\n')
	}
	return out.Flush()
}
