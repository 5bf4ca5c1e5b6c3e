package pop3

import (
	"strings"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event/tree"
)

// Bounds of what a record holds: lines of an answer, bytes of a text. Mails are none of it, they have events of their own.
const (
	maxLines = 64
	maxText  = 512
)

// secret are commands whose arguments open a mailbox; of AUTH the first one is but the mechanism.
var secret = map[string]int{"PASS": 0, "APOP": 1, "AUTH": 1}

// request is a command as a record has it; nothing where nobody reads it.
func (p *parser) request(verb, arg string) tree.Node {
	if !p.f.Detailed() {
		return tree.Node{}
	}
	n := tree.Of("request", tree.Str("command", verb))
	args := strings.Fields(arg)
	if shown, ok := secret[verb]; ok {
		args = args[:min(len(args), shown)]
	}
	if len(args) > 0 {
		list := tree.All("args")
		for _, a := range args[:min(len(args), maxLines)] {
			list.Add(tree.Str("", clip(a)))
		}
		n.Add(list)
	}
	return n
}

func clip(s string) string { return s[:min(len(s), maxText)] }

// reply begins the record of a command with the first line of its answer.
func (p *parser) reply(request tree.Node, line string) {
	if !p.f.Detailed() {
		return
	}
	status, header, _ := strings.Cut(line, " ")
	good := status != "-ERR"
	word := "OK"
	if !good {
		word = "ERR"
	}
	p.said = []tree.Node{request, tree.Of("response", tree.Bool("success", good), tree.Str("status", word), tree.Str("header", clip(header)))}
	p.lines = tree.All("data")
}

// line is another one of the answer.
func (p *parser) line(s string) {
	if p.said != nil && len(p.lines.In) < maxLines {
		p.lines.Add(tree.Str("", clip(strings.TrimPrefix(s, "."))))
	}
}

// told ends the record.
func (p *parser) told() {
	if p.said == nil {
		return
	}
	if len(p.lines.In) > 0 && len(p.said) > 1 {
		p.said[1].Add(p.lines)
	}
	p.f.Record("pop3", dissect.Orig, tree.Of("pop3", p.said...))
	p.said = nil
}

// unanswered tells of commands that nobody answered.
func (p *parser) unanswered() {
	p.told()
	for i := range p.pending {
		if p.f.Detailed() {
			p.said = []tree.Node{p.pending[i].said}
			p.told()
		}
	}
	p.pending = nil
}
