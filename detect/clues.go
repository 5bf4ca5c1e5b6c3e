package detect

import "github.com/yagura-project/yagura/event"

// Clues weigh evidence for and against one conclusion. The zero value is empty. Sentences are made only by Reasons.
type Clues struct {
	Sum  float64
	list []clue
}

type clue struct {
	name     string
	points   float64
	there    bool
	question event.Text
	says     event.Text
	args     []any
}

// Begin empties c for the next conclusion, and keeps its room: some weigh every conversation.
func (c *Clues) Begin() {
	clear(c.list)
	c.Sum, c.list = 0, c.list[:0]
}

// Add asks for a clue worth points (negative: counter-evidence); says is its sentence with verbs for args.
func (c *Clues) Add(there bool, points float64, name string, question, says event.Text, args ...any) {
	c.list = append(c.list, clue{name, points, there, question, says, args})
	if there {
		c.Sum += points
	}
}

// Reasons are the clues that were there, for and against.
func (c *Clues) Reasons() (why, counter []event.Reason) {
	for _, x := range c.list {
		if !x.there {
			continue
		}
		r := Because(x.name, x.points, 0, "points", Say(x.says.JA, x.says.EN, x.args...))
		if x.points < 0 {
			counter = append(counter, r)
		} else {
			why = append(why, r)
		}
	}
	return why, counter
}

// Gates are all clues that were asked for, there or not.
func (c *Clues) Gates() (out []event.Gate) {
	for _, x := range c.list {
		out = append(out, Worth(x.points, Holds(x.name, x.there, "", x.question)))
	}
	return out
}
