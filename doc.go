// Package yagura is the law of the house: house.txt says which room may import which, and the tests here hold every file to it.
package yagura
