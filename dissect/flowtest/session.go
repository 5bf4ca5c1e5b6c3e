package flowtest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event"
)

// Session gives a parser what both sides say, one by one, and ends it: what begins with ">" is the client's, "gap" are 100 lost bytes.
// It gives the last error.
func Session(t *testing.T, p dissect.Stream, said ...string) (last error) {
	t.Helper()
	for _, l := range said {
		dir := dissect.Resp
		if strings.HasPrefix(l, ">") {
			dir, l = dissect.Orig, l[1:]
		}
		if l == "gap" {
			if err := p.Gap(dir, 100); err != nil {
				t.Fatal(err)
			}
			continue
		}
		n, err := p.Data(dir, []byte(l))
		if last = err; err == nil && n != len(l) {
			t.Fatalf("%q: consumed %d", l, n)
		}
	}
	p.Close()
	return last
}

// Mail tells a message in short: its subject and size, whether it is whole, and its attachments.
func Mail(a *event.EmailActivity) string {
	s := fmt.Sprint(a.Subject, " ", a.Size, " ", a.Whole)
	for _, f := range a.Attachments {
		s += fmt.Sprint(" ", f.Name, " ", f.Size, " ", f.Partial)
	}
	return s
}
