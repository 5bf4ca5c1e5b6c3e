package nftables

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/google/nftables"
	"github.com/google/nftables/userdata"
	"github.com/mdlayher/netlink"
)

// readBuffer of the netlink socket: with the default one a long answer is lost (ENOBUFS).
const readBuffer = 8 << 20

// chunk is how many elements one message holds: the length of a netlink
// attribute has 16 bits, and more are cut off silently.
const chunk = 400

// connect gives the lasting connection, opened at first use.
func (h *hand) connect() (*nftables.Conn, error) {
	if h.conn != nil {
		return h.conn, nil
	}
	opts := []nftables.ConnOption{nftables.AsLasting(),
		nftables.WithSockOptions(func(c *netlink.Conn) error { return c.SetReadBuffer(readBuffer) })}
	if h.ns != nil {
		opts = append(opts, nftables.WithNetNSFd(int(h.ns.Fd())))
	}
	conn, err := nftables.New(opts...)
	if err != nil {
		return nil, fmt.Errorf("nftables: open the firewall: %w: Yagura needs CAP_NET_ADMIN (run it as root)", err)
	}
	h.conn = conn
	return conn, nil
}

// reset drops a connection whose state is unknown after an error.
func (h *hand) reset() {
	if h.conn != nil {
		_ = h.conn.CloseLasting() // the error that led here is the one to tell
		h.conn = nil
	}
}

// there reports whether our table is in the kernel.
func (h *hand) there(conn *nftables.Conn) (bool, error) {
	tables, err := conn.ListTablesOfFamily(h.lay.table.Family)
	if err != nil {
		return false, fmt.Errorf("nftables: list the tables: %w", err)
	}
	return slices.ContainsFunc(tables, func(t *nftables.Table) bool { return t.Name == tableName }), nil
}

// ensure makes the table, or its rules anew where they are not as they should be (another layout, or
// changed by hand); the sets keep their elements. It tells what it did, "" = nothing.
func (h *hand) ensure(conn *nftables.Conn) (command string, err error) {
	there, err := h.there(conn)
	if err != nil {
		return "", err
	}
	command = "add table " + h.name()
	missing := setNames
	if there {
		if missing, err = h.missing(conn); err != nil {
			return "", err
		}
		same, err := h.current(conn)
		if err != nil || same && len(missing) == 0 {
			return "", err
		}
		command = "# put the rules of table " + h.name() + " back"
		if err := h.unchain(conn); err != nil {
			return "", err
		}
	}
	if err := h.lay.add(conn, !there, missing); err != nil {
		return "", err
	}
	if err := conn.Flush(); err != nil {
		return "", fmt.Errorf("nftables: set up %s: %w", h.name(), err)
	}
	return command, nil
}

// unchain removes chains of ours that this layout has no more; those of a rule that jumps nowhere else go whole.
func (h *hand) unchain(conn *nftables.Conn) error {
	chains, err := conn.ListChainsOfTableFamily(h.lay.table.Family)
	if err != nil {
		return fmt.Errorf("nftables: read the chains of %s: %w", h.name(), err)
	}
	for _, c := range chains {
		if c.Table.Name == tableName && !slices.ContainsFunc(h.lay.chains, func(x chain) bool { return x.def.Name == c.Name }) {
			conn.FlushChain(c)
			conn.DelChain(c)
		}
	}
	return nil
}

// missing are the sets that a table of an earlier release lacks; a table of this name without our first sets is another's.
func (h *hand) missing(conn *nftables.Conn) (out []string, err error) {
	sets, err := conn.GetSets(h.lay.table)
	if err != nil {
		return nil, fmt.Errorf("nftables: read the sets of %s: %w", h.name(), err)
	}
	for _, name := range setNames {
		if slices.ContainsFunc(sets, func(s *nftables.Set) bool { return s.Name == name }) {
			continue
		}
		if !(key{set: name}).wide() {
			return nil, fmt.Errorf("nftables: %s is there but has no set %s: it is not Yagura's; rename it, or remove it with `nft delete table %s`",
				h.name(), name, h.name())
		}
		out = append(out, name)
	}
	return out, nil
}

// current reports whether the rules in the kernel are of this layout.
func (h *hand) current(conn *nftables.Conn) (bool, error) {
	chains, err := conn.ListChainsOfTableFamily(h.lay.table.Family)
	if err != nil {
		return false, fmt.Errorf("nftables: read the chains of %s: %w", h.name(), err)
	}
	for _, want := range h.lay.chains {
		i := slices.IndexFunc(chains, func(c *nftables.Chain) bool { return c.Table.Name == tableName && c.Name == want.def.Name })
		if i < 0 {
			return false, nil
		}
		rules, err := conn.GetRules(h.lay.table, chains[i])
		if err != nil {
			return false, fmt.Errorf("nftables: read chain %s: %w", want.def.Name, err)
		}
		if len(rules) != len(want.rules) {
			return false, nil
		}
		if want.def.Name == chainSaid {
			if mark, _ := userdata.GetString(rules[0].UserData, userdata.TypeComment); mark != h.lay.mark {
				return false, nil
			}
		}
	}
	return true, nil
}

func (h *hand) name() string {
	if h.lay.table.Family == nftables.TableFamilyBridge {
		return "bridge " + tableName
	}
	return "inet " + tableName
}

// key is one element: its set and its bytes.
type key struct{ set, bytes string }

// value is to whom an element belongs and how long it stands.
type value struct {
	order string
	left  time.Duration
}

// read gives every element in the kernel; none when the table is not there.
func (h *hand) read(conn *nftables.Conn) (map[key]value, error) {
	there, err := h.there(conn)
	if err != nil || !there {
		return nil, err
	}
	missing, err := h.missing(conn)
	if err != nil {
		return nil, err
	}
	out := map[key]value{}
	for name, set := range h.lay.sets {
		if slices.Contains(missing, name) {
			continue
		}
		elements, err := conn.GetSetElements(set)
		if err != nil {
			return nil, fmt.Errorf("nftables: read set %s: %w", name, err)
		}
		if set.Interval {
			maps.Copy(out, intervals(elements))
			continue
		}
		for _, e := range elements {
			out[key{name, string(e.Key)}] = value{e.Comment, e.Expires}
		}
	}
	return out, nil
}

// write replaces and adds elements in one transaction: what is there is never gone for a moment.
func (h *hand) write(conn *nftables.Conn, gone []key, set map[key]value) error {
	for name, keys := range bySet(gone) {
		for part := range slices.Chunk(elements(keys, nil), chunk) {
			if err := conn.SetDeleteElements(h.lay.sets[name], part); err != nil {
				return fmt.Errorf("nftables: set %s: %w", name, err)
			}
		}
	}
	for name, keys := range bySet(slices.SortedFunc(maps.Keys(set), compareKeys)) {
		for part := range slices.Chunk(elements(keys, set), chunk) {
			if err := conn.SetAddElements(h.lay.sets[name], part); err != nil {
				return fmt.Errorf("nftables: set %s: %w", name, err)
			}
		}
	}
	if err := conn.Flush(); err != nil {
		return fmt.Errorf("nftables: change %s: %w", h.name(), err)
	}
	return nil
}

func bySet(keys []key) map[string][]key {
	out := map[string][]key{}
	for _, k := range keys {
		out[k.set] = append(out[k.set], k)
	}
	return out
}

func elements(keys []key, values map[key]value) []nftables.SetElement {
	var out []nftables.SetElement
	for _, k := range keys {
		e := nftables.SetElement{Key: []byte(k.bytes)}
		if v, ok := values[k]; ok {
			e.Timeout, e.Comment = v.left, v.order
		}
		if k.wide() {
			out = append(out, ends(k, e)...)
			continue
		}
		out = append(out, e)
	}
	return out
}

// errMoved says that an element ended by itself between reading and writing.
var errMoved = errors.New("the set changed meanwhile")
