package notify

import (
	"bytes"
	"fmt"
	"html/template"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/yagura-project/yagura/event"
)

// maxSubject is the length of a subject in characters.
const maxSubject = 80

// Message writes the notice out in one language.
func (n Notice) Message(uid, lang string, at time.Time) Message {
	p := n.page(lang)
	ask := ""
	if n.Order != nil && n.Order.State == event.OrderAwaitingApproval {
		ask = n.Order.UID
	}
	return Message{
		Ask: ask, UID: uid, Kind: n.Kind, Time: at.UTC(), Severity: n.Severity, Incident: n.Incident.UID, Number: n.Incident.Number,
		Device: n.Incident.Device.Name(), Subject: n.subject(lang), Text: p.text(), HTML: p.html(), Link: n.Link,
	}
}

// subject is short and begins with what matters: machine, what, how bad.
func (n Notice) subject(lang string) string {
	what := n.Incident.Title.In(lang)
	if n.Kind == KindOrder {
		what, _, _ = strings.Cut(strings.NewReplacer("（", "。", " (", "。").Replace(n.Done.In(lang)), "。")
	}
	format := "【Yagura】%s：%s（危険度%d）"
	if lang == "en" {
		format = "[Yagura] %s: %s (severity %d)"
	}
	s := oneLine(fmt.Sprintf(format, n.Incident.Device.Name(), what, n.Severity))
	if utf8.RuneCountInString(s) > maxSubject {
		s = string([]rune(s)[:maxSubject-1]) + "…"
	}
	return s
}

// oneLine keeps what a network sent out of the header lines.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == 0x2028 || r == 0x2029 {
			return ' '
		}
		return r
	}, s)
}

// page is a notice in one language: headings and their lines.
type page struct {
	Title    string
	Sections []section
	Link     string
	LinkName string
	Footer   string
}

type section struct {
	Head  string
	Lines []string
	Steps bool // numbered
}

func (n Notice) page(lang string) page {
	in := func(t event.Text) string { return t.In(lang) }
	p := page{Title: n.subject(lang), Link: n.Link, LinkName: in(words.Link), Footer: in(words.Footer)}
	add := func(head event.Text, steps bool, lines ...string) {
		if len(lines) > 0 && lines[0] != "" {
			p.Sections = append(p.Sections, section{in(head), lines, steps})
		}
	}
	what := strings.Split(in(n.What), "\n")
	if n.Repeats > 1 {
		what = append(what, fmt.Sprintf(in(words.Repeats), n.Repeats))
	}
	add(words.What, false, what...)
	add(words.Which, false, in(n.Which))
	add(words.Where, false, in(n.Where))
	add(words.Do, true, each(n.Do, lang)...)
	var call []string
	for _, c := range n.Call {
		call = append(call, c.String())
	}
	if len(call) == 0 {
		call = []string{in(words.NoContact)}
	}
	add(words.Call, false, call...)
	add(words.Done, false, in(n.Done))
	add(words.Evidence, false, each(n.Evidence, lang)...)
	add(words.Number, false, n.Incident.Number)
	return p
}

func each(ts []event.Text, lang string) []string {
	var out []string
	for _, t := range ts {
		out = append(out, t.In(lang))
	}
	return out
}

func (p page) text() string {
	var b strings.Builder
	for _, s := range p.Sections {
		fmt.Fprintf(&b, "■ %s\n", s.Head)
		for i, line := range s.Lines {
			switch {
			case s.Steps:
				fmt.Fprintf(&b, "  %d. %s\n", i+1, oneLine(line))
			case len(s.Lines) > 1:
				fmt.Fprintf(&b, "  ・%s\n", oneLine(line))
			default:
				fmt.Fprintf(&b, "  %s\n", oneLine(line))
			}
		}
		b.WriteString("\n")
	}
	if p.Link != "" {
		fmt.Fprintf(&b, "%s: %s\n\n", p.LinkName, p.Link)
	}
	b.WriteString("-- \n" + p.Footer + "\n")
	return b.String()
}

// html escapes everything that came from a network; there is no picture, script or remote part in it.
func (p page) html() string {
	var b bytes.Buffer
	if err := pageTemplate.Execute(&b, p); err != nil {
		return "" // the text is complete without it
	}
	return b.String()
}

var pageTemplate = template.Must(template.New("page").Parse(`<!doctype html>
<html><head><meta charset="utf-8"><title>{{.Title}}</title></head>
<body style="font-family:'BIZ UDPGothic','Hiragino Sans',Meiryo,sans-serif;font-size:16px;line-height:1.7;color:#1a1a1a;max-width:40em">
<h1 style="font-size:19px;border-left:6px solid #b3261e;padding-left:10px">{{.Title}}</h1>
{{range .Sections}}<h2 style="font-size:16px;margin:18px 0 4px">{{.Head}}</h2>
{{if .Steps}}<ol style="margin:0">{{range .Lines}}<li>{{.}}</li>{{end}}</ol>
{{else}}{{range .Lines}}<div style="margin-left:1em">{{.}}</div>{{end}}
{{end}}{{end}}{{if .Link}}<p><a href="{{.Link}}">{{.LinkName}}</a></p>{{end}}
<p style="font-size:13px;color:#555">{{.Footer}}</p>
</body></html>
`))
