// Package transform changes a copy of a buffer before rules look at it.
package transform

import (
	"fmt"
	"strings"
)

// Transform changes a buffer. It is safe for concurrent use.
type Transform struct {
	Name string // with its options, as written: two of the same name do the same
	// Do may use room (of any length, not overlapping b) for its result. It returns b itself, a part of it, or room grown, and never writes to b.
	Do func(room, b []byte) []byte
}

// Names are the transforms that New knows.
func Names() []string {
	names := []string{"from_base64", "xor", "subslice", "gunzip", "zlib_deflate", "casechange", "pcrexform"}
	for name := range plain {
		names = append(names, name)
	}
	return names
}

// New makes a transform from its keyword and options. group finds the first group of a pattern in b for pcrexform.
func New(name, args string, pattern func(text string) (group func(b []byte) []byte, err error)) (Transform, error) {
	args = strings.TrimSpace(args)
	t := Transform{Name: name}
	if args != "" {
		t.Name += ":" + args
	}
	var err error
	switch name {
	case "from_base64":
		t.Do, err = fromBase64(args)
	case "xor":
		t.Do, err = xor(args)
	case "subslice":
		t.Do, err = subslice(args)
	case "gunzip":
		t.Do, err = inflate(args, openGzip)
	case "zlib_deflate":
		t.Do, err = inflate(args, openZlib)
	case "casechange":
		t.Do, err = casechange(args)
	case "pcrexform":
		var group func([]byte) []byte
		if group, err = pattern(args); err == nil {
			t.Do = func(_, b []byte) []byte { // what the pattern does not fit stays
				if g := group(b); g != nil {
					return g
				}
				return b
			}
		}
	default:
		if t.Do = plain[name]; t.Do == nil {
			return t, fmt.Errorf("there is no transform %q", name)
		}
		if args != "" {
			err = fmt.Errorf("%s takes no options", name)
		}
	}
	return t, err
}

func casechange(args string) (func(room, b []byte) []byte, error) {
	switch args {
	case "to_lower", "lower":
		return plain["to_lowercase"], nil
	case "to_upper", "upper":
		return plain["to_uppercase"], nil
	}
	return nil, fmt.Errorf("%q is neither to_lower nor to_upper", args)
}
