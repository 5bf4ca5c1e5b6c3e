package mail

import (
	"context"
	"html"
	"strings"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/notify"
)

// The sentences around a link for an answer.
var (
	textAnswer = event.Text{JA: "▼ 切り離すかどうかを、この画面で答えてください（開いただけでは何も起きません）", EN: "▼ Say here whether it may be cut off (opening the page does nothing)"}
	textYours  = event.Text{JA: "このリンクはあなた専用で、一度だけ使えます。転送しないでください。", EN: "The link is yours alone and is good for one answer. Do not forward it."}
)

// asking puts the recipient's own link before everything else of a message that asks for an answer.
func (s *sender) asking(ctx context.Context, m notify.Message, rcpt string) notify.Message {
	if m.Ask == "" || s.link == nil {
		return m
	}
	link := s.link(ctx, m.Ask, rcpt)
	if link == "" {
		return m
	}
	lang := "ja"
	if strings.HasPrefix(m.Subject, "[") { // English subjects begin so
		lang = "en"
	}
	m.Text = textAnswer.In(lang) + "\n" + link + "\n" + textYours.In(lang) + "\n\n" + m.Text
	if head, rest, ok := strings.Cut(m.HTML, "</h1>"); ok {
		m.HTML = head + `</h1><p style="border:2px solid #b3261e;border-radius:8px;padding:12px">` + html.EscapeString(textAnswer.In(lang)) +
			`<br><a href="` + html.EscapeString(link) + `" style="font-size:18px;font-weight:bold">` + html.EscapeString(answerName.In(lang)) +
			`</a><br><span style="font-size:13px;color:#555">` + html.EscapeString(textYours.In(lang)) + `</span></p>` + rest
	}
	return m
}

var answerName = event.Text{JA: "回答の画面を開く", EN: "Open the page to answer"}
