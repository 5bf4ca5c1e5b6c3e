package dcerpc

import (
	"encoding/hex"
	"encoding/json"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestArguments reads stubs that another implementation encoded, in NDR and in NDR64.
func TestArguments(t *testing.T) {
	page, err := os.ReadFile("testdata/stubs.tsv")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for line := range strings.Lines(string(page)) {
		col := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(col) != 5 {
			continue
		}
		n++
		opnum, err := strconv.ParseUint(col[1], 10, 16)
		if err != nil {
			t.Fatal(err)
		}
		c := &call{opnum: uint16(opnum), wide: col[2] == "ndr64"}
		if c.stub, err = hex.DecodeString(col[3]); err != nil {
			t.Fatal(err)
		}
		i := ByName(col[0])
		c.out.Interface, c.out.Operation = i.Name, i.Operation(c.opnum)
		want := args{}
		if err := json.Unmarshal([]byte(col[4]), &want); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, arguments(c)); d != "" {
			t.Errorf("%s.%s in %s (-want +got):\n%s", i.Name, c.out.Operation, col[2], d)
		}
		cut(t, c)
	}
	if n < 40 {
		t.Errorf("%d stubs, want 40 or more", n)
	}
}

// cut shortens a stub byte by byte: whatever is read must hold.
func cut(t *testing.T, c *call) {
	t.Helper()
	whole := c.stub
	for i := range whole {
		c.stub = whole[:i]
		for k, v := range arguments(c) {
			if len(v) > 1024 {
				t.Errorf("%s cut at %d: %s has %d bytes", c.out.Operation, i, k, len(v))
			}
		}
	}
	c.stub = whole
}
