// Package signature looks at what dissect shows with the rules of Suricata's language, and tells of each that matches.
//
// A Ruleset is what rules are turned into once: strings to look for by buffer, places to look at by protocol. An Engine
// is a wire.Inspector for one analyzer; many engines share a Ruleset, which may be exchanged between two packets,
// and what rules remember beyond one flow (Shared).
package signature
