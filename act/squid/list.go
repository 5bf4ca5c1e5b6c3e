package squid

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/yagura-project/yagura/act"
)

// head begins a list of ours: another file of the name is never overwritten.
const head = "# yagura squid 1: whom the proxy keeps from the web. Without this file everybody passes."

// Limits of a list.
const (
	maxList  = 4 << 20
	maxLines = 50_000
)

var errForeign = errors.New("the file is not a list of Yagura's")

// entry is "isolated ADDRESS UNTIL ORDER": one address of one order until a Unix time.
type entry struct {
	net   netip.Prefix
	until int64
	order string
}

// list is what the helper obeys.
type list struct {
	entries []entry
	allow   []act.Allow // "allow ADDRESS PORT", port 0 = all
}

// read takes a file that is not there for an empty list.
func read(path string) (list, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return list{}, nil
	}
	if err != nil {
		return list{}, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxList+1))
	if err == nil && len(text) > maxList {
		err = fmt.Errorf("%s is larger than %d bytes", path, maxList)
	}
	if err != nil {
		return list{}, err
	}
	l, err := parse(text)
	if err != nil {
		err = fmt.Errorf("%s: %w", path, err)
	}
	return l, err
}

// parse reads a list; a line that it does not know is an error, for half a list would open somebody.
func parse(text []byte) (l list, err error) {
	first, rest, _ := bytes.Cut(text, []byte("\n"))
	if string(first) != head {
		return l, errForeign
	}
	n := 1
	for line := range strings.Lines(string(rest)) {
		if n++; n > maxLines {
			return l, fmt.Errorf("more than %d lines", maxLines)
		}
		f := strings.Fields(line)
		switch {
		case len(f) == 0:
		case len(f) == 4 && f[0] == "isolated":
			e := entry{order: f[3]}
			if e.net, err = netip.ParsePrefix(f[1]); err == nil {
				e.until, err = strconv.ParseInt(f[2], 10, 64)
			}
			l.entries = append(l.entries, e)
		case len(f) == 3 && f[0] == "allow":
			a := act.Allow{}
			port := uint64(0)
			if a.IP, err = netip.ParseAddr(f[1]); err == nil {
				port, err = strconv.ParseUint(f[2], 10, 16)
			}
			a.Port = uint16(port)
			l.allow = append(l.allow, a)
		default:
			err = errors.New("unknown words")
		}
		if err != nil {
			return list{}, fmt.Errorf("line %d: %w", n, err)
		}
	}
	return l, nil
}

func (l list) text() []byte {
	var b bytes.Buffer
	b.WriteString(head + "\n")
	for _, a := range l.allow {
		fmt.Fprintf(&b, "allow %s %d\n", a.IP, a.Port)
	}
	for _, e := range l.entries {
		fmt.Fprintf(&b, "isolated %s %d %s\n", e.net, e.until, e.order)
	}
	return b.Bytes()
}

// write replaces the list; the user of Squid may read it, only Yagura writes it. With the last entry it goes.
func (l list) write(path string) error {
	if len(l.entries) == 0 {
		if err := os.Remove(path); !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return act.Replace(path, l.text(), 0o644)
}

// isolates reports whether a request of src to dst is to be refused now.
func (l list) isolates(src netip.Addr, dst string, port uint16, now time.Time) bool {
	if to, err := netip.ParseAddr(strings.Trim(dst, "[]")); err == nil {
		for _, a := range l.allow {
			if a.IP.Unmap() == to.Unmap() && (a.Port == 0 || a.Port == port) {
				return false
			}
		}
	}
	src = src.Unmap().WithZone("")
	return slices.ContainsFunc(l.entries, func(e entry) bool { return now.Unix() < e.until && e.net.Contains(src) })
}
