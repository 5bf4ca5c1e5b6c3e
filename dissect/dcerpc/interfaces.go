package dcerpc

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"
	"sync"
)

// Interface is one DCE/RPC interface and what its operations are called.
type Interface struct {
	Name       string // as Zeek names the endpoint: svcctl, drsuapi …
	UUID       string // lower case with hyphens
	Source     string // the specification and its section
	pipes      []string
	operations map[uint16]string
}

// Operation is the name of an operation, "" where the table has none.
func (i *Interface) Operation(opnum uint16) string {
	if i == nil {
		return ""
	}
	return i.operations[opnum]
}

//go:embed interfaces.txt
var interfacesText string

// table is the data of interfaces.txt, read when it is first needed.
type table struct {
	byUUID map[string]*Interface
	byName map[string]*Interface // of several with one name the first
	byPipe map[string]*Interface // the most usual interface behind a pipe
}

var known = sync.OnceValue(func() *table {
	t, _ := readTable(interfacesText) // its faults are a matter of TestTable
	return t
})

// ByUUID finds an interface by its UUID in lower case; nil when it is not in the table.
func ByUUID(uuid string) *Interface { return known().byUUID[uuid] }

// ByName finds an interface by its name; nil when it is not in the table.
func ByName(name string) *Interface { return known().byName[name] }

// byPipe finds the usual interface behind a pipe name; nil when it is unknown.
func byPipe(pipe string) *Interface {
	pipe = strings.ToLower(pipe)
	pipe = pipe[strings.LastIndexByte(pipe, '\\')+1:]
	return known().byPipe[pipe]
}

// IsPipe reports whether a name without path is that of a well-known RPC pipe.
func IsPipe(name string) bool { return byPipe(name) != nil }

func readTable(text string) (*table, error) {
	t := &table{map[string]*Interface{}, map[string]*Interface{}, map[string]*Interface{}}
	var cur *Interface
	for n, line := range strings.Split(text, "\n") {
		var err error
		switch {
		case line == "" || line[0] == '#':
		case line[0] == '@':
			cur, err = t.add(line)
		case cur == nil:
			err = fmt.Errorf("operations before an interface")
		default:
			err = cur.add(line)
		}
		if err != nil {
			return t, fmt.Errorf("interfaces.txt:%d: %w", n+1, err)
		}
	}
	return t, nil
}

// add reads "@ name | uuid | pipes | source".
func (t *table) add(line string) (*Interface, error) {
	col := strings.Split(strings.TrimPrefix(line, "@"), "|")
	if len(col) != 4 {
		return nil, fmt.Errorf("%d columns, want 4", len(col))
	}
	for i := range col {
		col[i] = strings.TrimSpace(col[i])
	}
	i := &Interface{Name: col[0], UUID: col[1], Source: col[3], operations: map[uint16]string{}}
	if t.byUUID[i.UUID] != nil {
		return nil, fmt.Errorf("%s is there twice", i.UUID)
	}
	t.byUUID[i.UUID] = i
	if t.byName[i.Name] == nil {
		t.byName[i.Name] = i
	}
	if col[2] != "-" {
		i.pipes = strings.Fields(strings.ToLower(col[2]))
	}
	for _, p := range i.pipes {
		if t.byPipe[p] == nil {
			t.byPipe[p] = i
		}
	}
	return i, nil
}

// add reads a first number and the names that follow from it.
func (i *Interface) add(line string) error {
	words := strings.Fields(line)
	first, err := strconv.ParseUint(words[0], 10, 16)
	if err != nil {
		return err
	}
	for k, name := range words[1:] {
		n := uint16(first) + uint16(k)
		if i.operations[n] != "" {
			return fmt.Errorf("operation %d of %s is there twice", n, i.Name)
		}
		i.operations[n] = name
	}
	return nil
}

// Opnum is the number of an operation by its name.
func (i *Interface) Opnum(operation string) (opnum uint16, ok bool) {
	if i == nil {
		return 0, false
	}
	for n, name := range i.operations {
		if name == operation {
			return n, true
		}
	}
	return 0, false
}

// Numbers finds an interface and an operation of it by their names: what stands on the wire. An operation "" is none.
func Numbers(name, operation string) (uuid string, opnum uint16, ok bool) {
	i := ByName(name)
	if i == nil {
		return "", 0, false
	}
	opnum, ok = i.Opnum(operation)
	return i.UUID, opnum, ok || operation == ""
}
