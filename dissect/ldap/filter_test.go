package ldap

import (
	"fmt"
	"strings"
	"testing"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/ber"
	"github.com/yagura-project/yagura/event"
)

// element is an element of BER with a length of two bytes.
func element(tag byte, body ...string) string {
	s := strings.Join(body, "")
	return string([]byte{tag, 0x82, byte(len(s) >> 8), byte(len(s))}) + s
}

// searchFor is a search for one of many accounts.
func searchFor(id byte, accounts int) (message, filter string) {
	var parts, text []string
	for i := range accounts {
		name := fmt.Sprintf("account%04d", i)
		parts = append(parts, element(0xa3, element(4, "sAMAccountName"), element(4, name)))
		text = append(text, "(sAMAccountName="+name+")")
	}
	f := element(0xa1, parts...)
	op := element(4, "dc=town") + "\x0a\x01\x02\x0a\x01\x03\x02\x01\x00\x02\x01\x3c\x01\x01\xff" + f + element(ber.Sequence)
	return element(ber.Sequence, "\x02\x01"+string(id), element(tagSearchRequest, op)), "(|" + strings.Join(text, "") + ")"
}

// TestLongFilter: whoever asks for hundreds of accounts at once is told with all of them, up to 16 KiB.
func TestLongFilter(t *testing.T) {
	for accounts, whole := range map[int]bool{60: true, 300: true, 600: false} {
		var got []*event.LDAPActivity
		s := newStream(&dissect.Flow{Emit: func(e event.Event) { got = append(got, e.(*event.LDAPActivity)) }})
		m, want := searchFor(7, accounts)
		if n, err := s.Data(dissect.Orig, []byte(m)); n != len(m) || err != nil {
			t.Fatalf("consumed %d of %d bytes, %v", n, len(m), err)
		}
		s.Close()
		if !whole {
			want = want[:maxFilter]
		}
		if len(got) != 1 || got[0].Filter != want {
			t.Errorf("%d accounts: a filter of %d bytes, want %d", accounts, len(got[0].Filter), len(want))
		}
		if e := got[0]; e.Deref != 3 || e.TimeLimit != 60 || !e.TypesOnly {
			t.Errorf("%+v", e)
		}
	}
}

// TestManyLongFilters: where many searches wait for their answers, what is kept of their filters is bounded.
func TestManyLongFilters(t *testing.T) {
	s := newStream(&dissect.Flow{Emit: func(event.Event) {}})
	for i := range byte(100) {
		m, _ := searchFor(i, 600)
		if _, err := s.Data(dissect.Orig, []byte(m)); err != nil {
			t.Fatal(err)
		}
	}
	held := 0
	for _, q := range s.open {
		held += len(q.e.Filter)
	}
	if held > maxFilters+maxFilter+100*maxText || held != s.filters {
		t.Errorf("%d bytes are kept, %d counted", held, s.filters)
	}
	if s.Close(); s.filters != 0 {
		t.Errorf("%d bytes are counted at the end", s.filters)
	}
}
