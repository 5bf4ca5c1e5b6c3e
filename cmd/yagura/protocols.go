package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/yagura-project/yagura/dissect"
	allprotocols "github.com/yagura-project/yagura/dissect/all"
)

// protocolsOf gives the parsers that a configuration names: all of them for an empty list, none for the word none.
func protocolsOf(names []string) ([]dissect.Protocol, error) {
	if len(names) == 0 || slices.Equal(names, []string{"all"}) {
		return allprotocols.Protocols, nil
	}
	if slices.Equal(names, []string{"none"}) {
		return nil, nil
	}
	var list []dissect.Protocol
	for _, p := range allprotocols.Protocols {
		if slices.Contains(names, p.Name) {
			list = append(list, p)
		}
	}
	for _, n := range names {
		if !slices.ContainsFunc(allprotocols.Protocols, func(p dissect.Protocol) bool { return p.Name == n }) {
			return nil, fmt.Errorf("protocols: %q is not read here; there are: %s, or none", n, protocolNames())
		}
	}
	return list, nil
}

func protocolNames() string {
	var names []string
	for _, p := range allprotocols.Protocols {
		names = append(names, p.Name)
	}
	return strings.Join(names, " ")
}
