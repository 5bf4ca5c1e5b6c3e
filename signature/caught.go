package signature

import (
	"bytes"
	"strings"

	"github.com/yagura-project/yagura/signature/rule"
)

// maxVars bounds the texts that are kept of one flow or packet.
const maxVars = 32

// variable is a text that a pattern caught: pcre:"/…(…)/, flow:name".
type variable struct {
	name  string // with its place: "flow:name", "pkt:name"
	value []byte
}

// keepCaught keeps what the patterns of a rule that matches have caught, for rules that ask for it.
func (e *Engine) keepCaught() {
	if !e.rules.asksCaught {
		return
	}
	for _, c := range e.state.Captures {
		switch place, _, _ := strings.Cut(c.Name, ":"); {
		case len(c.Value) > maxCaught:
		case place == "pkt":
			e.vars = keepVar(e.vars, c.Name, c.Value)
		case place == "flow" && e.flow != nil:
			m := e.flow.remember()
			m.vars = keepVar(m.vars, c.Name, c.Value)
		}
	}
}

func keepVar(vars []variable, name string, value []byte) []variable {
	for i := range vars {
		if vars[i].name == name {
			vars[i].value = append(vars[i].value[:0], value...)
			return vars
		}
	}
	if len(vars) >= maxVars {
		return vars
	}
	return append(vars, variable{name, bytes.Clone(value)})
}

// caught reports whether a text that was kept has in it what a rule asks for; what was never kept has nothing.
func (e *Engine) caught(o *rule.VarOp) bool {
	vars := e.vars
	if strings.HasPrefix(o.Whole, "flow:") {
		if e.flow == nil || e.flow.more == nil {
			return false
		}
		vars = e.flow.more.vars
	}
	for i := range vars {
		if vars[i].name == o.Whole {
			return bytes.Contains(vars[i].value, o.Part) != o.Negated
		}
	}
	return false
}
