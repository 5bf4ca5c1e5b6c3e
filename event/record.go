package event

import "github.com/yagura-project/yagura/event/tree"

// Record is one message, or a question with its answer, in all its parts: for readers of EVE. Analyzers tell of them only where
// somebody reads them; nothing is concluded from them.
type Record struct {
	Header
	Conn
	Protocol string    // as NetworkActivity.App
	App      string    // of a frame: application protocol, as rules name it
	Tx       uint64    // number of the transaction plus 1, where the line has one beside its object; 0: none
	Body     tree.Node // an object
	Back     bool      // the server sent it
}

// Class is 6003.
func (*Record) Class() Class { return ClassAppActivity }
