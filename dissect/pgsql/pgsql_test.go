package pgsql

import (
	"testing"

	"github.com/yagura-project/yagura/dissect/flowtest"
)

// says is a conversation by the words of the specification.
var says = []flowtest.Say{
	flowtest.Up("\x00\x00\x00\x08\x04\xd2\x16\x2f"),
	flowtest.Down("N"),
	flowtest.Up("\x00\x00\x00\x23\x00\x03\x00\x00user\x00tanaka\x00database\x00juki\x00\x00"),
	flowtest.Down("R\x00\x00\x00\x0c\x00\x00\x00\x05salt"),
	flowtest.Up("p\x00\x00\x00\x08pwd\x00"),
	flowtest.Down("R\x00\x00\x00\x08\x00\x00\x00\x00"),
	flowtest.Up("P\x00\x00\x00\x0d\x00begin\x00\x00\x00" + "Q\x00\x00\x00\x18select * from juki;\x00"),
	flowtest.Down("T\x00\x00\x00\x06\x00\x01"),
	flowtest.Up("Q\x00\x00\x00\x0cdelete;\x00"),
}

// TestTalk holds what is seen of it against testdata.
func TestTalk(t *testing.T) { flowtest.Talk(t, "pgsql", 15432, false, says, Protocol) }

func Fuzz(f *testing.F) { flowtest.Fuzz(f, Protocol, says) }
