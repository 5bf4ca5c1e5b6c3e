// Package dnstunnel finds data carried inside DNS names and answers.
package dnstunnel

import (
	"fmt"
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

// Config are the numbers of this detector (DETECTIONS 3).
type Config struct {
	Window     time.Duration `yaml:"window"`     // how long a domain is watched per machine; ≥ 1m
	Names      int           `yaml:"names"`      // different long names below one domain; ≥ 10
	Length     float64       `yaml:"length"`     // mean length of what stands before the domain, bytes; ≥ 10
	Entropy    float64       `yaml:"entropy"`    // bits a character of those names; 2–8
	Bytes      int           `yaml:"bytes"`      // bytes carried out in names; ≥ 100
	Prevalence int           `yaml:"prevalence"` // more machines than this ask below the domain: a service that is asked by design; 1–7
	Allow      []string      `yaml:"allow"`      // domains that use DNS as a data channel on purpose
}

// DefaultConfig: 20 names of 24 characters and more at 3.2 bits (iodine, dnscat2 and dns2tcp carry 40–200
// characters at 3.5–5 bits in every query; CDN names repeat), 600 bytes out. DETECTIONS 3 gives 30 and 3.8 for names
// alone; the lower numbers hold because record types and repetition count too.
func DefaultConfig() Config {
	return Config{Window: 24 * time.Hour, Names: 20, Length: 24, Entropy: 3.2, Bytes: 600, Prevalence: 4, Allow: []string{
		// look-ups of file hashes, mail reputation and telemetry that carry data by design
		"sophosxl.net", "mcafee.com", "trendmicro.com", "avts.mcafee.com", "e5.sk", "spamhaus.org", "surbl.org", "spamcop.net", "mailspike.net",
		"dnswl.org", "cymru.com", "senderbase.org", "barracudacentral.org", "in-addr.arpa", "ip6.arpa", "akamaiedge.net", "akadns.net",
		"cloudfront.net", "amazonaws.com", "azureedge.net", "googleusercontent.com", "office.com", "windows.net",
	}}
}

// Validate reports what cannot work.
func (c Config) Validate() error {
	if c.Window < time.Minute || c.Names < 10 || c.Length < 10 || c.Entropy < 2 || c.Bytes < 100 || c.Prevalence < 1 || c.Prevalence >= maxUsers {
		return fmt.Errorf("window %s, names %d, length %.0f, entropy %.1f, bytes %d: at least 1m, 10, 10, 2 and 100; prevalence %d: 1 to %d", c.Window, c.Names, c.Length, c.Entropy, c.Bytes, c.Prevalence, maxUsers-1)
	}
	return nil
}

// Detector judges the names below each registered domain that a machine asks for.
var Detector = detect.Detector{
	Info: event.Advisory{
		ID:    "dnstunnel",
		Title: event.Text{JA: "DNSを悪用した隠れた通信", EN: "Hidden channel in DNS (tunnel)"},
		Means: event.Text{
			JA: "名前の問い合わせ(DNS)の中にデータを隠して、外部とやり取りしている疑いがあります。ファイアウォールをすり抜ける情報の持ち出しに使われます。",
			EN: "Data seems to be hidden in name look-ups (DNS) to talk to the outside: a way to carry information past the firewall."},
		Do: []event.Text{
			{JA: "端末を切り離してください。電源は切らないでください。", EN: "Isolate the machine. Do not switch it off."},
			{JA: "問い合わせ先のドメインを、庁内のDNSで遮断してください。", EN: "Block the domain at your DNS server."},
			{JA: "いつから続いていたかを調べてください(持ち出し量の目安になります)。", EN: "Find out since when, to estimate how much has left."}},
		Sees:       event.Text{JA: "問い合わせた名前の長さ・種類・数・乱雑さ、返答の大きさ。", EN: "Length, type, number and randomness of names, size of answers."},
		Misses:     event.Text{JA: "暗号化されたDNS(DoH、DoT)、1日に数件だけの問い合わせ。", EN: "Encrypted DNS (DoH, DoT); a few queries a day."},
		Techniques: []event.Technique{{UID: "T1071.004", Name: "Application Layer Protocol: DNS"}, {UID: "T1572", Name: "Protocol Tunneling"}},
		Threat:     event.MaliciousBehaviour,
		Phase:      event.PhaseC2,
	},
	Behaviours: []string{"c2.dns_tunnel"},
	Reads:      []event.Event{(*event.DNSActivity)(nil)},
	Config:     func() any { c := DefaultConfig(); return &c },
	New:        func(cfg any, d detect.Deps) detect.Instance { return newInstance(*cfg.(*Config), d) },
	Samples:    samples,
}
