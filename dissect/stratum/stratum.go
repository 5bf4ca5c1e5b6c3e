// Package stratum reads the log-on of miners to their pool: Stratum, its Monero and Ethereum relatives, and Bitcoin's own peers.
package stratum

import (
	"bytes"
	"encoding/json"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event"
)

// Protocol is Stratum on any port: JSON-RPC, one object a line.
var Protocol = dissect.Protocol{
	Name:     "stratum",
	Spec:     "Stratum V1 (BIP 310 and its forerunners), EthereumStratum/1.0.0 (EIP 1571), Bitcoin P2P (magic of the main network)",
	TCP:      []uint16{3333, 14444, 45700},
	Anywhere: true,
	Probe:    probe,
	Stream:   func(f *dissect.Flow) dissect.Stream { return &parser{f: f} },
}

// methods are those with which a miner speaks to its pool, or a pool to its miner.
var methods = map[string]bool{
	"mining.subscribe": true, "mining.authorize": true, "mining.submit": true, "mining.configure": true, "mining.notify": true,
	"mining.set_difficulty": true, "mining.extranonce.subscribe": true, "eth_submitLogin": true, "eth_getWork": true, "eth_submitWork": true,
	"eth_submitHashrate": true, "login": true, "job": true, "submit": true, "keepalived": true,
}

// bitcoin is the magic before each message between nodes of the main network.
const bitcoin = "\xf9\xbe\xb4\xd9"

const (
	maxLine  = 16 << 10
	maxLines = 16
)

// probe wants an object of JSON-RPC with a method of mining; a name that others use too needs the field of miners beside it.
func probe(_ dissect.Dir, b []byte, udp bool, port uint16) dissect.Match {
	if udp || len(b) == 0 {
		return dissect.No
	}
	if m := dissect.Prefix(b, bitcoin); m != dissect.No {
		return m
	}
	if b[0] != '{' {
		return dissect.No
	}
	switch {
	case bytes.Contains(b, []byte(`"mining.`)), bytes.Contains(b, []byte(`"eth_submit`)), bytes.Contains(b, []byte(`"eth_getWork"`)):
		return dissect.Yes
	case bytes.Contains(b, []byte(`"login"`)) && (bytes.Contains(b, []byte(`"pass"`)) || bytes.Contains(b, []byte(`"agent"`))):
		return dissect.Yes
	case bytes.Contains(b, []byte(`"job"`)) && (bytes.Contains(b, []byte(`"blob"`)) || bytes.Contains(b, []byte(`"target"`))):
		return dissect.Yes
	case len(b) < 64 && !bytes.ContainsRune(b, '\n'):
		return dissect.Maybe
	case port == 3333 || port == 14444 || port == 45700: // the usual ports: JSON alone says enough
		return dissect.Yes
	}
	return early(b)
}

// early accepts the beginning of a log-on whose telling part comes later than probes look.
func early(b []byte) dissect.Match {
	if bytes.Contains(b, []byte(`"method":"login"`)) || bytes.Contains(b, []byte(`"method": "login"`)) {
		return dissect.Yes
	}
	return dissect.No
}

// message is what is read of a line.
type message struct {
	Method string          `json:"method"`
	Params json.RawMessage `json:"params"`
	Result json.RawMessage `json:"result"`
}

// login is what Monero's miners send.
type login struct {
	Login string `json:"login"`
	Agent string `json:"agent"`
}

type parser struct {
	f     *dissect.Flow
	lines int
	told  bool
}

// Data reads whole lines until the first that says what it is.
func (p *parser) Data(_ dissect.Dir, b []byte) (n int, err error) {
	if dissect.Prefix(b, bitcoin) == dissect.Yes {
		p.f.SetApp("bitcoin")
		p.f.Emit(&event.AppActivity{Header: p.f.Head(), Conn: p.f.Conn, Protocol: "bitcoin", Operation: "message"})
		return len(b), dissect.ErrDone
	}
	for n < len(b) {
		i := bytes.IndexByte(b[n:], '\n')
		if i < 0 {
			if len(b)-n > maxLine {
				return len(b), dissect.ErrDone
			}
			return n, nil
		}
		p.line(b[n : n+i])
		n += i + 1
		if p.lines++; p.told || p.lines >= maxLines {
			return n, dissect.ErrDone
		}
	}
	return n, nil
}

// line tells of a call; the wallet is not a secret, the password is left out.
func (p *parser) line(b []byte) {
	var m message
	if json.Unmarshal(b, &m) != nil || !methods[m.Method] {
		return
	}
	a := &event.AppActivity{Header: p.f.Head(), Conn: p.f.Conn, Protocol: "stratum", Operation: m.Method}
	var who login
	var list []json.RawMessage
	if json.Unmarshal(m.Params, &who) == nil {
		a.Add("login", who.Login)
		a.Add("agent", who.Agent)
	} else if json.Unmarshal(m.Params, &list) == nil && len(list) > 0 {
		var first string
		if json.Unmarshal(list[0], &first) == nil {
			a.Add("login", first)
		}
	}
	p.f.Emit(a)
	p.told = true
}

// Gap passes over lost lines.
func (p *parser) Gap(dissect.Dir, int) error { return nil }

// Close has nothing open to emit.
func (p *parser) Close() {}
