// Package yagura holds the law of the house: house.txt says which room may import which, and the tests beside it enforce that.
package yagura
