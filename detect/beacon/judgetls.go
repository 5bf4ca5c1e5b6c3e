package beacon

import (
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

// tlsTraits are what the handshakes of a series told.
type tlsTraits struct {
	handshakes, selfSigned, noName, failed int
	otherName, old, script                 int
	unknown, madeUp, sample                int // certificates of makers nobody knows, of names nobody chose, as examples have them
	subject                                string
}

// count takes one handshake; nil is a flow of which none was seen.
func (t *tlsTraits) count(h *event.TLS) {
	if h == nil {
		return
	}
	t.handshakes++
	_, err := netip.ParseAddr(h.SNI)
	named := h.SNI != "" && err != nil // a name that is an address is none (RFC 6066 §3)
	if !named {
		t.noName++
	}
	if h.Alert != "" {
		t.failed++
	}
	if h.Version == "1.0" || h.Version == "1.1" || h.Version == "SSLv3" {
		t.old++
	}
	c := h.Certificate
	if c == nil {
		return
	}
	if c.SelfSigned || c.Subject != "" && c.Subject == c.Issuer {
		t.selfSigned++
		t.subject = c.Subject
	}
	t.look(c)
	if named && len(c.SANs) > 0 && !slices.ContainsFunc(c.SANs, func(san string) bool { return covers(san, h.SNI) }) {
		t.otherName++
	}
}

// makers are words in the names of those who issue certificates for the public and of makers who issue their own ones
// (root programs of Mozilla and Microsoft; in lower case).
var makers = regexp.MustCompile(`digicert|let's encrypt|sectigo|comodo|usertrust|globalsign|entrust|godaddy|starfield|amazon|google|gts |microsoft|apple|symantec|verisign|` +
	`thawte|geotrust|rapidssl|cybertrust|secom|nii open|jprs|gpki|lgpki|lgwan|certum|asseco|buypass|swisssign|quovadis|actalis|trustwave|network solutions|gandi|zerossl|ssl\.com|` +
	`identrust|dst root|isrg|baltimore|telesec|t-systems|d-trust|harica|izenpe|camerfirma|firmaprofesional|certigna|certinomis|keynectis|opentrust|wosign|startcom|trustasia|cfca|twca|` +
	`chunghwa|hongkong post|e-tugra|kamu sm|cloudflare|akamai|cisco|vmware|hewlett|hp inc|canon|ricoh|xerox|konica|epson|brother|dell|lenovo|fortinet|palo alto|zscaler|sophos|trend micro|` +
	`symantec|mcafee|kaspersky|eset|avast|teamviewer|anydesk|splashtop|line corp|ly corp|facebook|meta platforms|valve|blizzard|riot games|nintendo|sony|samsung|xiaomi|huawei|tencent|alibaba|` +
	`globalprotect|juniper|f5 |citrix|salesforce|oracle|ibm|red hat|mozilla|tor |wisekey|viking|ubiquiti|synology|qnap|yamaha|nec |fujitsu|ntt|kddi|softbank|iij|sakura`)

// look judges who made a certificate, and for whom.
func (t *tlsTraits) look(c *event.Certificate) {
	issuer := strings.ToLower(c.Issuer)
	if c.Issuer != "" && c.Subject != "" && c.Subject != c.Issuer && !c.SelfSigned && !makers.MatchString(issuer) {
		t.unknown++
	}
	if strings.Contains(issuer, "internet widgits") || strings.Contains(issuer, "o=my company") || strings.Contains(issuer, "o=default company") || strings.Contains(issuer, "o=global security") {
		t.sample++ // what openssl req and published scripts suggest
	}
	if name := commonName(c.Subject); madeUpName(name) {
		t.madeUp++
	}
}

// commonName is the CN of a distinguished name.
func commonName(dn string) string {
	_, name, ok := strings.Cut(dn, "CN=")
	if !ok {
		return ""
	}
	name, _, _ = strings.Cut(name, ",")
	return strings.ToLower(name)
}

// covers tells whether a name of a certificate, perhaps with a star as its first label (RFC 6125 §6.4.3), is that of the server.
func covers(san, name string) bool {
	san, name = strings.ToLower(san), strings.ToLower(name)
	if rest, star := strings.CutPrefix(san, "*."); star {
		_, parent, _ := strings.Cut(name, ".")
		return parent == rest || name == rest
	}
	return san == name
}

// tlsPorts are ports where TLS is at home.
var tlsPorts = []uint16{443, 465, 563, 587, 636, 853, 989, 990, 992, 993, 994, 995, 3269, 5061, 5223, 5228, 8443, 25, 110, 143, 3389, 4433, 8883, 5222, 5229, 5230, 8801, 5671, 1194, 4500, 2083, 2087, 2096}

func (n *instance) judgeTLS(e *event.NetworkActivity, name string, via channel, s *series, emit detect.Emit) {
	t := s.overTLS()
	c := call{at: e.Time, behaviour: "c2.tls", name: name, dst: e.Dst, series: s, rhythm: s.rhythm(n.deps.Facts.Hours(e.Src.IP, e.Time), true)}
	odd := !slices.Contains(tlsPorts, e.Dst.Port)
	switch r := c.rhythm; {
	case via == viaQUIC:
		c.behaviour = "c2.quic"
	case odd && t.selfSigned > 0:
		c.behaviour = "c2.tls_rat"
	case r.beats >= 5 && r.score >= 0.8:
		c.behaviour = "c2.tls_beacon"
	}
	p := n.points.begin()
	n.handshakes(&c, p)
	direct := n.deps.Facts.NameOf(e.Dst.IP, e.Time) == ""
	nameless := t.handshakes > 0 && t.noName == t.handshakes
	p.add(nameless && via == viaQUIC, 1.2, "no_name_quic", "%d回とも相手の名前を示していません。ブラウザーのQUICは必ず示します。", "None of %d handshakes named the server; browsers always do so in QUIC.", t.handshakes)
	if nameless && direct && via == viaTLS {
		same := n.others(e.Src.IP, "nameless", e.Dst.IP, e.Time)
		p.add(same >= 2 && t.madeUp+t.selfSigned > 0, 0.8, "several_nameless", "名前を示さずにつないだ相手は%d台あります。", "It connects to %d machines without naming them.", same)
	}
	p.add(nameless && direct, 0.6, "no_lookup", "名前を調べずに直接アドレス(%s)につないでいます。", "It connects to the address (%s) without a look-up.", e.Dst.IP)
	small := s.tcp.packets >= 12 && (s.tcp.sent+s.tcp.got)/s.tcp.packets < 400
	p.add((odd || nameless) && small && s.tcp.longest >= time.Minute, 1, "idle_talk", "%.0f秒つながったまま、小さなやり取りを続けました。", "It stayed connected for %.0f s with small exchanges.", s.tcp.longest.Seconds())
	n.general(&c, p)
	n.tell(&c, p, emit)
}

// handshakes looks at ports, certificates and sizes.
func (n *instance) handshakes(c *call, p *points) {
	s, t := c.series, c.series.overTLS()
	odd := !slices.Contains(tlsPorts, c.dst.Port)
	p.add(odd, 1.5, "odd_port", "暗号化通信では使われないポート%dです。", "Port %d is not used for encrypted services.", c.dst.Port)
	p.add(t.selfSigned > 0, 1.7, "self_signed", "%d回、自作の証明書が使われました。", "A self-made certificate was used %d times.", t.selfSigned)
	alone := odd || t.handshakes > 0 && t.noName == t.handshakes
	p.add(t.unknown > 0 && alone, 1.2, "unknown_issuer", "%d回、知られていない発行元の証明書が使われました。", "A certificate of an unknown issuer was used %d times.", t.unknown)
	p.add(t.unknown+t.selfSigned > 0 && t.madeUp > 0, 1.3, "made_up_certificate", "%d回、証明書の名前は機械が作ったように見えます。", "The certificate's name looks made by a program (%d times).", t.madeUp)
	p.add(t.sample > 0, 0.8, "default_certificate", "%d回、証明書は道具の見本の内容のままでした。", "The certificate was filled in as a tool's example (%d times).", t.sample)
	p.add(t.handshakes > 0 && t.noName == t.handshakes, 0.8, "no_name", "%d回とも相手の名前を示していません。", "None of %d handshakes named the server.", t.handshakes)
	p.add(odd && t.selfSigned > 0, 0.5, "odd_and_self_signed", "ポート%dで自作の証明書という組み合わせです。", "Port %d together with a self-made certificate.", c.dst.Port)
	p.add(t.otherName > 0 && t.selfSigned == 0, 0.7, "other_name", "%d回、証明書は別の名前のものでした。", "The certificate was for another name %d times.", t.otherName)
	p.add(t.old > 0 && c.at.Year() >= 2021, 0.4, "old_tls", "%d回、古い方式の暗号化(TLS 1.1以前)が使われました。", "An old version of encryption (up to TLS 1.1) was used %d times.", t.old)
	p.add(t.script > 0, 0.8, "odd_agent", "%d回、ブラウザーではないプログラムを名乗りました。", "%d requests named a program that is no browser.", t.script)
	p.add(s.total >= 4 && s.tcp.sent+s.tcp.got < 20_000*uint64(s.total), 0.5, "small", "%d回とも短いやり取りです。", "All %d exchanges were short.", s.total)
	r := c.rhythm
	p.add(r.beats >= 20 && r.score >= 0.85, 0.8, "persistent", "%d回続いています。", "It went on for %d calls.", r.beats)
}
