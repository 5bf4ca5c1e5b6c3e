// Package separation holds live traffic against the zones and the list of permitted communications (特定通信) between them.
package separation

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

// Config is the separation that the town promised (三層の対策).
type Config struct {
	Isolated []string `yaml:"isolated"` // zones that talk to no other zone but by the list
	Permit   []Permit `yaml:"permit"`   // 特定通信
	Files    []string `yaml:"files"`    // lists of 特定通信 as CSV (UTF-8 or Shift_JIS) or YAML; `yagura zones learn` proposes one
}

// Permit is one permitted communication. Empty conditions do not restrict, but source or destination must be named.
type Permit struct {
	Name        string    `yaml:"name"`        // what it is for: LGWAN-ASP, 基幹連携 …
	Source      []string  `yaml:"source"`      // addresses, CIDRs or zone names
	Destination []string  `yaml:"destination"` // addresses, CIDRs or zone names
	MAC         []string  `yaml:"mac"`         // Ethernet addresses of the source
	Protocol    string    `yaml:"protocol"`    // tcp, udp, icmp
	Ports       []uint16  `yaml:"ports"`       // of the destination
	Owner       string    `yaml:"owner"`
	Reason      string    `yaml:"reason"`
	Expires     time.Time `yaml:"expires"` // zero: never, but it is better to have an end
}

// DefaultConfig isolates nothing: zones are the town's own.
func DefaultConfig() Config { return Config{} }

// Validate reports entries that cannot work.
func (c Config) Validate() error {
	var errs []error
	for i, p := range c.Permit {
		if err := p.validate(); err != nil {
			errs = append(errs, fmt.Errorf("permit[%d] %q: %w", i, p.Name, err))
		}
	}
	if _, err := c.load(); err != nil {
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

func (p Permit) validate() error {
	switch {
	case p.Name == "":
		return errors.New("name (名称) says what it is for; fill it")
	case len(p.Source) == 0 && len(p.MAC) == 0, len(p.Destination) == 0:
		return errors.New("source (or mac) and destination are needed: fill 送信元 and 宛先")
	case p.Owner == "" || p.Reason == "":
		return errors.New("owner and reason are needed: fill 担当課 and 理由, so that someone can ask later")
	case p.Protocol != "" && !slices.Contains([]string{"tcp", "udp", "icmp"}, p.Protocol):
		return fmt.Errorf("protocol %q: write tcp, udp or icmp", p.Protocol)
	}
	if p.Protocol == "icmp" && len(p.Ports) > 0 {
		return errors.New("icmp has no ports: empty the cell")
	}
	for _, w := range append(slices.Clone(p.Source), p.Destination...) {
		if err := wordFault(w); err != nil {
			return err
		}
	}
	for _, m := range p.MAC {
		if _, err := event.ParseMAC(m); err != nil {
			return err
		}
	}
	return nil
}

// Detector reports each conversation between zones that the list does not permit, on its first packet.
var Detector = detect.Detector{
	Info: event.Advisory{
		ID:    "separation",
		Type:  "Rule",
		Title: event.Text{JA: "ネットワーク分離の違反", EN: "Breach of network separation"},
		Means: event.Text{
			JA: "分離されているはずのネットワークの間で、許可されていない通信がありました。配線や設定の誤り、または侵入の可能性があります。",
			EN: "Networks that must be separate talked without permission: a cabling or configuration fault, or an intrusion."},
		Do: []event.Text{
			{JA: "端末がどのネットワークにつながっているか、配線と無線を確認してください。", EN: "Check the machine's cable and wireless: which network is it in?"},
			{JA: "必要な通信であれば、特定通信の一覧に理由と期限をつけて登録してください。", EN: "If it is needed, register it in the list with reason and end."},
			{JA: "心当たりがなければ、端末を切り離してください。", EN: "If nobody knows of it, isolate the machine."}},
		Sees:       event.Text{JA: "監視点を通る、ゾーンの間のすべての通信(最初の1パケットで判断)。", EN: "All traffic between zones that passes the mirror, judged on the first packet."},
		Misses:     event.Text{JA: "監視点を通らない通信、USBメモリーなど通信以外の持ち運び。", EN: "Traffic that does not pass the mirror; what is carried on foot."},
		Techniques: []event.Technique{{UID: "T1200", Name: "Hardware Additions"}, {UID: "T1133", Name: "External Remote Services"}},
		Threat:     event.SuspiciousBehaviour,
		Phase:      event.PhaseLateral,
	},
	Behaviours: []string{"policy.zone_breach"},
	Reads:      []event.Event{(*event.NetworkActivity)(nil)},
	Config:     func() any { c := DefaultConfig(); return &c },
	New:        func(cfg any, d detect.Deps) detect.Instance { return newInstance(*cfg.(*Config), d) },
	Samples:    samples,
}

// rule is a permit made ready for look-ups.
type rule struct {
	Permit
	src, dst side
	macs     []event.MAC
	usage
}

// usage is how an entry was used; it outlives restarts.
type usage struct {
	Used        uint64    `json:"used"` // ever
	First, Last time.Time // ever
	Day, Bytes  uint64    // today
}

type side struct {
	nets  []netip.Prefix
	zones []string
}

func newSide(words []string) (s side) {
	for _, w := range words {
		if p, err := netip.ParsePrefix(w); err == nil {
			s.nets = append(s.nets, p.Masked())
		} else if a, err := netip.ParseAddr(w); err == nil {
			s.nets = append(s.nets, netip.PrefixFrom(a.Unmap(), a.Unmap().BitLen()))
		} else {
			s.zones = append(s.zones, w)
		}
	}
	return s
}

func (s side) covers(ip netip.Addr, zone string) bool {
	return zone != "" && slices.Contains(s.zones, zone) ||
		slices.ContainsFunc(s.nets, func(p netip.Prefix) bool { return p.Contains(ip) })
}
