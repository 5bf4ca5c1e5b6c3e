package mysql

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/yagura-project/yagura/dissect/flowtest"
	"github.com/yagura-project/yagura/event"
)

// commandsOf are the statements of a conversation behind its log-on, each with what its answer told of rows.
func commandsOf(says ...flowtest.Say) (out []string) {
	whole := append([]flowtest.Say{flowtest.Down(greeting), able(0), flowtest.Down(packet(2, granted))}, says...)
	for _, line := range flowtest.Records(3306, false, whole, Protocol) {
		if _, rest, ok := strings.Cut(line, " command:'"); ok {
			words, _, _ := strings.Cut(rest, "'")
			if _, rows, ok := strings.Cut(rest, "data_rows:"); ok {
				words += " " + rows[:1]
			}
			out = append(out, words)
		}
	}
	return out
}

// TestHole: what is lost hides itself, and no statement behind it. While the hole is waited for, the other side goes on: no answer is given to
// another statement.
func TestHole(t *testing.T) {
	query := func(words string) flowtest.Say { return flowtest.Up(packet(0, "\x03"+words)) }
	rows := func(words ...string) flowtest.Say {
		bodies := []string{"\x01", define(253, 0), ends}
		for _, w := range words {
			bodies = append(bodies, string([]byte{0xfc, byte(len(w)), byte(len(w) >> 8)})+w)
		}
		return flowtest.Down(packets(1, append(bodies, ends)...))
	}
	parts := rows("a", strings.Repeat("x", 60000), "b").B
	for name, c := range map[string]struct {
		says []flowtest.Say
		want []string
	}{
		"statement": {[]flowtest.Say{flowtest.Lost(query("select 2")), rows("a"), query("select 3"), rows("a", "b"), query("select 4"), rows("a", "b", "c")},
			[]string{"select 3", "select 4 3"}},
		"answer": {[]flowtest.Say{query("select 2"), flowtest.Lost(rows("a")), query("select 3"), rows("a", "b"), query("select 4"), rows(), query("select 5"), rows("a", "b", "c")},
			[]string{"select 2", "select 3", "select 4", "select 5 3"}},
		"part of an answer": {[]flowtest.Say{query("select 2"), flowtest.Down(parts[:2000]), flowtest.Lost(flowtest.Down(parts[2000:3000])), flowtest.Down(parts[3000:]),
			query("select 3"), rows("a"), query("select 4"), rows("a", "b")}, []string{"select 2 1", "select 3", "select 4 2"}},
	} {
		if d := cmp.Diff(c.want, commandsOf(c.says...)); d != "" {
			t.Errorf("%s:\n%s", name, d)
		}
	}
}

// TestSwitched: the way of proving is the one that the server asks for last.
func TestSwitched(t *testing.T) {
	got := flowtest.Records(3306, false, []flowtest.Say{flowtest.Down(greeting), able(withPlugin), flowtest.Down(packet(2, "\xfemysql_clear_password\x00")),
		flowtest.Up(packet(3, "geheim\x00")), flowtest.Down(packet(4, granted))}, Protocol)
	if len(got) != 1 || !strings.Contains(got[0], "authentication:'mysql_clear_password'") || strings.Contains(got[0], "geheim") {
		t.Errorf("%q", got)
	}
}

// TestWhoWasLetIn: a wrong password is a refused log-on; a server that is full refuses nobody.
func TestWhoWasLetIn(t *testing.T) {
	for name, c := range map[string]struct{ answer, want string }{
		"in":      {"\x00\x00\x00\x02\x00\x00\x00", "tanaka true"},
		"denied":  {"\xff\x15\x04#28000Access denied for user 'tanaka'", "tanaka false"},
		"full":    {"\xff\x10\x04#08004Too many connections", ""},
		"nothing": {"\xff", ""},
	} {
		got := ""
		for _, e := range flowtest.Detailed(3306, false, []flowtest.Say{flowtest.Down(greeting), flowtest.Up(logon), flowtest.Down(packet(2, c.answer))}, Protocol) {
			if a, ok := e.(*event.Authentication); ok {
				got = fmt.Sprint(a.User, " ", a.Success)
			}
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// TestOtherUser: guessing goes on within a session.
func TestOtherUser(t *testing.T) {
	var got []string
	for _, e := range flowtest.Detailed(3306, false, []flowtest.Say{flowtest.Down(greeting), able(0), flowtest.Down(packet(2, granted)),
		flowtest.Up(packet(0, "\x11root\x00\x04prof\x00")), flowtest.Down(packet(1, "\xfemysql_native_password\x0012345678901234567890\x00")), flowtest.Up(packet(2, "proof")),
		flowtest.Down(packet(3, "\xff\x15\x04#28000Access denied for user 'root'")),
		flowtest.Up(packet(0, "\x11dba\x00\x04prof\x00")), flowtest.Down(packet(1, "\x00\x00\x00\x02\x00\x00\x00"))}, Protocol) {
		if a, ok := e.(*event.Authentication); ok {
			got = append(got, fmt.Sprint(a.User, " ", a.Success))
		}
	}
	if d := cmp.Diff([]string{"tanaka true", "root false", "dba true"}, got); d != "" {
		t.Error(d)
	}
}
