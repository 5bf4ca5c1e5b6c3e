package eve

import (
	"slices"
	"strings"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/tree"
)

// ldapNames are the names of a request and of its answer, by event.LDAPActivity.Operation.
var ldapNames = map[string][2]string{
	"search": {"search_request", "search_result_done"}, "compare": {"compare_request", "compare_response"}, "add": {"add_request", "add_response"},
	"modify": {"modify_request", "modify_response"}, "rename": {"mod_dn_request", "mod_dn_response"}, "delete": {"del_request", "del_response"},
	"extended": {"extended_request", "extended_response"}, "bind": {"bind_request", "bind_response"},
}

func (w *Encoder) ldap(e *event.LDAPActivity) {
	names, ok := ldapNames[e.Operation]
	if !ok || !w.begin(LDAP, &e.Header, &e.Conn, forward) {
		return
	}
	o := &w.o
	o.open("ldap")
	w.ldapAsks(names[0], e)
	if e.Answered {
		o.list("responses")
		o.item()
		o.str("operation", names[1])
		o.integer("message_id", int64(e.MessageID))
		w.ldapResult(names[1], e)
		o.close()
		o.endList()
	}
	o.some("entries", uint64(max(e.Entries, 0)))
	o.close()
	w.finish()
}

// ldapAsks writes the request of an operation.
func (w *Encoder) ldapAsks(name string, e *event.LDAPActivity) {
	o := &w.o
	o.open("request")
	o.str("operation", name)
	o.integer("message_id", int64(e.MessageID))
	o.open(name)
	w.ldapRequest(e)
	o.close()
	o.close()
}

// ldapAsked writes the object of an alert without the answers, which rules were shown one by one, and gives its name.
func (w *Encoder) ldapAsked(e *event.LDAPActivity) string {
	names, ok := ldapNames[e.Operation]
	if !ok {
		return ""
	}
	w.o.open("ldap")
	w.ldapAsks(names[0], e)
	w.o.close()
	return "ldap"
}

// numbered gives the answers that rules were shown the number of their request.
func numbered(n *tree.Node, of event.Event) *tree.Node {
	e, ok := of.(*event.LDAPActivity)
	if !ok {
		return n
	}
	out := tree.Of(n.Name, n.In...)
	for i, m := range out.In {
		if m.Name != "responses" {
			continue
		}
		list := tree.All(m.Name)
		for _, a := range m.In {
			if len(a.In) == 0 { // rules were shown nothing of it
				continue
			}
			list.Add(tree.Of("", append([]tree.Node{a.In[0], tree.Num("message_id", e.MessageID)}, a.In[1:]...)...))
		}
		out.In = slices.Clone(out.In)
		out.In[i] = list
	}
	return &out
}

func (w *Encoder) ldapRequest(e *event.LDAPActivity) {
	o := &w.o
	switch e.Operation {
	case "search":
		o.str("base_object", e.DN)
		if i := slices.Index(ldapScopes, e.Scope); i >= 0 {
			o.num("scope", uint64(i))
		}
		o.num("deref_alias", uint64(e.Deref))
		o.integer("size_limit", int64(e.SizeLimit))
		o.integer("time_limit", int64(e.TimeLimit))
		o.flag("types_only", e.TypesOnly)
		o.text("filter", e.Filter)
		o.texts("attributes", e.Attributes)
	case "extended":
		o.str("name", e.Name)
	case "rename":
		o.str("entry", e.DN)
		o.str("new_rdn", e.NewName)
	case "delete":
		o.str("dn", e.DN)
	case "bind":
		o.str("name", e.DN)
		w.ldapMechanism(e.Name)
	case "modify":
		o.str("object", e.DN)
		w.ldapNamed("changes", e.Attributes, func(name string) {
			o.open("modification")
			o.str("attribute_type", name)
			o.close()
		})
	case "compare":
		o.str("entry", e.DN)
		if len(e.Attributes) > 0 {
			o.open("attribute_value_assertion")
			o.str("description", e.Attributes[0])
			o.close()
		}
	default:
		o.str("entry", e.DN)
		w.ldapNamed("attributes", e.Attributes, func(name string) { o.str("name", name) })
	}
}

// ldapScopes are scopes of a search, in the order of their numbers (RFC 4511 §4.5.1.2).
var ldapScopes = []string{"base", "one", "sub", "children"}

// ldapNamed writes a list of objects, one a name.
func (w *Encoder) ldapNamed(list string, names []string, write func(name string)) {
	if len(names) == 0 {
		return
	}
	o := &w.o
	o.list(list)
	for _, name := range names {
		o.item()
		write(name)
		o.close()
	}
	o.endList()
}

func (w *Encoder) ldapResult(k string, e *event.LDAPActivity) {
	o := &w.o
	o.open(k)
	if name := ldapResults[e.Result]; name != "" {
		o.str("result_code", name)
	} else {
		o.key("result_code")
		o.b = append(o.b, '"')
		o.b = append(number(o.b, uint64(max(e.Result, 0))), '"')
	}
	o.str("message", e.Message)
	o.close()
}

// ldapBind writes a bind; names and passwords of others than the bound object never come here.
func (w *Encoder) ldapBind(e *event.Authentication) {
	if !w.begin(LDAP, &e.Header, &e.Conn, forward) {
		return
	}
	o := &w.o
	o.open("ldap")
	o.open("request")
	o.str("operation", "bind_request")
	o.open("bind_request")
	o.str("name", e.User)
	w.ldapMechanism(e.Message)
	o.close()
	o.close()
	if e.Answered {
		o.list("responses")
		o.item()
		o.str("operation", "bind_response")
		w.ldapResult("bind_response", &event.LDAPActivity{Result: int32(e.Error)})
		o.close()
		o.endList()
	}
	o.close()
	w.finish()
}

// ldapMechanism writes how somebody binds.
func (w *Encoder) ldapMechanism(how string) {
	if sasl, ok := strings.CutPrefix(how, "SASL "); ok {
		w.o.open("sasl")
		w.o.str("mechanism", sasl)
		w.o.close()
		return
	}
	w.o.text("mechanism", how)
}

// ldapResults are the codes of RFC 4511 §4.1.9.
var ldapResults = map[int32]string{
	0: "success", 1: "operations_error", 2: "protocol_error", 3: "time_limit_exceeded", 4: "size_limit_exceeded", 5: "compare_false", 6: "compare_true",
	7: "auth_method_not_supported", 8: "stronger_auth_required", 10: "referral", 11: "admin_limit_exceeded", 12: "unavailable_critical_extension",
	13: "confidentiality_required", 14: "sasl_bind_in_progress", 16: "no_such_attribute", 17: "undefined_attribute_type", 18: "inappropriate_matching",
	19: "constraint_violation", 20: "attribute_or_value_exists", 21: "invalid_attribute_syntax", 32: "no_such_object", 33: "alias_problem", 34: "invalid_dns_syntax",
	36: "alias_dereferencing_problem", 48: "inappropriate_authentication", 49: "invalid_credentials", 50: "insufficient_access_rights", 51: "busy",
	52: "unavailable", 53: "unwilling_to_perform", 54: "loop_detect", 64: "naming_violation", 65: "object_class_violation", 66: "not_allowed_on_non_leaf",
	67: "not_allowed_on_rdn", 68: "entry_already_exists", 69: "object_class_mods_prohibited", 71: "affects_multiple_dsas", 80: "other",
}
