package transform

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"encoding/hex"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// fromBase64 reads "bytes 6, offset 6, mode rfc2045". What does not decode, or is shorter than was asked for, stays as it is.
func fromBase64(args string) (func(room, b []byte) []byte, error) {
	length, offset, mode := -1, 0, RFC4648
	for _, word := range list(args) {
		key, value := pair(word)
		var err error
		switch key {
		case "bytes":
			length, err = number(value, 0, 65535)
		case "offset":
			offset, err = number(value, 0, 65535)
		case "mode":
			mode, err = parseMode(value)
		default:
			err = fmt.Errorf("unknown option %q", key)
		}
		if err != nil {
			return nil, err
		}
	}
	return func(room, b []byte) []byte {
		if offset >= len(b) || length > len(b)-offset {
			return b
		}
		part := b[offset:]
		if length > 0 {
			part = part[:length]
		}
		if made := Base64(room[:0], part, mode); len(made) > 0 {
			return made
		}
		return b
	}, nil
}

func parseMode(s string) (Mode, error) {
	switch strings.ToLower(s) {
	case "rfc4648":
		return RFC4648, nil
	case "rfc2045":
		return RFC2045, nil
	case "strict":
		return Strict, nil
	}
	return 0, fmt.Errorf("mode %q is not strict, rfc4648 or rfc2045", s)
}

// xor reads a key "0d0ac8ff", or "offset 1, extract 4 0": where to begin, and that the key's 4 bytes stand at 0.
func xor(args string) (func(room, b []byte) []byte, error) {
	text := strings.Trim(strings.TrimSpace(args), `"`)
	if key, err := hex.DecodeString(text); err == nil && len(key) > 0 {
		return func(room, b []byte) []byte { return xored(room, b, key, 0) }, nil
	}
	offset, size, at := 0, 0, 0
	for _, word := range list(text) {
		f := strings.Fields(word)
		var err error
		switch {
		case len(f) == 2 && f[0] == "offset":
			offset, err = number(f[1], 0, 65535)
		case len(f) == 3 && f[0] == "extract":
			if size, err = number(f[1], 1, 255); err == nil {
				at, err = number(f[2], 0, 65535)
			}
		default:
			err = fmt.Errorf("%q is neither a key in hexadecimal digits nor offset N nor extract SIZE POSITION", word)
		}
		if err != nil {
			return nil, err
		}
	}
	if size == 0 {
		return nil, fmt.Errorf("%q has no key", args)
	}
	return func(room, b []byte) []byte {
		if at+size > len(b) || offset > len(b) {
			return b
		}
		return xored(room, b, b[at:at+size], offset)
	}, nil
}

// xored leaves what is before offset.
func xored(room, b, key []byte, offset int) []byte {
	room = append(room[:0], b...)
	for i := offset; i < len(room); i++ {
		room[i] ^= key[(i-offset)%len(key)]
	}
	return room
}

// subslice reads "OFFSET[, LENGTH][, truncate]", where what is negative counts from the end.
func subslice(args string) (func(room, b []byte) []byte, error) {
	words := list(args)
	truncate := false
	if n := len(words); n > 0 && words[n-1] == "truncate" {
		truncate, words = true, words[:n-1]
	}
	if len(words) == 0 || len(words) > 2 {
		return nil, fmt.Errorf("%q is not OFFSET[, LENGTH][, truncate]", args)
	}
	offset, err := number(words[0], -65535, 65535)
	if err != nil {
		return nil, err
	}
	length, whole := 0, len(words) == 1
	if !whole {
		if length, err = number(words[1], -65535, 65535); err != nil {
			return nil, err
		}
	}
	return func(_, b []byte) []byte { return slice(b, offset, length, whole, truncate) }, nil
}

func slice(b []byte, from, length int, whole, truncate bool) []byte {
	if from < 0 {
		if from += len(b); from < 0 {
			if !truncate {
				return nil
			}
			from = 0
		}
	}
	to := len(b)
	switch {
	case whole:
	case length < 0:
		to = len(b) + length
	default:
		to = from + length
	}
	if to > len(b) {
		if !truncate {
			return nil
		}
		to = len(b)
	}
	if from >= to {
		return nil
	}
	return b[from:to]
}

// inflate reads "max-size N" and unpacks at most that much.
func inflate(args string, open func(io.Reader) (io.Reader, error)) (func(room, b []byte) []byte, error) {
	size := 1024
	for _, word := range list(args) {
		key, value := pair(word)
		if key != "max-size" {
			return nil, fmt.Errorf("unknown option %q", key)
		}
		n, err := number(value, 1, 16<<20)
		if err != nil {
			return nil, err
		}
		size = n
	}
	return func(room, b []byte) []byte {
		r, err := open(bytes.NewReader(b))
		if err != nil {
			return nil
		}
		out := bytes.NewBuffer(room[:0])
		io.Copy(out, io.LimitReader(r, int64(size))) // what came before an error counts
		return out.Bytes()
	}, nil
}

func openGzip(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) }
func openZlib(r io.Reader) (io.Reader, error) { return zlib.NewReader(r) }

func list(args string) []string {
	var words []string
	for w := range strings.SplitSeq(args, ",") {
		if w = strings.TrimSpace(w); w != "" {
			words = append(words, w)
		}
	}
	return words
}

// pair cuts "key value", "key: value" or "key=value".
func pair(word string) (key, value string) {
	i := strings.IndexAny(word, " :=\t")
	if i < 0 {
		return word, ""
	}
	return word[:i], strings.Trim(word[i:], " :=\t")
}

func number(s string, low, high int) (int, error) {
	n, err := strconv.ParseInt(s, 0, 64)
	if err != nil || n < int64(low) || n > int64(high) {
		return 0, fmt.Errorf("%q is not a number from %d to %d", s, low, high)
	}
	return int(n), nil
}
