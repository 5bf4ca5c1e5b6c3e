// Package sessiontheft finds a web session that goes on from another machine than the one that began it.
package sessiontheft

import (
	"hash/maphash"
	"net/netip"
	"regexp"
	"strings"
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

// Detector compares the session cookies (RFC 6265) of unencrypted requests to one server: the same one from two machines
// within minutes is stolen, unless it is one machine under two addresses. Only salted hashes of cookies are kept.
var Detector = detect.Detector{
	Info: event.Advisory{
		ID:    "sessiontheft",
		Title: event.Text{JA: "Webのログイン状態の乗っ取り", EN: "Web session taken over"},
		Means: event.Text{
			JA: "ある人がWebにログインした状態が、別の端末から使われました。盗み見た情報で本人になりすましている可能性があります。",
			EN: "A web session that somebody began was used from another machine: perhaps by one who eavesdropped."},
		Do: []event.Text{
			{JA: "その利用者をWebからログアウトさせ、パスワードを変更してください。", EN: "Log the user out of the web application and change the password."},
			{JA: "使った側の端末を調べてください。", EN: "Examine the machine that used it."},
			{JA: "そのWebを暗号化(HTTPS)してください。", EN: "Encrypt that web application (HTTPS)."}},
		Sees:       event.Text{JA: "暗号化されていないWebの、ログイン状態を示す値の使い回し。", EN: "Session cookies of unencrypted web used from two machines."},
		Misses:     event.Text{JA: "HTTPS、同じ中継サーバーや変換装置の後ろにいる2台。", EN: "HTTPS; two machines behind one proxy or translator."},
		Techniques: []event.Technique{{UID: "T1550.004", Name: "Web Session Cookie"}, {UID: "T1539", Name: "Steal Web Session Cookie"}},
		Threat:     event.MaliciousBehaviour,
		Phase:      event.PhaseLateral,
	},
	Behaviours: []string{"web.session_hijack"},
	Reads:      []event.Event{(*event.HTTPActivity)(nil)},
	Samples:    samples,
	New: func(_ any, d detect.Deps) detect.Instance {
		return &instance{deps: d, seed: maphash.MakeSeed(), sessions: detect.NewTable[uint64, session](50_000, window)}
	},
}

// window is how soon a session must go on elsewhere: one carried from desk to desk takes longer to be seen again.
const window = 10 * time.Minute

// session is who last used a cookie.
type session struct {
	ip    netip.Addr
	agent string
	at    time.Time
	told  bool
}

type instance struct {
	deps     detect.Deps
	seed     maphash.Seed // no finding depends on it
	sessions *detect.Table[uint64, session]
}

// Advance implements detect.Instance.
func (n *instance) Advance(now time.Time, _ detect.Emit) { n.sessions.Expire(now) }

// Stats implements detect.Instance.
func (n *instance) Stats() detect.Stats { return n.sessions.Stats() }

// sessionName is how applications call the cookie of a session.
var sessionName = regexp.MustCompile(`(?i)^[\w.\-]*(sess(ion)?_?(id|key|token)?|sid|authtoken|\.aspxauth)$`)

// Observe judges each request that carries a session.
func (n *instance) Observe(e event.Event, emit detect.Emit) {
	h, ok := e.(*event.HTTPActivity)
	if !ok || h.Fields == "" || h.XFF != "" {
		return
	}
	value := cookie(h.Fields)
	if value == "" {
		return
	}
	s, isNew := n.sessions.Touch(maphash.String(n.seed, h.Dst.IP.String()+" "+h.Host+" "+value), h.Time)
	before := *s
	s.ip, s.agent, s.at = h.Src.IP, h.UserAgent, h.Time
	if isNew || before.ip == h.Src.IP || s.told || n.same(before, h) {
		return
	}
	s.told = true
	n.tell(h, before, emit)
}

// cookie is the value of a session cookie that is long enough not to be a number of a page; "" where there is none.
func cookie(fields string) string {
	for line := range strings.Lines(fields) {
		if len(line) < 8 || !strings.EqualFold(line[:7], "cookie:") {
			continue
		}
		for pair := range strings.SplitSeq(line[7:], ";") {
			name, value, _ := strings.Cut(strings.TrimSpace(pair), "=")
			if len(value) >= 16 && sessionName.MatchString(name) {
				return name + "=" + value
			}
		}
	}
	return ""
}

// same: two addresses of one machine.
func (n *instance) same(before session, h *event.HTTPActivity) bool {
	a, b := n.deps.Assets.Device(before.ip, h.Time), n.deps.Assets.Device(h.Src.IP, h.Time)
	return a.UID != "" && a.UID == b.UID || n.deps.HasRole(h.Src.IP, h.Time, "proxy", "gateway") || n.deps.HasRole(before.ip, h.Time, "proxy", "gateway") ||
		before.ip.Is4() != h.Src.IP.Is4()
}

func (n *instance) tell(h *event.HTTPActivity, before session, emit detect.Emit) {
	device, peer, ok := n.deps.Actor(&h.Conn)
	if !ok {
		return
	}
	gap := h.Time.Sub(before.at).Seconds()
	f := event.Finding{
		Behaviour: "web.session_hijack", Severity: event.Medium, Confidence: 60, Weight: 0.4,
		Device: detect.Device(device), Peers: []event.Endpoint{peer, {IP: before.ip}}, Subject: h.Dst.IP.String(), First: before.at,
		Summary: detect.Say("%[2]s が %[3]s で使っていたログイン状態を、%.0[4]f秒後に %[1]s が使いました。", "%[1]s used the session of %[2]s on %[3]s, %.0[4]f s later.", h.Src.IP, before.ip, h.Dst.IP, gap),
		Reasons: []event.Reason{detect.Because("two_machines", gap, window.Seconds(), "s",
			detect.Say("同じログイン状態が%.0f秒のうちに2台から使われました。", "The same session was used from 2 machines within %.0[1]f s.", gap))},
		Evidence: []event.Evidence{detect.Seen(h.Time, &h.Conn, detect.Short(h.Host))},
	}
	f.Time = h.Time
	if h.UserAgent != before.agent {
		f.Severity, f.Confidence, f.Weight = event.High, 80, 0.6
		f.Reasons = append(f.Reasons, detect.Because("other_browser", 1, 1, "", event.Text{JA: "使ったブラウザーも違います。", EN: "The browser is another one, too."}))
	}
	emit(f)
}
