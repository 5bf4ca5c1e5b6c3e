package worm

import (
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

// key is one thing that one source does.
type key struct {
	src  netip.Addr
	kind kind
	what string // name of the program, operation
}

type kind uint8

const (
	program kind = iota // a program written to a share
	command             // a service or task made
	exploit
	search // for file sharing outside
)

var kindText = [...]event.Text{
	{JA: "同じ名前のプログラムの書き込み", EN: "writing a program of the same name"},
	{JA: "同じ種類の遠隔実行", EN: "the same kind of remote execution"},
	{JA: "SMBの弱点への攻撃", EN: "attacks on weaknesses of SMB"},
	{JA: "外部の共有フォルダーの探索", EN: "looking for file sharing outside"},
}

// maxTargets bounds the machines remembered for one key.
const maxTargets = 256

type target struct {
	ip netip.Addr
	at time.Time
}

type state struct {
	targets []target // oldest first
	told    int
}

type instance struct {
	cfg     Config
	deps    detect.Deps
	sources *detect.Table[key, state]
}

// Advance implements detect.Instance.
func (n *instance) Advance(now time.Time, _ detect.Emit) { n.sources.Expire(now) }

// Stats implements detect.Instance.
func (n *instance) Stats() detect.Stats { return n.sources.Stats() }

var programName = regexp.MustCompile(`(?i)\.(exe|dll|sys|scr|com|bat|cmd|ps1|vbs|js|hta|msi)$`)

// executes are calls that run something on the other machine.
var executes = map[string][]string{
	"svcctl":                {"CreateServiceW", "CreateServiceA", "CreateServiceWOW64W", "CreateServiceWOW64A"},
	"ITaskSchedulerService": {"SchRpcRegisterTask"}, "atsvc": {"NetrJobAdd"},
	"IWbemServices": {"ExecMethod", "ExecMethodAsync"},
}

// Observe counts machines by what is done to them.
func (n *instance) Observe(e event.Event, emit detect.Emit) {
	switch e := e.(type) {
	case *event.SMBActivity:
		n.smb(e, emit)
	case *event.NetworkActivity:
		if e.Proto == event.ProtoTCP && e.Activity == event.FlowOpen && !e.Midstream && (e.Dst.Port == 445 || e.Dst.Port == 139) && n.deps.Outbound(&e.Conn) {
			n.count(&e.Conn, e.Time, key{e.Src.IP, search, ""}, n.cfg.Outside, emit)
		}
	}
}

func (n *instance) smb(s *event.SMBActivity, emit detect.Emit) {
	switch {
	case detect.IsCall(s):
		if slices.Contains(executes[s.RPC.Interface], s.RPC.Operation) {
			n.count(&s.Conn, s.Time, key{s.Src.IP, command, s.RPC.Interface}, n.cfg.Machines, emit)
		}
	case s.Odd == "transaction_confusion" || s.Odd == "mid_is_fid" || s.Odd == "mid_changed" || s.Command == "trans2_session_setup":
		n.count(&s.Conn, s.Time, key{s.Src.IP, exploit, ""}, n.cfg.Exploits, emit)
	case s.Command == "close" && s.Bytes > 0 && s.Status == 0 && !s.Pipe:
		_, name := cut(s.Path)
		if programName.MatchString(name) || s.File != nil && s.File.Type == "exe" {
			n.count(&s.Conn, s.Time, key{s.Src.IP, program, name}, n.cfg.Machines, emit)
		}
	}
}

func cut(path string) (folder, name string) {
	path = strings.ToLower(path)
	i := strings.LastIndexByte(path, '\\')
	return path[:i+1], path[i+1:]
}

func (n *instance) count(c *event.Conn, at time.Time, k key, least int, emit detect.Emit) {
	s, _ := n.sources.Touch(k, at)
	old := at.Add(-n.cfg.Window)
	s.targets = slices.DeleteFunc(s.targets, func(t target) bool { return t.at.Before(old) || t.ip == c.Dst.IP })
	if len(s.targets) >= maxTargets {
		s.targets = slices.Delete(s.targets, 0, 1)
	}
	s.targets = append(s.targets, target{c.Dst.IP, at})
	count := len(s.targets)
	if count < s.told {
		s.told = count
	}
	if count < least || s.told > 0 && count < 4*s.told {
		return
	}
	n.tell(c, at, k, s, least, emit)
	s.told = count
}

func (n *instance) tell(c *event.Conn, at time.Time, k key, s *state, least int, emit detect.Emit) {
	device, _, ok := n.deps.Actor(c)
	if !ok {
		return
	}
	count, what := len(s.targets), kindText[k.kind]
	if k.what != "" {
		what.JA, what.EN = what.JA+" "+detect.Short(k.what), what.EN+" "+detect.Short(k.what)
	}
	sum := detect.Say("%s が%.0f分以内に%d台の機器へ、同じことを繰り返しました: ", "%s did the same to one machine after the other (within %.0f minutes %d): ", c.Src.IP, n.cfg.Window.Minutes(), count)
	f := event.Finding{
		Behaviour: "worm.smb", Severity: event.Critical, Confidence: 85, SingleShot: true,
		Device: detect.Device(device), Subject: what.EN, Count: max(1, count-s.told), First: s.targets[0].at,
		Summary:  event.Text{JA: sum.JA + what.JA + "。", EN: sum.EN + what.EN + "."},
		Reasons:  []event.Reason{detect.Because("machines", float64(count), float64(least), "machines", detect.Say("相手は%d台です。", "%d machines were reached.", count))},
		Evidence: []event.Evidence{detect.Seen(at, c, detect.Short(k.what))},
	}
	for _, t := range s.targets[:min(count, 32)] {
		f.Peers = append(f.Peers, event.Endpoint{IP: t.ip})
	}
	f.Time = at
	if k.kind == search {
		f.Severity, f.Confidence = event.High, 80
	}
	if n.deps.HasRole(c.Src.IP, at, n.cfg.Exempt...) {
		f.Severity, f.SingleShot, f.Weight = event.Low, false, 0.1
		f.Counter = append(f.Counter, detect.Because("role", 1, 0, "", event.Text{JA: "多くの機器を管理する機器として登録されています。", EN: "It is registered as a machine that serves many."}))
	}
	emit(f)
}
