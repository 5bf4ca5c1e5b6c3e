package wire

import (
	"strings"
	"sync"

	"github.com/yagura-project/yagura/event/tree"
)

// ldapObjects is where EVE has the object of a request, by its operation.
var ldapObjects = map[string]string{"bind_request": "name", "search_request": "base_object", "modify_request": "object", "add_request": "entry", "del_request": "dn",
	"mod_dn_request": "entry", "compare_request": "entry"}

// ldapWords are operations and results by their numbers.
var ldapWords = sync.OnceValue(func() [2]map[uint64]string {
	return [2]map[uint64]string{named(ldapOperations, same), named(ldapResults, same)}
})

// ldapFacts are a request of a directory and its answers as EVE has them; false where there is no request.
func ldapFacts(t *Tx) (tree.Node, bool) {
	names, results := ldapWords()[0], ldapWords()[1]
	out, request := tree.Of("ldap"), tree.Of("request")
	answers, part := tree.All("responses"), tree.Of("")
	flush := func() {
		if part.Name != "" && len(answers.In) < maxFacts {
			answers.Add(tree.Of("", tree.Str("operation", part.Name), part))
		}
	}
	for i := range t.Fields {
		f := &t.Fields[i]
		text := string(f.B[:min(len(f.B), maxFactValue)])
		switch f.Buffer {
		case LDAPRequestOperation:
			request.Add(tree.Str("operation", names[f.N]))
		case LDAPRequestDN:
			if len(request.In) > 0 {
				op := request.In[0].S
				request.Add(tree.Of(op, tree.Str(ldapObjects[op], text)))
			}
		case LDAPResponsesOperation:
			flush()
			part = tree.Of(names[f.N])
		case LDAPResponsesResultCode:
			if word := results[f.N]; word != "" {
				part.Add(tree.Str("result_code", word))
			}
		case LDAPResponsesDN:
			if strings.HasSuffix(part.Name, "_entry") {
				part.Add(tree.Str("base_object", text))
			} else {
				part.Add(tree.Str("matched_dn", text))
			}
		case LDAPResponsesMessage:
			if !strings.HasSuffix(part.Name, "_entry") {
				part.Add(tree.Str("message", text))
			}
		}
	}
	flush()
	if len(request.In) == 0 {
		return out, false
	}
	if out.Add(request); len(answers.In) > 0 {
		out.Add(answers)
	}
	return out, true
}
