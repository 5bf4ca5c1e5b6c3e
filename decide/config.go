package decide

import (
	"errors"
	"fmt"
	"net/netip"
	"time"

	"github.com/yagura-project/yagura/event"
)

// Config is the policy: what Yagura may do by itself, and what never.
type Config struct {
	Mode     event.Mode    `yaml:"mode"`     // where no rule fits: observe, approve or auto
	Severity int           `yaml:"severity"` // where no rule fits, only from this host severity on; 1–10
	Rules    []Rule        `yaml:"rules"`    // the first that fits decides
	Calendar Calendar      `yaml:"calendar"` // 開庁時間
	Lifetime time.Duration `yaml:"lifetime"` // an isolation ends by itself after this; 1 m–7 d
	Longest  time.Duration `yaml:"longest"`  // nobody may ask for more; Lifetime–30 d

	AskWithin   time.Duration `yaml:"ask_within"`   // a proposal that nobody answered lapses; 1 m–7 d
	IdentityAge time.Duration `yaml:"identity_age"` // older knowledge of who has the address is not acted on; 1 m–30 d
	Grace       time.Duration `yaml:"grace"`        // after a release or denial no automatic order for the machine; 0–7 d

	TwoPeople bool     `yaml:"two_people"` // whoever asked for an isolation may not approve it
	TwoFor    []string `yaml:"two_for"`    // roles whose isolation two people must want, the one who asks included; a whole segment always

	Unrehearsed bool `yaml:"unrehearsed"` // auto holds without a person having looked at a rehearsal of this policy: for laboratories

	Caps     Caps         `yaml:"caps"`
	Outbreak Outbreak     `yaml:"outbreak"` // many machines at once: the zone is proposed as a whole
	Never    []NeverEntry `yaml:"never"`    // beside the built-in roles
	Contacts []Contact    `yaml:"contacts"` // who is named in notices
}

// Caps bound how much is cut off.
type Caps struct {
	PerHour       int `yaml:"per_hour"`        // automatic isolations begun in 60 minutes; 1–1,000
	Percent       int `yaml:"percent"`         // of the machines of a zone cut off at once, one is always allowed; 1–100
	Total         int `yaml:"total"`           // machines cut off at once in the whole town, beyond which nothing is automatic; 1–10,000
	ManualPerHour int `yaml:"manual_per_hour"` // isolations asked for or approved by people in 60 minutes; 1–10,000
}

// Contact is one line of the telephone list.
type Contact struct {
	Name  string `yaml:"name"`  // 情報政策課
	Phone string `yaml:"phone"` // 内線 1234
	Mail  string `yaml:"mail"`
	Hours Hours  `yaml:"hours"` // when this one is to be called; empty = always
}

// Rule chooses the mode for some machines at some hours. Empty fields do not restrict.
type Rule struct {
	Name     string        `yaml:"name"`
	Severity int           `yaml:"severity"` // host severity at least; 1–10
	Zones    []string      `yaml:"zones"`
	Roles    []string      `yaml:"roles"`     // any of these
	NotRoles []string      `yaml:"not_roles"` // none of these
	Hours    []Hours       `yaml:"hours"`     // open closed night holiday
	Mode     event.Mode    `yaml:"mode"`
	Lifetime time.Duration `yaml:"lifetime"` // 0 = that of the policy
}

// DefaultConfig watches only: every decision is recorded, none is carried out.
func DefaultConfig() Config {
	return Config{
		Mode: event.ModeObserve, Severity: 8, Calendar: DefaultCalendar(),
		Lifetime: 8 * time.Hour, Longest: 72 * time.Hour, AskWithin: 12 * time.Hour,
		IdentityAge: 4 * time.Hour, Grace: 2 * time.Hour,
		Caps:     Caps{PerHour: 10, Percent: 5, Total: 30, ManualPerHour: 50},
		Outbreak: Outbreak{Machines: 10, Within: 10 * time.Minute},
		TwoFor:   []string{"server", "file", "mail", "web", "database", "backup", "wsus", "management"},
	}
}

// Validate names every setting that cannot be obeyed, joined; each is a Problem.
func (c Config) Validate() error {
	_, err := c.read(nil)
	return err
}

// policy is a Config, read.
type policy struct {
	Config
	cal   calendar
	never *NeverList
}

func (c Config) read(self []netip.Addr) (policy, error) {
	p := policy{Config: c}
	var r reader
	r.checkMode("mode", c.Mode)
	r.between("severity", c.Severity, 1, 10)
	r.within("lifetime", c.Lifetime, time.Minute, 7*24*time.Hour)
	r.within("longest", c.Longest, c.Lifetime, 30*24*time.Hour)
	r.within("ask_within", c.AskWithin, time.Minute, 7*24*time.Hour)
	r.within("identity_age", c.IdentityAge, time.Minute, 30*24*time.Hour)
	r.within("grace", c.Grace, 0, 7*24*time.Hour)
	r.between("caps.per_hour", c.Caps.PerHour, 1, 1000)
	r.between("caps.percent", c.Caps.Percent, 1, 100)
	r.between("outbreak.machines", c.Outbreak.Machines, 0, 10_000)
	r.within("outbreak.within", c.Outbreak.Within, time.Minute, 24*time.Hour)
	r.between("caps.total", c.Caps.Total, 1, 10_000)
	r.between("caps.manual_per_hour", c.Caps.ManualPerHour, 1, 10_000)
	for i, rule := range c.Rules {
		rule.check(&r, fmt.Sprintf("rules[%d]", i), c.Longest)
	}
	for i, contact := range c.Contacts {
		contact.check(&r, fmt.Sprintf("contacts[%d]", i))
	}
	var calErrs, neverErrs []error
	p.cal, calErrs = c.Calendar.read()
	p.never, neverErrs = newNever(c.Never, self)
	return p, errors.Join(append(append(r.errs, calErrs...), neverErrs...)...)
}

func (rule Rule) check(r *reader, field string, longest time.Duration) {
	r.checkMode(field+".mode", rule.Mode)
	if rule.Severity < 0 || rule.Severity > 10 {
		r.fail(field+".severity", "%d is no host severity: use 1 (least) to 10", rule.Severity)
	}
	if rule.Lifetime != 0 {
		r.within(field+".lifetime", rule.Lifetime, time.Minute, longest)
	}
	for i, h := range rule.Hours {
		r.checkHours(fmt.Sprintf("%s.hours[%d]", field, i), h)
	}
}

func (c Contact) check(r *reader, field string) {
	if c.Name == "" {
		r.fail(field+".name", "is empty: write who answers, for example 情報政策課")
	}
	if c.Phone == "" && c.Mail == "" {
		r.fail(field, "has neither phone nor mail: give at least one")
	}
	if c.Hours != "" {
		r.checkHours(field+".hours", c.Hours)
	}
}

func (r *reader) checkMode(field string, m event.Mode) {
	switch m {
	case event.ModeObserve, event.ModeApprove, event.ModeAuto:
	default:
		r.fail(field, "%q is no mode: use observe (record only), approve (a person decides) or auto", m)
	}
}

func (r *reader) checkHours(field string, h Hours) {
	switch h {
	case HoursOpen, HoursClosed, HoursNight, HoursHoliday:
	default:
		r.fail(field, "%q is no part of the week: use open (開庁時間), closed (夜間・休日), night or holiday", h)
	}
}

func (r *reader) within(field string, v, low, high time.Duration) {
	if v < low || v > high {
		r.fail(field, "%v is out of range: use %v to %v", v, low, high)
	}
}

func (r *reader) between(field string, v, low, high int) {
	if v < low || v > high {
		r.fail(field, "%d is out of range: use %d to %d", v, low, high)
	}
}
