// Package event is the vocabulary of Yagura: what was seen, what was concluded and what was done, in OCSF 1.x words.
package event
