package pgsql

import (
	"bytes"
	"encoding/binary"
	"strconv"
	"strings"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event/tree"
)

// Bounds of what records hold.
const (
	maxWaiting = 64      // requests without their answers; the oldest one is told as it is
	maxText    = 4 << 10 // bytes of one text
	maxListed  = 64      // settings of a session
)

// request is what a client asked, with the answer as far as it came: one record.
type request struct {
	asked, answer tree.Node
	settings      tree.Node // of the session, which the server tells
	rows, size    int       // of data, -1 rows: none were announced
	copied, bytes int       // sent by the server for COPY, in messages and bytes
	sent, amount  int       // sent by the client for COPY
}

// ask begins a record.
func (p *parser) ask(in ...tree.Node) {
	if !p.f.Detailed() {
		return
	}
	if p.unsure {
		p.settleAll()
	}
	if len(p.waiting) >= maxWaiting {
		p.f.AddEvicted(1)
		p.settle()
	}
	p.waiting = append(p.waiting, &request{asked: tree.Of("request", in...), answer: tree.Of("response"), settings: tree.All("parameter_status"), rows: -1})
}

// now is the request that the server answers; nil where none waits.
func (p *parser) now() *request {
	if len(p.waiting) == 0 {
		return nil
	}
	return p.waiting[0]
}

// reply adds to the answer.
func (p *parser) reply(in ...tree.Node) {
	if r := p.now(); r != nil && len(r.answer.In) < maxListed {
		r.answer.Add(in...)
	}
}

// settle tells of the oldest request.
func (p *parser) settle() {
	r := p.now()
	if r == nil {
		return
	}
	p.waiting = p.waiting[1:]
	p.number++
	body := tree.Of("pgsql", tree.Num("tx_id", p.number))
	if r.sent > 0 {
		r.asked.Add(tree.Of("copy_data_in", tree.Num("msg_count", r.sent), tree.Num("data_size", r.amount)))
	}
	if r.rows >= 0 {
		r.answer.Add(tree.Num("data_rows", r.rows), tree.Num("data_size", r.size))
	}
	if r.copied > 0 {
		r.answer.Add(tree.Of("copy_data_out", tree.Num("row_count", r.copied), tree.Num("data_size", r.bytes)))
	}
	if len(r.settings.In) > 0 {
		r.answer.Add(r.settings)
	}
	for _, n := range []tree.Node{r.asked, r.answer} {
		if len(n.In) > 0 {
			body.Add(n)
		}
	}
	p.f.Record("pgsql", dissect.Orig, body)
}

// says is one message of the client behind the start-up, of which b may be cut.
func (p *parser) says(kind byte, b []byte, size int) {
	switch kind {
	case 'Q':
		p.ask(tree.Str("simple_query", text(b)))
	case 'X':
		p.ask(tree.Str("message", "termination_message"))
		p.settle()
	case 'p':
		p.proves(b)
	case 'd':
		if n := len(p.waiting); n > 0 {
			p.waiting[n-1].sent++
			p.waiting[n-1].amount += size
		}
	}
}

// proves is a password or its proof (§54.7 PasswordMessage, SASL…), of which only the way is told.
func (p *parser) proves(b []byte) {
	if p.way != 10 {
		p.ask(tree.Bool("password_redacted", true))
		return
	}
	name, rest, ok := bytes.Cut(b, []byte{0})
	switch {
	case !ok:
		p.ask(tree.Bool("password_redacted", true))
	case len(rest) < 4:
		p.ask(mechanism(string(name)))
	default:
		p.ask(mechanism(string(name)), tree.Str("sasl_param", text(rest[4:])))
	}
}

func mechanism(name string) tree.Node {
	words := map[string]string{"SCRAM-SHA-256": "scram_SHA256", "SCRAM-SHA-256-PLUS": "scram_SHA256_plus"}
	if w := words[name]; w != "" {
		name = w
	}
	return tree.Str("sasl_authentication_mechanism", name[:min(len(name), maxText)])
}

// authentications are the demands of the server (§54.7 Authentication…) by their names in EVE.
var authentications = map[uint32]string{0: "authentication_ok", 3: "authentication_cleartext_password", 5: "authentication_md5_password", 7: "authentication_gss",
	8: "authentication_gss_continue", 9: "authentication_sspi", 10: "authentication_sasl", 11: "authentication_sasl_continue"}

// hears is one message of the server, of which b may be cut; size is its length in full.
func (p *parser) hears(kind byte, b []byte, size int) {
	r := p.now()
	if r == nil {
		return
	}
	switch kind {
	case 'R':
		p.demanded(b)
	case 'S':
		if name, value, ok := bytes.Cut(b, []byte{0}); ok && len(r.settings.In) < maxListed {
			r.settings.Add(tree.Of("", tree.Str(snake(text(name)), text(value))))
		}
	case 'K':
		if len(b) >= 4 { // what follows the number is the secret by which a query is cancelled
			p.reply(tree.Node{Name: "process_id", Kind: tree.Number, N: int64(binary.BigEndian.Uint32(b))})
		}
	case 'E', 'N':
		p.troubled(b)
		if kind == 'E' && !p.entered {
			p.settle()
		}
	case 'T':
		if len(b) >= 2 {
			p.reply(tree.Num("field_count", binary.BigEndian.Uint16(b)))
			r.rows = max(r.rows, 0)
		}
	case 'D':
		r.rows = max(r.rows, 0) + 1
		r.size += rowSize(b, size)
	case 'd':
		r.copied++
		r.bytes += size
	case 'C':
		p.reply(tree.Str("command_completed", text(b)))
	case 'Z':
		p.settle()
	}
}

// snake writes DateStyle as date_style.
func snake(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; 'A' <= c && c <= 'Z' && i > 0 && 'a' <= s[i-1] && s[i-1] <= 'z' {
			b.WriteByte('_')
		}
		b.WriteByte(s[i])
	}
	return strings.ToLower(b.String())
}

// rowSize is what the values of a row have: the message without the count of its fields and their lengths.
func rowSize(b []byte, size int) int {
	if len(b) < 2 {
		return 0
	}
	return max(0, size-2-4*int(binary.BigEndian.Uint16(b)))
}

func (p *parser) demanded(b []byte) {
	if len(b) < 4 {
		return
	}
	code := binary.BigEndian.Uint32(b)
	p.way = code
	switch name := authentications[code]; {
	case code == 12:
		p.reply(tree.Str("authentication_sasl_final", text(b[4:])))
	case name != "":
		p.reply(tree.Str("message", name))
		if code != 0 {
			p.settle()
		}
	}
}

// fields of an error or a notice (§54.8).
var fields = map[byte]string{'S': "severity_localizable", 'V': "severity_non_localizable", 'C': "code", 'M': "message", 'D': "detail", 'H': "hint", 'P': "position",
	'F': "file", 'L': "line", 'R': "routine", 's': "schema_name", 't': "table_name", 'c': "column_or_constraint_name"}

func (p *parser) troubled(b []byte) {
	for len(b) > 0 && b[0] != 0 {
		value, rest, ok := bytes.Cut(b[1:], []byte{0})
		if !ok {
			return
		}
		if name := fields[b[0]]; name != "" {
			p.reply(tree.Str(name, text(value)))
		}
		b = rest
	}
}

// opened begins the record of a start-up message.
func (p *parser) opened(version uint32, names, values []string) {
	parameters, rest := tree.Of("startup_parameters"), tree.All("optional_parameters")
	for i, name := range names {
		if name == "user" {
			parameters.Add(tree.Str(name, values[i]))
		} else if len(rest.In) < maxListed {
			rest.Add(tree.Of("", tree.Str(name, values[i])))
		}
	}
	if len(rest.In) > 0 {
		parameters.Add(rest)
	}
	p.ask(tree.Str("protocol_version", strconv.Itoa(int(version>>16))+"."+strconv.Itoa(int(version&0xffff))), parameters)
}

// text is without the NUL that ends it, of a bounded length.
func text(b []byte) string {
	b = bytes.TrimSuffix(b, []byte{0})
	return string(b[:min(len(b), maxText)])
}

// messages reads what has a letter and a length, whole where it is short.
func (p *parser) messages(dir dissect.Dir, b []byte, each func(kind byte, body []byte, size int)) (n int, err error) {
	for {
		k := min(p.skip[dir], len(b)-n)
		n, p.skip[dir] = n+k, p.skip[dir]-k
		if len(b)-n < header {
			return n, nil
		}
		size := int(binary.BigEndian.Uint32(b[n+1:])) - 4 // counts itself
		if size < 0 {
			p.f.Odd(dir, "pgsql.invalid_length")
			return n, errMessage
		}
		held := min(size, maxQuery)
		if dir == dissect.Resp && b[n] == 'D' {
			held = min(size, 2)
		}
		if len(b)-n < header+held {
			return n, nil
		}
		p.sound(dir, strings.IndexByte(letters[dir], b[n]) >= 0)
		if dir == dissect.Resp {
			p.crowd.Answered()
		}
		each(b[n], b[n+header:n+header+held], size)
		n, p.skip[dir] = n+header+held, size-held
	}
}
