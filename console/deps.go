package console

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/yagura-project/yagura/event"
)

// Deps is what the console needs of the rooms behind it; cmd/yagura fills it.
type Deps struct {
	Log        *slog.Logger
	Dir        string // where the first password and a self-made certificate are kept; must exist
	Ledger     Ledger
	Users      Users
	Sessions   scs.Store
	Cases      Cases
	Decider    Decider
	Hunter     Hunter
	Reporter   Reporter
	Sensors    func() []event.SensorStats
	Packets    Packets // what is kept of the packets; nil = nothing
	SelfTester SelfTester
	// Explain says why a finding came about; one that is not known is event.ErrNotFound.
	Explain    func(ctx context.Context, finding string) (event.Explanation, error)
	Rules      func() (c RuleCount, any bool)                                     // what became of the rules; nil = there are none
	Alerts     func() (i event.AlertIntake, any bool)                             // how taking alerts of other products stands; nil = none are taken
	Metrics    http.Handler                                                       // /metrics; nil = not served
	Health     func() error                                                       // /healthz; nil = healthy
	Roles      RoleBook                                                           // nil = roles cannot be confirmed
	Separation func(ctx context.Context, day string) (event.SeparationDay, error) // of 2026-11-21; event.ErrNotFound without a record; nil = none is kept
	Segments   Segments                                                           // nil = machines only, one by one
	Drifts     func() []Drift                                                     // where enforcers differed from the ledger, newest last; nil = not watched
	Nevers     Nevers                                                             // nil = what may never be cut off is kept elsewhere
	Settings   Settings                                                           // where the key of answer links is kept; nil = none are made
	Now        func() time.Time                                                   // nil = time.Now
	Announce   func(First)                                                        // nil = the log alone names the password file
}

// Ledger is the kept state: what was concluded and done. Lists are newest first; one() answers event.ErrNotFound.
type Ledger interface {
	Incidents(ctx context.Context, f event.IncidentFilter) ([]event.Incident, error)
	CountIncidents(ctx context.Context, f event.IncidentFilter) (int, error)
	Incident(ctx context.Context, uid string) (event.Incident, error)
	Orders(ctx context.Context, f event.OrderFilter) ([]event.Order, error)
	CountOrders(ctx context.Context, f event.OrderFilter) (int, error)
	Order(ctx context.Context, uid string) (event.Order, error)
	Devices(ctx context.Context, f event.DeviceFilter) ([]event.Device, error)
	CountDevices(ctx context.Context, f event.DeviceFilter) (int, error)
	Device(ctx context.Context, uid string) (event.Device, error)
	Audits(ctx context.Context, since time.Time, limit int) ([]event.Audit, error)
	AppendAudit(ctx context.Context, a event.Audit) error
	SensorDays(ctx context.Context, since string) ([]event.SensorDay, error) // oldest first; since is a day: 2026-11-21
}

// Users keeps who may come in; User answers event.ErrNotFound.
type Users interface {
	User(ctx context.Context, name string) (User, error)
	Users(ctx context.Context) ([]User, error)
	PutUser(ctx context.Context, u User) error
}

// Cases changes the life of a case. A change that the life cycle does not know is a Refused error.
type Cases interface {
	SetState(ctx context.Context, uid string, state event.IncidentState, who string) error
	Note(ctx context.Context, uid, who, text string) error
}

// Decider turns a person's wish into an order, under the policy's guards, and writes each into the audit ledger.
// What a guard refuses is a Refused error.
type Decider interface {
	Preview(ctx context.Context, a Ask) (Preview, error)
	Isolate(ctx context.Context, a Ask) (event.Order, error)
	Approve(ctx context.Context, order, who, why string) (event.Order, error)
	Deny(ctx context.Context, order, who, why string) (event.Order, error)
	Release(ctx context.Context, order, who, why string) (event.Order, error)
	Freeze(ctx context.Context, on bool, who, why string) error
	Frozen(ctx context.Context) (Freeze, error)
}

// Hunter answers named questions over the kept telemetry. A question that cannot be asked like this is a Refused error.
type Hunter interface {
	Hunt(ctx context.Context, name string, params map[string]string) (event.Table, error)
	Hunts() []HuntInfo
}

// Reporter writes the report of a period: kind is monthly or separation.
type Reporter interface {
	Render(ctx context.Context, kind string, from, until time.Time, lang string) (html, pdf []byte, err error)
}

// Ask is the wish to isolate one machine.
type Ask struct {
	Device   event.Device
	Incident string        // UID, "" when no case is behind it
	Severity int           // host severity of that case, 0 = unknown
	Who      string        // user name
	Why      string        // a person's own words
	For      time.Duration // 0 = as the policy says
}

// Preview is what an isolation would do, before it is done.
type Preview struct {
	Target    event.Device   `json:"target"`
	Allowed   bool           `json:"allowed" doc:"false: a guard refuses it"`
	Rehearsal bool           `json:"rehearsal" doc:"true: it would be recorded only, nothing is cut"`
	TwoPeople bool           `json:"two_people" doc:"true: a second person must approve"`
	Mode      event.Mode     `json:"mode" doc:"what the policy would do by itself now"`
	Rule      string         `json:"rule,omitempty" doc:"the rule of the policy that says so"`
	IPs       []string       `json:"ips" nullable:"false" doc:"addresses that are cut"`
	MAC       string         `json:"mac,omitempty"`
	Minutes   int            `json:"minutes" doc:"how long it stands unless released before"`
	Expires   time.Time      `json:"expires"`
	Spared    []string       `json:"spared" nullable:"false" doc:"what still passes: notice page …"`
	Steps     []event.Text   `json:"steps" nullable:"false" doc:"what is done, in order"`
	Guards    []GuardResult  `json:"guards" nullable:"false"`
	Commands  []EnforcerPlan `json:"commands" nullable:"false"`
}

// GuardResult is the answer of one guard: never-touch list, cap per hour, freeze …
type GuardResult struct {
	Name string     `json:"name"`
	OK   bool       `json:"ok"`
	Soft bool       `json:"soft,omitempty" doc:"refuses only what is automatic: a person may still decide"`
	Text event.Text `json:"text"`
}

// EnforcerPlan is what one enforcer would be told, in its own words.
type EnforcerPlan struct {
	Enforcer string   `json:"enforcer"`
	Lines    []string `json:"lines" nullable:"false"`
}

// Freeze is the switch that stops all automatic action (全停止).
type Freeze struct {
	On   bool      `json:"on"`
	Who  string    `json:"who,omitempty"`
	Why  string    `json:"why,omitempty"`
	Time time.Time `json:"time,omitzero"`
}

// Drift is one moment at which an enforcer did not have what the ledger says.
type Drift struct {
	Time     time.Time  `json:"time"`
	Enforcer string     `json:"enforcer"`
	Order    string     `json:"order" doc:"UID of the isolation"`
	Machine  string     `json:"machine,omitempty" doc:"empty: the ledger does not know the isolation"`
	Text     event.Text `json:"text"`
	Mended   bool       `json:"mended"`
}

// HuntInfo names one question that may be asked of the telemetry.
type HuntInfo struct {
	Name   string      `json:"name"`
	Title  event.Text  `json:"title"`
	Params []HuntParam `json:"params" nullable:"false"`
}

// HuntParam is one thing that a hunt wants to know.
type HuntParam struct {
	Name     string     `json:"name"`
	Kind     string     `json:"kind" doc:"host, thing, things, time, choice, whole, ratio, sql"`
	Title    event.Text `json:"title"`
	Default  string     `json:"default,omitempty"`
	Choice   []string   `json:"choice,omitempty"`
	Optional bool       `json:"optional,omitempty"`
}

// First tells how the first administrator gets in.
type First struct{ User, Password, File string }

func (d Deps) validate() error {
	var errs []error
	for name, missing := range map[string]bool{
		"Log": d.Log == nil, "Dir": d.Dir == "", "Ledger": d.Ledger == nil, "Users": d.Users == nil,
		"Sessions": d.Sessions == nil, "Cases": d.Cases == nil, "Decider": d.Decider == nil,
		"Explain": d.Explain == nil, "SelfTester": d.SelfTester == nil, "Hunter": d.Hunter == nil, "Reporter": d.Reporter == nil, "Sensors": d.Sensors == nil,
	} {
		if missing {
			errs = append(errs, fmt.Errorf("dependency %s is not given", name))
		}
	}
	return errors.Join(errs...)
}
