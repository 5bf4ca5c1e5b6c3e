package beacon

import (
	"regexp"
	"strconv"
	"strings"
)

// agent is what a user agent says of the program behind it.
type agent struct {
	none, system, browser bool
	script                bool // a tool of programmers, or a word that nobody's product is called
	product               bool // names itself, not a browser
	year                  int  // in which that browser or system came out or went out of use; 0 = not known
}

// maxAgents bounds the agents whose kind is remembered.
const maxAgents = 4096

var scriptAgent = regexp.MustCompile(`(?i)^(curl|wget|python|go-http|java/|powershell|winhttp|okhttp|libwww|perl|ruby|axios|node|httpclient|urllib|mozilla/4\.08|autoit|ie|ua|agent|test|user-?agent)|powershell|bitsadmin|certutil`)

func (n *instance) agent(s string) agent {
	a, known := n.agents[s]
	if known {
		return a
	}
	a = agent{none: s == "" || s == "-", system: startsWithAny(s, n.cfg.Agents), script: scriptAgent.MatchString(s), year: yearOf(s)}
	library := strings.Contains(s, "MS Web Services Client") // of .NET, which calls itself an old browser
	if library {
		a.year = 0
	}
	a.browser = strings.HasPrefix(s, "Mozilla/") && !a.script && !library
	a.product = !a.none && !a.browser && !a.script
	if len(n.agents) >= maxAgents {
		clear(n.agents)
	}
	n.agents[s] = a
	return a
}

var (
	version = regexp.MustCompile(`(MSIE|Chrome|Firefox)[ /]([0-9]{1,3})\.`)
	windows = regexp.MustCompile(`Windows (NT [45]\.|98|95)`)
)

// ieYears is the year in which each Internet Explorer gave way to the next (Microsoft's life cycle pages).
var ieYears = map[int]int{4: 1999, 5: 2001, 6: 2007, 7: 2009, 8: 2011, 9: 2013, 10: 2014}

// yearOf is the year until which what the agent names was in use; 0 where nothing dates it.
// Chrome came out at 40 in January 2015, Firefox at 40 in August 2015; both then about every six weeks, from late 2020 every four.
func yearOf(s string) (year int) {
	older := func(y int) {
		if year == 0 || y < year {
			year = y
		}
	}
	if windows.MatchString(s) { // Windows XP: support ended in April 2014
		older(2014)
	}
	m := version.FindStringSubmatch(s)
	if m == nil {
		return year
	}
	v, _ := strconv.Atoi(m[2])
	switch m[1] {
	case "MSIE":
		if y := ieYears[v]; y > 0 && !strings.Contains(s, "Trident/7") && !strings.Contains(s, "Trident/6") {
			older(y)
		}
	default:
		older(released(v))
	}
	return year
}

// released is about the year of a version of Chrome or Firefox.
func released(v int) int {
	switch {
	case v < 5:
		return 2010
	case v < 40:
		return 2010 + v/8
	case v < 87:
		return 2015 + (v-40)/8
	}
	return 2020 + (v-87)/12
}

// oldFor is how many years something must have been out of use to look strange: many a town keeps old PCs.
const oldFor = 3

// longGone is from how many years on it is no old PC but a phrase in a program.
const longGone = 12

// gone reports whether the agent was out of use for so long in that year that nobody has it any more.
func (a agent) gone(year int) bool { return a.year > 0 && year-a.year >= longGone }

// old reports whether the agent was out of use in that year.
func (a agent) old(year int) bool { return a.year > 0 && year-a.year >= oldFor }
