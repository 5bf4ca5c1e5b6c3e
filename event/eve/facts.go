package eve

import (
	"bytes"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/tree"
)

// facts writes what the transaction behind an alert held, as the objects that its own record has: what its parser tells of it, then what rules
// were shown beside.
func (w *Encoder) facts(list []tree.Node, of event.Event) {
	from := len(w.o.b)
	name := w.told(of)
	for i := range list {
		n := &list[i]
		if n.Name == "ldap" {
			n = numbered(n, of)
		} else if n.Name == "dns" && w.opt.DNS != 3 {
			second := secondDNS(n)
			n = &second
		}
		switch {
		case name == "": // rules alone know it
		case n.Name == "dcerpc" || n.Name == "smb": // whose event has all of it
			continue
		case n.Name == name:
			w.beside(from, n)
			continue
		}
		w.o.comma()
		w.o.name(n.Name)
		w.node(n)
	}
}

// beside adds to the object that was written last, which begins behind from, the members that it does not have.
func (w *Encoder) beside(from int, n *tree.Node) {
	o := &w.o
	o.b = o.b[:len(o.b)-1]
	for i := range n.In {
		if m := &n.In[i]; !has(o.b[from:], m.Name) {
			o.comma()
			o.name(m.Name)
			w.node(m)
		}
	}
	o.close()
}

// has reports whether an object in JSON, behind its name, has a member, other than within one of its members.
func has(b []byte, member string) bool {
	want, depth := append(quote(nil, member), ':'), 0
	for i := 0; i < len(b); i++ {
		switch b[i] {
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		case '"':
			if depth == 1 && bytes.HasPrefix(b[i:], want) {
				return true
			}
			for i++; i < len(b) && b[i] != '"'; i++ {
				if b[i] == '\\' {
					i++
				}
			}
		}
	}
	return false
}

// told writes the object of a transaction by the event of it, and gives its name; "" where there is none.
func (w *Encoder) told(of event.Event) string {
	switch e := of.(type) {
	case *event.SMBActivity:
		if w.smbObject(e); plainRPC(e) {
			return "dcerpc"
		}
		return "smb"
	case *event.HTTPActivity:
		w.httpObject(e)
		return "http"
	case *event.LDAPActivity:
		return w.ldapAsked(e)
	case *event.Authentication:
		return w.logon(e)
	case *event.DNSActivity:
		w.dnsTold(e)
		return "dns"
	case *event.DHCPActivity:
		w.dhcpObject(e)
		return "dhcp"
	case *event.NFSActivity:
		w.nfsObject(e)
		return "nfs"
	case *event.RDPActivity:
		w.rdpObject(e)
		return "rdp"
	case *event.FTPActivity:
		w.ftpObject(e)
		return "ftp"
	case *event.SSHActivity:
		w.sshObject(e)
		return "ssh"
	case *event.AppActivity:
		return w.appObject(e)
	case *event.Record:
		return w.recordObject(e)
	}
	return ""
}

// carried writes where the packet of an alert came from, and what carried it.
func (w *Encoder) carried(a *event.Alert) {
	o := &w.o
	o.text("pkt_src", a.From)
	if t := a.Tunnel; t != nil {
		o.open("tunnel")
		w.endpoints(t, &t.Src, &t.Dst)
		o.num("depth", uint64(a.Depth))
		o.close()
	}
}
