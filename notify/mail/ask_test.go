package mail

import (
	"context"
	"strings"
	"testing"

	"github.com/yagura-project/yagura/notify"
	"github.com/yagura-project/yagura/notify/notifytest"
)

// Each recipient gets a link of their own, who may not answer gets none, and other messages have none.
func TestEachHasALinkOfTheirOwn(t *testing.T) {
	s := newServer(t, false)
	t.Setenv("YAGURA_TEST_SMTP", password)
	c := DefaultConfig()
	c.Host, c.Port, c.From, c.User, c.PasswordEnv, c.CAFile = "localhost", s.port, "yagura@town.example.lg.jp", "yagura", "YAGURA_TEST_SMTP", s.ca
	c.To = []string{"sato@town.example.lg.jp", "ito@town.example.lg.jp", "reader@town.example.lg.jp"}
	sender, err := Channel.Open(&c, notify.Deps{Answer: func(_ context.Context, order, person string) string {
		if strings.HasPrefix(person, "reader") {
			return ""
		}
		return "https://yagura.example.lg.jp/answer/" + order + "." + person
	}})
	if err != nil {
		t.Fatal(err)
	}
	m := notifytest.Message("u")
	m.HTML = "<h1>見出し</h1><p>本文</p>"
	m.Ask = "iso-7"
	if err := sender.Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	for _, in := range s.mails {
		r, _, html := read(t, in)
		for _, person := range c.To {
			link := "https://yagura.example.lg.jp/answer/iso-7." + person
			want := person == in.to && !strings.HasPrefix(person, "reader")
			if strings.Contains(r.Text, link) != want || strings.Contains(html, link) != want {
				t.Errorf("the mail to %s and the link of %s: text %v, html %v, want %v", in.to, person, strings.Contains(r.Text, link), strings.Contains(html, link), want)
			}
		}
		if !strings.Contains(r.Text, m.Text[:20]) {
			t.Errorf("the message itself is missing in the mail to %s", in.to)
		}
	}
	m.UID, m.Ask = "v", ""
	if err := sender.Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	for _, in := range s.mails[3:] {
		if r, _, _ := read(t, in); strings.Contains(r.Text, "/answer/") {
			t.Errorf("a message that asks nothing has a link: %s", r.Text)
		}
	}
}
