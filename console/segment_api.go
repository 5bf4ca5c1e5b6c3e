package console

import (
	"context"
	"net/http"
	"net/netip"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/yagura-project/yagura/event"
)

// Segments decides about parts of the network as a whole, and shows what the policy would have done.
// What a guard refuses is a Refused error.
type Segments interface {
	Segments(ctx context.Context) ([]SegmentChoice, error)
	PreviewSegment(ctx context.Context, a SegmentAsk) (SegmentPreview, error)
	IsolateSegment(ctx context.Context, a SegmentAsk) (event.Order, error)
	Rehearse(ctx context.Context, who string, days int, accept bool, why string) (Rehearsal, error)
}

// SegmentChoice is one part of the network that may be cut off as a whole.
type SegmentChoice struct {
	Kind     string `json:"kind" enum:"zone,floor,site"`
	Name     string `json:"name"`
	Machines int    `json:"machines" doc:"known machines in it"`
	Ranges   int    `json:"ranges" doc:"ranges of the configuration in it; 0 = it is known by its machines only"`
}

// SegmentList is what may be cut off as a whole: zones, floors, the site.
type SegmentList struct {
	Items []SegmentChoice `json:"items" nullable:"false"`
}

// SegmentAsk is the wish to cut a part of the network off.
type SegmentAsk struct {
	Kind, Name string
	Who, Why   string
	For        time.Duration // 0 = as the policy says
}

// SegmentPreview is what cutting a segment off would do, before it is done.
type SegmentPreview struct {
	Segment  string         `json:"segment"`
	Allowed  bool           `json:"allowed" doc:"a person may ask for it now; another must approve"`
	Machines int            `json:"machines" doc:"known machines that would be cut off"`
	Offices  []Office       `json:"offices" nullable:"false" doc:"whose machines, most first"`
	Kept     []KeptMachine  `json:"kept" nullable:"false" doc:"what stays connected, and why"`
	Nets     []string       `json:"nets" nullable:"false" doc:"ranges that would be cut, without what stays"`
	Services []LostService  `json:"services" nullable:"false" doc:"what stops working, most used first"`
	Spared   []string       `json:"spared" nullable:"false" doc:"what still passes"`
	Minutes  int            `json:"minutes"`
	Expires  time.Time      `json:"expires"`
	Guards   []GuardResult  `json:"guards" nullable:"false"`
	Commands []EnforcerPlan `json:"commands" nullable:"false"`
}

// Office is a department with the number of its machines.
type Office struct {
	Name     string `json:"name"`
	Machines int    `json:"machines"`
}

// KeptMachine is a machine of a segment that stays connected.
type KeptMachine struct {
	Device event.Device `json:"device"`
	Why    event.Text   `json:"why"`
}

// LostService is one service between the segment and the others that stops.
type LostService struct {
	Server   netip.Addr `json:"server"`
	Name     string     `json:"name,omitempty" doc:"host name of the server"`
	Proto    string     `json:"proto"`
	Port     uint16     `json:"port"`
	Inside   bool       `json:"inside" doc:"the server stands in the segment: those outside lose it"`
	Clients  int        `json:"clients" doc:"machines that used it"`
	Days     int        `json:"days" doc:"on how many days it was used"`
	Last     time.Time  `json:"last"`
	FromZone string     `json:"from_zone"`
	ToZone   string     `json:"to_zone"`
}

// Rehearsal is what the policy as it is now would have done about earlier cases.
type Rehearsal struct {
	From     time.Time   `json:"from"`
	Until    time.Time   `json:"until"`
	Cases    int         `json:"cases"`
	Machines int         `json:"machines" doc:"machines that would have been isolated without asking anybody"`
	False    int         `json:"false" doc:"of these, machines of which people judged every case false"`
	Asked    int         `json:"asked" doc:"cases about which a person would have been asked"`
	Refused  int         `json:"refused" doc:"cases that a guard would have refused"`
	Would    []WouldHave `json:"would" nullable:"false"`
	Accepted string      `json:"accepted,omitempty" doc:"who let this very policy act by itself; empty = nobody yet, so auto waits for an approval"`
	At       time.Time   `json:"accepted_at,omitzero"`
	Policy   []string    `json:"policy" nullable:"false" doc:"what the policy says, rule by rule, in Japanese as yagura explain prints it"`
	Auto     bool        `json:"auto" doc:"the policy says auto somewhere"`
}

// WouldHave is what the policy would have done about one case.
type WouldHave struct {
	Incident string     `json:"incident"`
	Number   string     `json:"number"`
	Machine  string     `json:"machine"`
	Time     time.Time  `json:"time"`
	Auto     bool       `json:"auto" doc:"true: isolated; false: a person asked"`
	False    bool       `json:"false" doc:"people judged the case false"`
	Rule     string     `json:"rule,omitempty"`
	Why      event.Text `json:"why,omitzero" doc:"what would have kept it from being automatic"`
}

type segmentInput struct {
	Body struct {
		Kind    string `json:"kind" enum:"zone,floor,site"`
		Name    string `json:"name,omitempty" maxLength:"128" doc:"of the zone, or what the place of a floor's machines begins with"`
		Reason  string `json:"reason,omitempty" maxLength:"1000"`
		Minutes int    `json:"minutes,omitempty" minimum:"0" maximum:"43200" doc:"0 = as the policy says"`
	}
}

type rehearsalInput struct {
	Days int `query:"days" minimum:"0" maximum:"366" doc:"how far back; 0 = 30"`
}

type acceptInput struct {
	Body struct {
		Days   int    `json:"days,omitempty" minimum:"0" maximum:"366"`
		Reason string `json:"reason" minLength:"1" maxLength:"1000"`
	}
}

func (c *Console) segmentAPI(api huma.API) {
	huma.Register(api, op("segments", http.MethodGet, "/segments", Viewer, "Zones, floors and sites that may be cut off as a whole"),
		func(ctx context.Context, _ *struct{}) (*body[SegmentList], error) {
			s, err := c.segments(ctx)
			if err != nil {
				return nil, err
			}
			list, err := s.Segments(ctx)
			if err != nil {
				return nil, c.failed(ctx, "segments", err)
			}
			return answer(SegmentList{append([]SegmentChoice{}, list...)}, nil)
		})
	huma.Register(api, op("preview-segment", http.MethodPost, "/segments/preview", Viewer, "Who is affected and what stops when a zone, floor or site is cut off"),
		func(ctx context.Context, in *segmentInput) (*body[SegmentPreview], error) {
			s, err := c.segments(ctx)
			if err != nil {
				return nil, err
			}
			p, err := s.PreviewSegment(ctx, in.ask(ctx))
			if err != nil {
				return nil, c.failed(ctx, "segment", err)
			}
			return answer(p, nil)
		})
	huma.Register(api, op("isolate-segment", http.MethodPost, "/segments", Operator, "Ask for a zone, floor or site to be cut off; another person must approve"),
		func(ctx context.Context, in *segmentInput) (*body[event.Order], error) {
			s, err := c.segments(ctx)
			if err != nil {
				return nil, err
			}
			o, err := s.IsolateSegment(ctx, in.ask(ctx))
			return c.orderAnswer(ctx, o, err)
		})
	huma.Register(api, op("rehearsal", http.MethodGet, "/policy/rehearsal", Viewer, "What the policy would have isolated, from the kept cases"),
		func(ctx context.Context, in *rehearsalInput) (*body[Rehearsal], error) {
			return c.rehearse(ctx, in.Days, false, "")
		})
	huma.Register(api, op("accept-rehearsal", http.MethodPost, "/policy/rehearsal", Admin, "Let this very policy act by itself where it says auto"),
		func(ctx context.Context, in *acceptInput) (*body[Rehearsal], error) {
			return c.rehearse(ctx, in.Body.Days, true, in.Body.Reason)
		})
}

func (in *segmentInput) ask(ctx context.Context) SegmentAsk {
	return SegmentAsk{Kind: in.Body.Kind, Name: in.Body.Name, Who: who(ctx).Name, Why: in.Body.Reason, For: time.Duration(in.Body.Minutes) * time.Minute}
}

func (c *Console) segments(ctx context.Context) (Segments, error) {
	if c.deps.Segments == nil {
		return nil, c.failed(ctx, "segments", Refused{Text: event.Text{JA: "この画面では区画を扱えません。", EN: "Segments cannot be handled here."}})
	}
	return c.deps.Segments, nil
}

func (c *Console) rehearse(ctx context.Context, days int, accept bool, why string) (*body[Rehearsal], error) {
	s, err := c.segments(ctx)
	if err != nil {
		return nil, err
	}
	if days == 0 {
		days = 30
	}
	r, err := s.Rehearse(ctx, who(ctx).Name, days, accept, why)
	if err != nil {
		return nil, c.failed(ctx, "rehearsal", err)
	}
	return answer(r, nil)
}
