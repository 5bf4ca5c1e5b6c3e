// Package offhours finds machines that talk to rare destinations outside at times when they are always off.
package offhours

import (
	"fmt"
	"net/netip"
	"slices"
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/japan"
)

// Config are the numbers of this detector (DETECTIONS 13).
type Config struct {
	Days       int      `yaml:"days"`       // this many days of the same kind must be known, and the machine off on all of them; 2–13
	Bytes      uint64   `yaml:"bytes"`      // sent to rare destinations; ≥ 10 kB
	Prevalence int      `yaml:"prevalence"` // more machines than this talk to it: a service; 1–15
	Services   []string `yaml:"services"`   // domains that machines call by themselves
	Exempt     []string `yaml:"exempt"`     // roles that work at night
}

// DefaultConfig: 3 days, 200 kB, 2 machines.
func DefaultConfig() Config {
	return Config{Days: 3, Bytes: 200_000, Prevalence: 2, Services: slices.Clone(detect.Services),
		Exempt: []string{"proxy", "gateway", "mail", "backup", "wsus", "dns", "dc", "dmz", "yagura", "scanner", "management", "server"}}
}

// Validate reports what cannot work.
func (c Config) Validate() error {
	if c.Days < 2 || c.Days > 13 || c.Bytes < 10_000 || c.Prevalence < 1 || c.Prevalence > 15 {
		return fmt.Errorf("days %d (2–13), bytes %d (at least 10000), prevalence %d (1–15)", c.Days, c.Bytes, c.Prevalence)
	}
	return nil
}

// Detector holds what a machine does at night and on holidays against its own last two weeks.
var Detector = detect.Detector{
	Info: event.Advisory{
		ID:    "offhours",
		Title: event.Text{JA: "夜間・休日の普段ない外部通信", EN: "Unusual traffic at night or on a holiday"},
		Means: event.Text{
			JA: "普段は動いていない夜間や休日に、端末がほかの誰も使わない外部の相手へデータを送りました。人のいない時間を選んだ持ち出しの可能性があります。",
			EN: "At night or on a holiday, when it is usually off, the machine sent data to a destination that nobody else uses: somebody may have chosen an hour without people."},
		Do: []event.Text{
			{JA: "その時間に利用者が働いていたか確認してください。", EN: "Check whether the user was at work then."},
			{JA: "いなかったのなら、端末を切り離してください。", EN: "If not, isolate the machine."}},
		Sees:       event.Text{JA: "端末自身の過去14日間の稼働時間、国民の祝日・年末年始、相手の珍しさ、送信量。", EN: "The machine's own active hours of 14 days, national holidays and New Year, how rare the destination is, how much was sent."},
		Misses:     event.Text{JA: "夜間も動いている端末、業務時間中の持ち出し。", EN: "Machines that are always on; what is taken out in office hours."},
		Techniques: []event.Technique{{UID: "T1029", Name: "Scheduled Transfer"}},
		Threat:     event.SuspiciousBehaviour,
		Phase:      event.PhaseExfiltration,
	},
	Samples:    samples,
	Behaviours: []string{"exfil.off_hours"},
	Reads:      []event.Event{(*event.NetworkActivity)(nil), (*event.HTTPActivity)(nil)},
	Config:     func() any { c := DefaultConfig(); return &c },
	New: func(cfg any, d detect.Deps) detect.Instance {
		c := *cfg.(*Config)
		return &instance{cfg: c, deps: d, services: detect.NewDomains(c.Services), nights: detect.NewTable[netip.Addr, night](20_000, 8*time.Hour)}
	},
}

// night is what a machine sent in one stretch of unusual hours.
type night struct {
	out   uint64
	dsts  []netip.Addr
	first time.Time
	told  uint64
}

const maxDestinations = 16

type instance struct {
	cfg      Config
	deps     detect.Deps
	services *detect.Domains
	nights   *detect.Table[netip.Addr, night]
}

func (n *instance) Advance(now time.Time, _ detect.Emit) { n.nights.Expire(now) }
func (n *instance) Stats() detect.Stats                  { return n.nights.Stats() }

// Observe adds up what ended conversations and proxied requests carried out in unusual hours.
func (n *instance) Observe(e event.Event, emit detect.Emit) {
	switch e := e.(type) {
	case *event.NetworkActivity:
		if !e.Activity.Ended() || e.ARP != nil || e.Orig.Payload == 0 || e.Resp.Packets == 0 || !n.deps.Outbound(&e.Conn) || detect.Office(e.Start) {
			return
		}
		name := n.deps.Facts.NameOf(e.Dst.IP, e.Time)
		if e.TLS != nil && e.TLS.SNI != "" {
			name = e.TLS.SNI
		}
		n.sent(e.Start, &e.Conn, e.Dst.IP, name, e.Orig.Payload, emit)
	case *event.HTTPActivity:
		if e.RequestLen == 0 || detect.Office(e.Time) {
			return
		}
		if to, ok := n.deps.Destination(e); ok && to.Proxy {
			n.sent(e.Time, &e.Conn, to.IP, to.Host, e.RequestLen, emit)
		}
	}
}

func (n *instance) sent(at time.Time, c *event.Conn, dst netip.Addr, name string, out uint64, emit detect.Emit) {
	users := n.deps.Facts.Prevalence(dst, at)
	if name != "" {
		users = n.deps.Facts.NamePrevalence(name, at)
	}
	if users > n.cfg.Prevalence || n.services.Of(name) != "" {
		return
	}
	hours := n.deps.Facts.Hours(c.Src.IP, at)
	on, days := hours.Usual(at)
	if days < n.cfg.Days { // the first free days: who sleeps on working days is not up at that hour on others
		on, days = hours.Ever(at)
	}
	if days < n.cfg.Days || on > 0 || n.deps.HasRole(c.Src.IP, at, n.cfg.Exempt...) {
		return
	}
	s, isNew := n.nights.Touch(c.Src.IP, at)
	if isNew {
		s.first = at
	}
	s.out += out
	if !slices.Contains(s.dsts, dst) && len(s.dsts) < maxDestinations {
		s.dsts = append(s.dsts, dst)
	}
	if s.out < n.cfg.Bytes || s.told > 0 && s.out < 10*s.told {
		return
	}
	n.tell(at, c, name, s, users, days, emit)
	s.told = s.out
}

func (n *instance) tell(at time.Time, c *event.Conn, name string, s *night, users, days int, emit detect.Emit) {
	local := at.In(japan.JST)
	f := event.Finding{
		Behaviour: "exfil.off_hours", Severity: event.Medium, Confidence: 50, Weight: 0.35,
		Device: detect.Device(c.Src), Peers: []event.Endpoint{c.Dst}, Subject: "night", First: s.first,
		Summary:  detect.Say("%s が、普段は動いていない%d時台に、外部の珍しい相手%d件へ%dバイトを送りました。", "%s sent to %[3]d rare destinations outside, %[4]d bytes, in the hour of %[2]d o'clock in which it is usually off.", c.Src.IP, local.Hour(), len(s.dsts), s.out),
		Evidence: []event.Evidence{detect.Seen(at, c, name)},
		Reasons: []event.Reason{
			detect.Because("usual", 0, 0, "days", detect.Say("この時間に動いていたのは、過去の同じ種類の日(平日・休日)%d日のうち0日です。", "On 0 of the last %d days of its kind (working days, free days) was it on at this time.", days)),
			detect.Because("bytes", float64(s.out), float64(n.cfg.Bytes), "B", detect.Say("%dバイトが送られました。", "%d bytes were sent.", s.out)),
			detect.Because("prevalence", float64(users), float64(n.cfg.Prevalence), "machines", detect.Say("最後の相手を使う端末は%d台です。", "%d machines use the last of them.", users))},
	}
	f.Time = at
	f.Gates = []event.Gate{
		detect.AtLeast("days", float64(days), float64(n.cfg.Days), "days", "days", event.Text{JA: "端末の普段の時間は分かっているか", EN: "Are the machine's usual hours known?"}),
		detect.Holds("own_hours", true, "", event.Text{JA: "普段は動いていない時間か", EN: "Is it usually off at this time?"})}
	emit(f)
}
