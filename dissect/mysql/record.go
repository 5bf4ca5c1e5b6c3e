package mysql

import (
	"strings"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event/tree"
)

// recordLogon tells how a log-on ended; b is OK or an error.
func (p *parser) recordLogon(b []byte) {
	if !p.f.Detailed() {
		return
	}
	body := tree.Of("mysql", tree.Str("version", p.server), tree.Bool("tls", p.f.TLS() != nil))
	for _, a := range p.told.Attrs {
		if a.Name != "server_version" {
			body.Add(tree.Str(a.Name, a.Value))
		}
	}
	if p.way != "" {
		body.Add(tree.Str("authentication", p.way))
	}
	if b[0] == failure {
		body.Add(tree.Of("error", fault(b)...))
	}
	p.f.Record("mysql", dissect.Orig, body)
}

// described is a command with its answer as far as it came, without the content of rows.
func (p *parser) described(r *request) tree.Node {
	n := tree.Of("mysql", tree.Str("version", p.server))
	if name := commands[r.code]; name != "" {
		n.Add(tree.Str("command_code", name))
	} else {
		n.Add(tree.Num("command_code", r.code))
	}
	if len(r.statement) > 0 {
		n.Add(tree.Str("command", withheld(text(r.statement))))
	}
	if r.done {
		n.Add(tree.Node{Name: "affected_rows", Kind: tree.Number, N: int64(r.affected)})
	}
	if r.results > 0 {
		n.Add(tree.Num("field_count", len(r.columns)))
	}
	if r.results > 0 || r.code == fetch {
		n.Add(tree.Num("data_rows", r.rows), tree.Num("data_size", r.size))
	}
	if r.file != "" {
		n.Add(tree.Of("local_infile", tree.Str("filename", r.file), tree.Num("data_size", r.sent)))
	}
	if r.failed != nil {
		n.Add(tree.Of("error", r.failed...))
	}
	return n
}

// text is of a bounded length.
func text(b []byte) string {
	return strings.ToValidUTF8(string(b[:min(len(b), maxText)]), "\uFFFD")
}

// withheld leaves out what stands in quotation marks where a statement may hold a password: CREATE USER … IDENTIFIED BY, SET PASSWORD.
func withheld(sql string) string {
	if lower := strings.ToLower(sql); !strings.Contains(lower, "identified") && !strings.Contains(lower, "password") {
		return sql
	}
	var b strings.Builder
	for i := 0; i < len(sql); i++ {
		c := sql[i]
		b.WriteByte(c)
		if c != '\'' && c != '"' {
			continue
		}
		for i++; i < len(sql) && sql[i] != c; i++ {
			if sql[i] == '\\' {
				i++
			}
		}
		b.WriteString("***")
		if i < len(sql) {
			b.WriteByte(c)
		}
	}
	return b.String()
}
