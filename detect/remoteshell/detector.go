// Package remoteshell finds command shells that somebody holds over the network, and loaders that fetch their code raw.
package remoteshell

import (
	"net/netip"
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

// Config says whose work it is.
type Config struct {
	Exempt []string `yaml:"exempt"` // roles that test with shells as their work
}

// DefaultConfig exempts the machine that scans for weaknesses.
func DefaultConfig() Config { return Config{Exempt: []string{"scanner"}} }

// Detector judges bare shells by who presented itself: the caller (reverse) or the called (bind).
var Detector = detect.Detector{
	Info: event.Advisory{
		ID:    "remoteshell",
		Title: event.Text{JA: "ネットワーク越しに操作されるコマンド画面", EN: "Command shell held over the network"},
		Means: event.Text{
			JA: "端末のコマンド画面(シェル)が、暗号化もログインもなく、通信の相手にそのまま渡されています。攻撃者が端末を直接操作している状態です。",
			EN: "The machine hands its command shell to somebody over the network, without encryption or logon: an attacker is operating it."},
		Do: []event.Text{
			{JA: "端末を切り離してください。電源は切らないでください。", EN: "Isolate the machine. Do not switch it off."},
			{JA: "相手の機器が庁内にあれば、それも切り離してください。", EN: "If the other side is inside, isolate it too."},
			{JA: "端末で何が実行されたか、専門家に調査を依頼してください。", EN: "Have experts find out what was run."}},
		Sees:       event.Text{JA: "cmd、PowerShell、sh、bash が最初に書き出す言葉、攻撃ツールの読み込み部が受け取るプログラムの形。庁内どうしでも見えます。", EN: "The first words of cmd, PowerShell, sh and bash, and the form in which loaders fetch their code; between inside machines too."},
		Misses:     event.Text{JA: "暗号化された操作、通信の途中から見えたもの。", EN: "Encrypted shells, and conversations whose beginning was not seen."},
		Techniques: []event.Technique{{UID: "T1059", Name: "Command and Scripting Interpreter"}, {UID: "T1095", Name: "Non-Application Layer Protocol"}, {UID: "T1105", Name: "Ingress Tool Transfer"}},
		Threat:     event.MaliciousBehaviour,
		Phase:      event.PhaseC2,
	},
	Behaviours: []string{"c2.reverse_shell", "c2.bind_shell", "c2.stage"},
	Reads:      []event.Event{(*event.AppActivity)(nil)},
	Config:     func() any { c := DefaultConfig(); return &c },
	New: func(cfg any, d detect.Deps) detect.Instance {
		return &instance{cfg: *cfg.(*Config), deps: d, told: detect.NewTable[key, int](20_000, 24*time.Hour)}
	},
	Samples: samples,
}

type key struct {
	device, peer netip.Addr
	behaviour    string
}

type instance struct {
	cfg  Config
	deps detect.Deps
	told *detect.Table[key, int]
}

func (n *instance) Advance(now time.Time, _ detect.Emit) { n.told.Expire(now) }
func (n *instance) Stats() detect.Stats                  { return n.told.Stats() }

// sides are the machine whose shell it is and the one that holds it.
func sides(a *event.AppActivity) (behaviour string, machine, holder event.Endpoint) {
	switch {
	case a.Operation == "stage":
		return "c2.stage", a.Src, a.Dst
	case a.Attr("side") == "server":
		return "c2.bind_shell", a.Dst, a.Src
	}
	return "c2.reverse_shell", a.Src, a.Dst
}

var sentences = map[string]event.Text{
	"c2.reverse_shell": {JA: "%s が自分から %s につなぎ、コマンド画面を渡しました(%d回目)。", EN: "%s called %s and handed over its command shell (time %d)."},
	"c2.bind_shell":    {JA: "%s が、つないできた %s にコマンド画面を渡しました(%d回目)。", EN: "%s handed its command shell to %s, which had called (time %d)."},
	"c2.stage":         {JA: "%s が %s から、攻撃ツールの読み込み部と同じ形でプログラムを受け取りました(%d回目)。", EN: "%s fetched machine code from %s in the way that loaders of attack tools do (time %d)."},
}

// Observe tells of each shell, and again at ten times as many.
func (n *instance) Observe(e event.Event, emit detect.Emit) {
	a, ok := e.(*event.AppActivity)
	if !ok || a.Protocol != "shell" {
		return
	}
	behaviour, machine, holder := sides(a)
	if !n.deps.Home(machine.IP) { // the inside machine holds the shell of an outside one: still its business
		machine, holder = holder, machine
	}
	if !n.deps.Home(machine.IP) {
		return
	}
	times, _ := n.told.Touch(key{machine.IP, holder.IP, behaviour}, a.Time)
	*times++
	says := sentences[behaviour]
	f := event.Finding{
		Behaviour: behaviour, Severity: event.High, Confidence: 90, SingleShot: true, Weight: 0.9,
		Device: detect.Device(machine), Peers: []event.Endpoint{holder}, Subject: holder.IP.String(),
		Summary:  detect.Say(says.JA, says.EN, machine.IP, holder.IP, *times),
		Evidence: []event.Evidence{detect.Seen(a.Time, &a.Conn, a.Attr("text"))},
	}
	f.Time = a.Time
	if behaviour == "c2.stage" {
		f.Reasons = []event.Reason{detect.Because("stage", 1, 1, "stages", detect.Say("ポート%dで、長さを前に付けた機械語が最初に送られました。", "On port %d, machine code came first, with its length before it.", a.Dst.Port))}
	} else {
		f.Reasons = []event.Reason{detect.Because("banner", 1, 1, "shells", detect.Say("ポート%dでの最初の言葉が、コマンド画面のもの(%s)です。", "The first words on port %d are those of a command shell (%s).", a.Dst.Port, a.Attr("text")))}
	}
	if !n.deps.Home(holder.IP) {
		f.Reasons = append(f.Reasons, detect.Because("outside", 1, 1, "", event.Text{JA: "相手は外部です。", EN: "The other side is outside."}))
	}
	if n.deps.HasRole(holder.IP, a.Time, n.cfg.Exempt...) {
		f.Severity, f.SingleShot, f.Weight = event.Medium, false, 0.4
		f.Counter = append(f.Counter, detect.Because("role", 1, 0, "", event.Text{JA: "相手は、検査を行う機器として登録されています。", EN: "The other side is registered as a machine that tests."}))
	}
	emit(f)
}
