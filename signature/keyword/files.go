package keyword

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"fmt"
	"os"
	"sort"
	"strings"

	"github.com/yagura-project/yagura/event/wire"
	"github.com/yagura-project/yagura/signature/rule"
)

func (b *builder) file(t rule.FileTest) {
	b.sig.Files = append(b.sig.Files, t)
	b.asked = true
}

func answer(ok bool) rule.Answer {
	if ok {
		return rule.Yes
	}
	return rule.No
}

// direction reads "to_client," before the value of a file keyword.
func (b *builder) direction(arg string) string {
	for _, w := range []struct {
		word string
		d    wire.Dir
	}{{"to_server", wire.Orig}, {"toserver", wire.Orig}, {"request", wire.Orig}, {"to_client", wire.Resp}, {"toclient", wire.Resp}, {"response", wire.Resp}} {
		if rest, ok := strings.CutPrefix(arg, w.word+","); ok {
			b.fileDirs[w.d] = true
			return strings.TrimSpace(rest)
		}
	}
	return arg
}

// text reads [!]"text" with the escapes of a content.
func text(arg string) (negated bool, raw []byte, err error) {
	s := strings.TrimPrefix(arg, "!")
	if negated = s != arg; strings.HasSuffix(arg, `"`) { // quotation marks may be left out
		if negated, s, err = quoted(arg); err != nil {
			return false, nil, err
		}
	}
	raw, err = unescape(s, nil)
	if err == nil && len(raw) == 0 {
		err = bad("the text is empty")
	}
	return negated, raw, err
}

// filename asks whether a file's name has a text in it, without regard to case; fileext whether it ends in it behind a dot.
func filename(b *builder, keyword, arg string) error {
	negated, raw, err := text(b.direction(arg))
	if err != nil {
		return err
	}
	want := strings.ToLower(string(raw))
	if keyword == "fileext" {
		want = "." + want
	}
	b.file(func(f *wire.File) rule.Answer {
		name := strings.ToLower(f.Name)
		if keyword == "fileext" {
			return answer(strings.HasSuffix(name, want) != negated)
		}
		return answer(strings.Contains(name, want) != negated)
	})
	return nil
}

// filemagic asks whether the description of a file, or the short word for its type, has a text in it, without regard to case.
func filemagic(b *builder, _, arg string) error {
	negated, raw, err := text(b.direction(arg))
	if err != nil {
		return err
	}
	want := strings.ToLower(string(raw))
	b.file(func(f *wire.File) rule.Answer {
		if f.Type == "" && !f.Closed {
			return rule.Later
		}
		found := strings.Contains(strings.ToLower(f.Magic), want) || strings.Contains(strings.ToLower(f.Type), want)
		return answer(found != negated)
	})
	b.sig.Magic = true
	return nil
}

// filesize compares the size of a file.
func filesize(b *builder, _, arg string) error {
	c, err := plainNumber.compare(b.direction(arg))
	if err != nil {
		return err
	}
	b.file(func(f *wire.File) rule.Answer {
		if !f.Closed && !c.OfSize(int(min(f.Size, 1<<62)), true) {
			return rule.Later
		}
		if f.Truncated && !c.OfSize(int(min(f.Size, 1<<62)), true) {
			return rule.No
		}
		return answer(c.Holds(f.Size))
	})
	return nil
}

// filehash asks whether a file's hash is in a list.
func filehash(b *builder, keyword, arg string) error {
	arg = b.direction(arg)
	name, negated := strings.CutPrefix(arg, "!")
	name = b.beside(strings.Trim(strings.TrimSpace(name), `"`))
	size, get := 16, func(f *wire.File) []byte { return f.MD5 }
	switch keyword {
	case "filesha1":
		size, get = 20, func(f *wire.File) []byte { return f.SHA1 }
	case "filesha256":
		size, get = 32, func(f *wire.File) []byte { return f.SHA256 }
	}
	list, err := readHashes(name, size)
	if err != nil {
		return err
	}
	b.file(func(f *wire.File) rule.Answer {
		h := get(f)
		if h == nil {
			if f.Closed {
				return rule.No
			}
			return rule.Later
		}
		i := sort.Search(len(list)/size, func(i int) bool { return bytes.Compare(list[i*size:(i+1)*size], h) >= 0 })
		found := i < len(list)/size && bytes.Equal(list[i*size:(i+1)*size], h)
		return answer(found != negated)
	})
	return nil
}

// readHashes reads one hash a line, what is behind white space or a comma is not looked at; the result is sorted, one behind the other.
func readHashes(name string, size int) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("list of hashes: %w", err)
	}
	defer f.Close()
	var all [][]byte
	in := bufio.NewScanner(f)
	for n := 1; in.Scan(); n++ {
		line := strings.TrimSpace(in.Text())
		if line == "" || line[0] == '#' {
			continue
		}
		word := strings.FieldsFunc(line, func(r rune) bool { return r == ' ' || r == '\t' || r == ',' || r == ';' })
		h, err := hex.DecodeString(word[0])
		if err != nil || len(h) != size {
			return nil, bad("%s:%d: %q is not a hash of %d hexadecimal digits", name, n, clip(word[0]), 2*size)
		}
		all = append(all, h)
	}
	if err := in.Err(); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(all) == 0 {
		return nil, bad("%s has no hash", name)
	}
	sort.Slice(all, func(i, j int) bool { return bytes.Compare(all[i], all[j]) < 0 })
	return bytes.Join(all, nil), nil
}

// filestore says that a file is to be kept.
func filestore(b *builder, _, arg string) error {
	s := &rule.Store{}
	for _, w := range words(arg) {
		switch w {
		case "":
		case "request", "to_server", "response", "to_client", "both":
			s.Direction = b.pool.text(w)
		case "file", "tx", "ssn", "flow":
			s.Scope = b.pool.text(w)
		default:
			return bad("%q is not known", w)
		}
	}
	b.sig.Store = s
	return nil
}
