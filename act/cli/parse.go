package cli

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/yagura-project/yagura/event"
)

// maxRows bounds the rows that one answer gives.
const maxRows = 4096

// row is one line of a switch's MAC table.
type row struct {
	vlan int
	port string // canonical
	mac  event.MAC
}

// rows reads a MAC table; what is no row is passed over.
func (d *dialect) rows(q table, answer []string) (out []row) {
	v, p, m := q.Row.SubexpIndex("vlan"), q.Row.SubexpIndex("port"), q.Row.SubexpIndex("mac")
	for _, l := range answer {
		g := q.Row.FindStringSubmatch(l)
		if g == nil || len(out) >= maxRows {
			continue
		}
		vlan, err := strconv.Atoi(g[v])
		mac, ok := readMAC(g[m])
		if err != nil || !ok || vlan < 1 || vlan > 4094 {
			continue
		}
		out = append(out, row{vlan, d.canonical(g[p]), mac})
	}
	return out
}

func readMAC(s string) (event.MAC, bool) {
	digits := strings.NewReplacer(".", "", ":", "", "-", "").Replace(s)
	if len(digits) != 12 {
		return event.MAC{}, false
	}
	n, err := strconv.ParseUint(digits, 16, 64)
	if err != nil {
		return event.MAC{}, false
	}
	return event.MAC{byte(n >> 40), byte(n >> 32), byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)}, true
}

// stanza takes a port's own lines out of an answer: "interface X" and what is indented below it.
// ok is false when the answer is of no port, or of another one.
func (d *dialect) stanza(answer []string, port string) (lines []string, ok bool) {
	for _, l := range answer {
		l = strings.TrimRight(l, " ")
		name, isHead := strings.CutPrefix(l, "interface ")
		switch {
		case isHead && len(lines) == 0 && d.canonical(strings.TrimSpace(name)) == port:
			lines = append(lines, l)
		case isHead && len(lines) == 0:
			return nil, false
		case len(lines) > 0 && strings.HasPrefix(l, " "):
			lines = append(lines, l)
		case len(lines) > 0:
			return lines, true
		}
	}
	return lines, len(lines) > 0
}

// line finds what an action would change.
func (a action) line(stanza []string) (string, bool) {
	i := slices.IndexFunc(stanza, a.Line.MatchString)
	if i < 0 {
		return "", false
	}
	return stanza[i], true
}

// uplinkLine names the line that shows a port to lead to other machines.
func (d *dialect) uplinkLine(stanza []string) (string, bool) {
	for _, l := range stanza {
		for _, p := range d.Uplink {
			if p.MatchString(l) {
				return strings.TrimSpace(l), true
			}
		}
	}
	return "", false
}

// holds reports whether an answer has what a judgement needs.
func (j judgement) holds(answer []string, port string, vlan int) (bool, error) {
	re, err := regexp.Compile(fill(j.Need, "", regexp.QuoteMeta(port), vlan))
	if err != nil {
		return false, err
	}
	return re.MatchString(strings.Join(answer, "\n")), nil
}
