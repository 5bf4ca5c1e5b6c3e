package dissect

// manyAsked is how many requests in a row without any answer are too many: rules know them as an anomaly of most protocols.
const manyAsked = 1024

// Crowd counts the requests of a conversation since its last answer.
type Crowd int

// Asked counts a request; true is the one, of those in a row, with which there are too many.
func (c *Crowd) Asked() bool {
	*c++
	return *c == manyAsked+1
}

// Answered begins anew.
func (c *Crowd) Answered() { *c = 0 }
