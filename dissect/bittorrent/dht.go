package bittorrent

import (
	"encoding/binary"
	"encoding/hex"
	"net/netip"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event/tree"
)

// maxNodes bounds the nodes and peers of one record.
const maxNodes = 64

// table reads messages of the hash table (BEP 5, BEP 32), where somebody looks.
type table struct{ f *dissect.Flow }

func datagrams(f *dissect.Flow) dissect.Datagrams { return &table{f} }

// Datagram reads one message. What is no message of the hash table (µTP) is not looked into.
func (p *table) Datagram(dir dissect.Dir, b []byte) error {
	if len(b) == 0 || b[0] != 'd' {
		return nil
	}
	t := p.f.Tx("bittorrent-dht")
	r := reader{b: b, left: maxValues}
	v, err := r.value(0)
	if err != nil {
		t.Event(dir, "bittorrent-dht.malformed_packet")
	} else if p.f.Detailed() {
		p.f.Record("bittorrent-dht", dir, describe(&v))
	}
	p.f.EndTx(t)
	return nil
}

// Close has nothing open to emit.
func (p *table) Close() {}

func describe(v *value) tree.Node {
	n := tree.Of("bittorrent_dht")
	if t, ok := v.get("t", 's'); ok {
		n.Add(hexed("transaction_id", t.s))
	}
	if c, ok := v.get("v", 's'); ok {
		n.Add(hexed("client_version", c.s))
	}
	if q, ok := v.get("q", 's'); ok {
		n.Add(tree.Str("request_type", string(q.s[:min(len(q.s), 64)])))
	}
	if a, ok := v.get("a", 'd'); ok {
		n.Add(arguments("request", a))
	}
	if e, ok := v.get("e", 'l'); ok {
		n.Add(failed(e))
	}
	if r, ok := v.get("r", 'd'); ok {
		n.Add(arguments("response", r))
	}
	return n
}

func hexed(name string, b []byte) tree.Node {
	return tree.Str(name, hex.EncodeToString(b[:min(len(b), 256)]))
}

func failed(e *value) tree.Node {
	n := tree.Of("error")
	for i := range e.in[:min(2, len(e.in))] {
		switch x := &e.in[i]; x.kind {
		case 'i':
			n.Add(tree.Num("num", x.n))
		case 's':
			n.Add(tree.Str("msg", string(x.s[:min(len(x.s), 256)])))
		}
	}
	return n
}

// arguments of a question and of an answer have the same names (BEP 5).
func arguments(name string, a *value) tree.Node {
	n := tree.Of(name)
	for _, k := range []string{"id", "target", "info_hash", "token"} {
		if x, ok := a.get(k, 's'); ok {
			n.Add(hexed(k, x.s))
		}
	}
	for _, k := range []string{"implied_port", "port"} {
		if x, ok := a.get(k, 'i'); ok {
			n.Add(tree.Num(k, x.n))
		}
	}
	if x, ok := a.get("nodes", 's'); ok {
		n.Add(nodes("nodes", x.s, 4))
	}
	if x, ok := a.get("nodes6", 's'); ok {
		n.Add(nodes("nodes6", x.s, 16))
	}
	if x, ok := a.get("values", 'l'); ok {
		list := tree.All("values")
		for i := range x.in[:min(len(x.in), maxNodes)] {
			if one, ok := peer(x.in[i].s); ok {
				list.Add(one)
			}
		}
		n.Add(list)
	}
	return n
}

// nodes are identifiers, each with an address of so many bytes and a port.
func nodes(name string, b []byte, address int) tree.Node {
	const id = 20
	list := tree.All(name)
	for size := id + address + 2; len(b) >= size && len(list.In) < maxNodes; b = b[size:] {
		if one, ok := peer(b[id:size]); ok {
			one.In = append([]tree.Node{hexed("id", b[:id])}, one.In...)
			list.Add(one)
		}
	}
	return list
}

// peer is an address and a port.
func peer(b []byte) (tree.Node, bool) {
	if len(b) < 2 {
		return tree.Node{}, false
	}
	ip, ok := netip.AddrFromSlice(b[:len(b)-2])
	if !ok {
		return tree.Node{}, false
	}
	return tree.Of("", tree.Str("ip", ip.StringExpanded()), tree.Num("port", binary.BigEndian.Uint16(b[len(b)-2:]))), true
}
