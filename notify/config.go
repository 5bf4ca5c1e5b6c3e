package notify

import (
	"errors"
	"fmt"
	"net/url"
	"time"
)

// JST is the clock of quiet hours and digests.
var JST = time.FixedZone("JST", 9*60*60)

// Config says who is told what, how, and when.
type Config struct {
	Channels []Use  `yaml:"channels"`
	Link     string `yaml:"link"` // the console as people reach it: https://yagura.example.lg.jp; empty = no links

	Burst    int           `yaml:"burst"`     // messages of one channel within Window that go out at once; 1–100
	Window   time.Duration `yaml:"window"`    // what comes beyond Burst is one digest at its end; 1 m–24 h
	GiveUp   time.Duration `yaml:"give_up"`   // a message that cannot be sent is tried this long; 1 m–7 d
	SendWait time.Duration `yaml:"send_wait"` // one attempt; 1 s–5 m
}

// Use is one channel as a site uses it.
type Use struct {
	Name     string             `yaml:"name"`     // unique: 情報政策課
	Via      map[string]Section `yaml:"via"`      // mail: {…} or webhook: {…}
	Severity int                `yaml:"severity"` // host severity from which it is told at once; 1–10, 0 = 8
	Digest   string             `yaml:"digest"`   // "08:45": what is below comes once a day; empty = never
	Quiet    Quiet              `yaml:"quiet"`
	Lang     string             `yaml:"lang"` // ja or en; empty = ja
	// Short tells in one line why, and whom to call: for managers, who need no evidence.
	Short       bool     `yaml:"short"`
	Departments []string `yaml:"departments"` // only of machines of these departments; empty = all
}

// Quiet is a time of day in which only the worst is told; the rest comes at its end.
type Quiet struct {
	From   string `yaml:"from"`   // "22:00"; empty = no quiet hours
	To     string `yaml:"to"`     // "07:00"
	Except int    `yaml:"except"` // host severity that is told all the same; 0 = 9
}

// DefaultConfig tells nobody: which channels there are, only the site knows.
func DefaultConfig() Config {
	return Config{Burst: 5, Window: 10 * time.Minute, GiveUp: 24 * time.Hour, SendWait: 30 * time.Second}
}

// Validate names every setting that cannot be obeyed.
func (c Config) Validate() error {
	var errs []error
	fail := func(field, format string, args ...any) {
		errs = append(errs, fmt.Errorf("%s: "+format, append([]any{field}, args...)...))
	}
	within := func(field string, v, low, high time.Duration) {
		if v < low || v > high {
			fail(field, "%v is out of range: use %v to %v", v, low, high)
		}
	}
	if c.Burst < 1 || c.Burst > 100 {
		fail("burst", "%d is out of range: use 1 to 100", c.Burst)
	}
	within("window", c.Window, time.Minute, 24*time.Hour)
	within("give_up", c.GiveUp, time.Minute, 7*24*time.Hour)
	within("send_wait", c.SendWait, time.Second, 5*time.Minute)
	if u, err := url.Parse(c.Link); c.Link != "" && (err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http") {
		fail("link", "%q is no web address: write it as https://yagura.example.lg.jp", c.Link)
	}
	names := map[string]bool{}
	for i, use := range c.Channels {
		use.check(fmt.Sprintf("channels[%d]", i), names, fail)
	}
	return errors.Join(errs...)
}

func (u Use) check(field string, names map[string]bool, fail func(string, string, ...any)) {
	switch {
	case u.Name == "":
		fail(field+".name", "is empty: name who is reached, for example 情報政策課")
	case names[u.Name]:
		fail(field+".name", "%q is used twice: give each channel its own name", u.Name)
	}
	names[u.Name] = true
	if u.Severity < 0 || u.Severity > 10 {
		fail(field+".severity", "%d is no host severity: use 1 (least) to 10", u.Severity)
	}
	if u.Quiet.Except < 0 || u.Quiet.Except > 10 {
		fail(field+".quiet.except", "%d is no host severity: use 1 (least) to 10", u.Quiet.Except)
	}
	if u.Lang != "" && u.Lang != "ja" && u.Lang != "en" {
		fail(field+".lang", "%q is unknown: use ja or en", u.Lang)
	}
	if (u.Quiet.From == "") != (u.Quiet.To == "") {
		fail(field+".quiet", "only one end is given: write both from and to")
	}
	for name, s := range map[string]string{".digest": u.Digest, ".quiet.from": u.Quiet.From, ".quiet.to": u.Quiet.To} {
		if _, err := time.Parse("15:04", s); s != "" && err != nil {
			fail(field+name, "%q is no time of day: write it as 08:45", s)
		}
	}
}

// threshold is the host severity from which the channel is told at once.
func (u Use) threshold() int {
	if u.Severity == 0 {
		return 8
	}
	return u.Severity
}

func (u Use) lang() string {
	if u.Lang == "" {
		return "ja"
	}
	return u.Lang
}

// quietUntil is the end of the quiet hours that t lies in; zero when it lies in none, or the severity breaks them.
func (u Use) quietUntil(t time.Time, severity int) time.Time {
	except := u.Quiet.Except
	if except == 0 {
		except = 9
	}
	if u.Quiet.From == "" || severity >= except {
		return time.Time{}
	}
	from, to := next(t, u.Quiet.From), next(t, u.Quiet.To)
	if to.Before(from) { // the end comes before the next beginning: we are within
		return to
	}
	return time.Time{}
}

// next is the first moment after t at which the clock in Japan shows hhmm; it must be valid.
func next(t time.Time, hhmm string) time.Time {
	clock, err := time.Parse("15:04", hhmm)
	if err != nil {
		return t
	}
	local := t.In(JST)
	at := time.Date(local.Year(), local.Month(), local.Day(), clock.Hour(), clock.Minute(), 0, 0, JST)
	if !at.After(t) {
		at = at.AddDate(0, 0, 1)
	}
	return at
}
