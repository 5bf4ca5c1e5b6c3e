// Package decide turns an incident and the policy into an order: whether a machine may be cut off, by whose word, for how long, and what forbids it.
package decide
