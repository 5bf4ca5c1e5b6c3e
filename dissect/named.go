package dissect

import "strings"

// Named is the parser of protocols that are recognised by their first bytes and not read further: nothing of them is
// of use to a detector.
func Named(*Flow) Stream { return named{ErrDone} }

// NamedDatagrams is Named over UDP.
func NamedDatagrams(*Flow) Datagrams { return named{ErrDone} }

// Veiled is Named for protocols whose bytes are encrypted: they count as not looked into.
func Veiled(*Flow) Stream { return named{ErrOpaque} }

// VeiledDatagrams is Veiled over UDP.
func VeiledDatagrams(*Flow) Datagrams { return named{ErrOpaque} }

type named struct{ end error }

func (n named) Data(Dir, []byte) (int, error) { return 0, n.end }
func (n named) Gap(Dir, int) error            { return n.end }
func (n named) Datagram(Dir, []byte) error    { return n.end }
func (n named) Close()                        {}

// Prefix compares first bytes with what they must be, as far as there are some.
func Prefix(b []byte, want string) Match {
	n := min(len(b), len(want))
	return begins(string(b[:n]) == want[:n], n, want)
}

// PrefixFold is Prefix without regard to the case of letters.
func PrefixFold(b []byte, want string) Match {
	n := min(len(b), len(want))
	return begins(strings.EqualFold(string(b[:n]), want[:n]), n, want)
}

// begins judges what is the same, or not, in its first n bytes.
func begins(same bool, n int, want string) Match {
	switch {
	case !same:
		return No
	case n < len(want):
		return Maybe
	}
	return Yes
}
