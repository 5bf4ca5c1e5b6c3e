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

// Domains tells whether a name stands at or below one of a set of domains, all in lower case.
type Domains map[string]bool

// NewDomains is the set of those domains.
func NewDomains(list []string) Domains {
	d := Domains{}
	for _, name := range list {
		d[lower(name)] = true
	}
	return d
}

// Of is the domain of the set that name stands at or below, "" = none.
func (d Domains) Of(name string) string {
	for name = lower(name); name != ""; {
		if d[name] {
			return name
		}
		i := 0
		for i < len(name) && name[i] != '.' {
			i++
		}
		if i == len(name) {
			return ""
		}
		name = name[i+1:]
	}
	return ""
}

// lower is strings.ToLower without allocation where nothing changes, a dot at the end cut off.
func lower(s string) string {
	if n := len(s); n > 0 && s[n-1] == '.' {
		s = s[:n-1]
	}
	for i := range len(s) {
		if 'A' <= s[i] && s[i] <= 'Z' {
			b := []byte(s)
			for j := range b {
				if 'A' <= b[j] && b[j] <= 'Z' {
					b[j] += 'a' - 'A'
				}
			}
			return string(b)
		}
	}
	return s
}

// Services are domains of known makers and services that programs call by design, for detectors whose evidence is
// only how a machine behaves: operating systems, browsers, certificate authorities, virus scanners, meetings, 自治体.
var Services = []string{
	"microsoft.com", "windowsupdate.com", "windows.com", "windows.net", "msftncsi.com", "msftconnecttest.com", "live.com", "office.com", "office.net",
	"office365.com", "skype.com", "msedge.net", "azureedge.net", "microsoftonline.com", "trafficmanager.net", "sharepoint.com", "onedrive.com", "digicert.com", "verisign.com", "symcd.com",
	"globalsign.com", "globalsign.net", "letsencrypt.org", "lencr.org", "sectigo.com", "comodoca.com", "entrust.net", "godaddy.com", "secomtrust.net",
	"cybertrust.ne.jp", "google.com", "googleapis.com", "gstatic.com", "gvt1.com", "mozilla.com", "mozilla.net", "mozilla.org", "firefox.com",
	"apple.com", "icloud.com", "adobe.com", "adobe.io", "trendmicro.com", "trendmicro.co.jp", "symantec.com", "mcafee.com", "kaspersky.com",
	"sophos.com", "eset.com", "justsystems.com", "zoom.us", "webex.com", "slack.com", "dropbox.com", "ntp.org", "lg.jp", "ubuntu.com", "debian.org",
}
