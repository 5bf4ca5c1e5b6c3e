package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/yagura-project/yagura/event"
)

// jst is the clock of every screen.
var jst = time.FixedZone("JST", 9*60*60)

// running names the data directory of a running Yagura.
type running struct {
	Data string `help:"Data directory of the running Yagura." default:"/var/lib/yagura" env:"YAGURA_DATA_DIR" placeholder:"DIR"`
	JSON bool   `name:"json" help:"Print JSON."`
}

func controlHTTPRequest(ctx context.Context, path string, req *controlRequest) (*http.Request, error) {
	if req == nil {
		return http.NewRequestWithContext(ctx, http.MethodGet, "http://yagura/"+path, nil)
	}
	body, err := json.Marshal(req)
	if err != nil {
		return nil, err
	}
	return http.NewRequestWithContext(ctx, http.MethodPost, "http://yagura/"+path, bytes.NewReader(body))
}

type isolateCmd struct {
	running
	Machine  string        `arg:"" optional:"" help:"Address, MAC or host name of the machine; none with --zone, --floor or --site."`
	Zone     string        `xor:"segment" help:"Cut a whole zone off from the others; another person must approve."`
	Floor    string        `xor:"segment" help:"Cut off the machines whose place begins with this."`
	Site     bool          `xor:"segment" help:"Cut off all machines of this site."`
	Preview  bool          `help:"Show who is affected and which services stop; nothing is done."`
	Reason   string        `required:"" help:"Why; it stands in the ledger."`
	Lifetime time.Duration `name:"for" help:"How long, e.g. 8h; the policy's by default."`
}

// Help is printed by yagura isolate --help.
func (isolateCmd) Help() string {
	return `端末を切り離します。元に戻すには yagura release を使います。

Examples:
  yagura isolate PC-SOUMU-03 --reason "不審な通信" --for 8h
  yagura isolate 192.0.2.31 --reason test --json
  yagura isolate --zone lgwan --preview --reason -
  yagura isolate --floor 本庁舎2階 --reason "ランサムウェアが広がっています"

区画ごとの切り離し（--zone、--floor、--site）は、必ずもう1人が yagura approve で承認してから行われます。

Exit codes: 0 the order stands, 1 refused or failed, 2 wrong usage.`
}

// Run asks the running Yagura for an isolation.
func (c isolateCmd) Run(ctx context.Context, std streams) error {
	name, whole := c.segment()
	switch {
	case whole == (c.Machine != ""):
		return usageError("name one machine, or one of --zone, --floor and --site")
	case whole && c.Preview:
		return previewSegment(ctx, std, c.running, controlRequest{Segment: name, Lifetime: c.Lifetime})
	case whole:
		return orderAction(ctx, std, c.running, "segment/isolate", controlRequest{Segment: name, Reason: c.Reason, Lifetime: c.Lifetime})
	case c.Preview:
		return usageError("--preview shows a segment; for one machine use the console, or isolate it with --for 1m")
	}
	return orderAction(ctx, std, c.running, "isolate", controlRequest{Target: c.Machine, Reason: c.Reason, Lifetime: c.Lifetime})
}

type releaseCmd struct {
	running
	Target string `arg:"" help:"Order, address, MAC or host name."`
	Reason string `required:"" help:"Why; it stands in the ledger."`
}

// Help is printed by yagura release --help.
func (releaseCmd) Help() string {
	return `切り離しを解除し、元の状態に戻します。

Examples:
  yagura release PC-SOUMU-03 --reason "駆除を確認"

Exit codes: 0 releasing, 1 refused or failed, 2 wrong usage.`
}

// Run asks the running Yagura for a release.
func (c releaseCmd) Run(ctx context.Context, std streams) error {
	return orderAction(ctx, std, c.running, "release", controlRequest{Target: c.Target, Reason: c.Reason})
}

type approveCmd struct {
	running
	Target string `arg:"" help:"Order, address, MAC or host name that awaits approval."`
	Reason string `help:"Why; it stands in the ledger."`
}

// Help is printed by yagura approve --help.
func (approveCmd) Help() string {
	return `承認待ちの切り離しを承認します。

Examples:
  yagura approve PC-SOUMU-03 --reason "電話で確認済み"

Exit codes: 0 approved, 1 refused or failed, 2 wrong usage.`
}

// Run asks the running Yagura to carry a proposed isolation out.
func (c approveCmd) Run(ctx context.Context, std streams) error {
	return orderAction(ctx, std, c.running, "approve", controlRequest{Target: c.Target, Reason: c.Reason})
}

type denyCmd struct {
	running
	Target string `arg:"" help:"Order, address, MAC or host name that awaits approval."`
	Reason string `required:"" help:"Why; it stands in the ledger."`
}

// Help is printed by yagura deny --help.
func (denyCmd) Help() string {
	return `承認待ちの切り離しを見送ります。

Examples:
  yagura deny PC-SOUMU-03 --reason "ソフト更新の通信でした"

Exit codes: 0 denied, 1 refused or failed, 2 wrong usage.`
}

// Run asks the running Yagura to drop a proposed isolation.
func (c denyCmd) Run(ctx context.Context, std streams) error {
	return orderAction(ctx, std, c.running, "deny", controlRequest{Target: c.Target, Reason: c.Reason})
}

type freezeCmd struct {
	running
	State  string `arg:"" enum:"on,off" help:"on: nothing is cut off automatically; off: the policy holds again."`
	Reason string `required:"" help:"Why; it stands in the ledger."`
}

// Help is printed by yagura freeze --help.
func (freezeCmd) Help() string {
	return `自動の切り離しをすべて止めます（全停止）。すでに切り離した端末はそのままです。

Examples:
  yagura freeze on --reason "ネットワーク工事"
  yagura freeze off --reason "工事終了"

Exit codes: 0 switched, 1 refused or failed, 2 wrong usage.`
}

// Run turns the switch of the running Yagura.
func (c freezeCmd) Run(ctx context.Context, std streams) error {
	var none event.Order
	if err := newControlClient(c.Data).call(ctx, "freeze", &controlRequest{On: c.State == "on", Reason: c.Reason}, &none); err != nil {
		return err
	}
	if c.JSON {
		return printJSON(std.out, map[string]bool{"frozen": c.State == "on"})
	}
	words := map[string]string{"on": "全停止にしました。自動の切り離しは行いません", "off": "全停止を解きました。方針どおりに動きます"}
	_, err := fmt.Fprintln(std.out, words[c.State])
	return err
}

func orderAction(ctx context.Context, std streams, r running, path string, req controlRequest) error {
	var order event.Order
	if err := newControlClient(r.Data).call(ctx, path, &req, &order); err != nil {
		return err
	}
	if r.JSON {
		return printJSON(std.out, order)
	}
	printOrder(std.out, order)
	return nil
}

type statusCmd struct{ running }

// Help is printed by yagura status --help.
func (statusCmd) Help() string {
	return `いまの状態を表示します。

Examples:
  yagura status
  yagura status --json | jq .open_incidents

Exit codes: 0 running, 1 not running.`
}

// Run prints what the running Yagura sees and holds.
func (c statusCmd) Run(ctx context.Context, std streams) error {
	var s statusReport
	if err := newControlClient(c.Data).call(ctx, "status", nil, &s); err != nil {
		return err
	}
	if c.JSON {
		return printJSON(std.out, s)
	}
	printStatus(std.out, s)
	return nil
}

func printJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

func printStatus(w io.Writer, s statusReport) {
	fmt.Fprintf(w, "櫓 Yagura %s  %s %s  稼働 %s から\n", s.Version, s.Tenant, s.Site, clock(s.Started))
	fmt.Fprintf(w, "コンソール  %s\n", s.Console)
	for _, p := range s.Problems {
		fmt.Fprintf(w, "注意        %s\n", p)
	}
	if s.Frozen {
		fmt.Fprintln(w, "全停止中    自動の切り離しは行いません")
	}
	for _, c := range s.Sensors {
		fmt.Fprintf(w, "センサー    %s  %d パケット  取りこぼし %d  通信 %d 件\n", c.Source, c.Packets, c.KernelDrops, c.FlowsOpen)
	}
	for _, c := range s.Sensors {
		printBlind(w, c)
	}
	printRules(w, s.Rules)
	printSyslog(w, s.Syslog)
	printEve(w, s.Eve)
	printPackets(w, s.Packets)
	if len(s.Incidents) == 0 {
		fmt.Fprintln(w, "案件        ありません。庁内は平穏です")
	}
	for _, i := range s.Incidents {
		fmt.Fprintf(w, "案件        %s  危険度 %d  %s  %s\n", i.Number, i.HostSeverity, i.Device.Name(), i.Title.JA)
	}
	for _, o := range s.Orders {
		printOrder(w, o)
	}
	for _, d := range s.Drifts[max(0, len(s.Drifts)-segmentLines):] {
		fmt.Fprintf(w, "装置のずれ  %s  %s  %s  %s\n", clock(d.Time), d.Enforcer, d.Machine, d.Text.JA)
	}
}

// printBlind says what share of a sensor's traffic since the start was not looked into.
func printBlind(w io.Writer, s event.SensorStats) {
	if s.Bytes == 0 {
		return
	}
	part := func(n uint64) float64 { return 100 * float64(n) / float64(s.Bytes) }
	b := s.Blind
	fmt.Fprintf(w, "見えない分  %s  TLS など %.1f %%  SMB3 %.1f %%  ほかの暗号 %.1f %%  形式不明 %.1f %%  片方向 %.1f %%  欠落 %.2f %%\n",
		s.Source, part(b.TLS), part(b.SMB), part(b.Encrypted), part(b.Unparsed), part(b.OneSided), part(s.GapBytes))
}

// orderStates are the words of an order's state on Japanese screens.
var orderStates = map[event.OrderState]string{
	event.OrderProposed: "提案", event.OrderRehearsed: "予行済み", event.OrderObserved: "記録のみ（予行）", event.OrderAwaitingApproval: "承認待ち", event.OrderApproved: "承認済み",
	event.OrderDenied: "見送り", event.OrderApplying: "適用中", event.OrderApplied: "適用済み", event.OrderVerifying: "通信の停止を確認中",
	event.OrderVerified: "通信の停止を確認", event.OrderIneffective: "効いていません", event.OrderPartial: "一部の通信が残っています",
	event.OrderReleasing: "解除中", event.OrderReleased: "解除済み", event.OrderExpired: "期限で解除", event.OrderFailed: "失敗",
}

func printOrder(w io.Writer, o event.Order) {
	where := strings.Trim(o.Target.Department+" "+o.Target.Place, " ")
	fmt.Fprintf(w, "切り離し    %s  %s  %s", o.Target.Name(), where, orderStates[o.State])
	if o.State == event.OrderVerified {
		fmt.Fprintf(w, "（%s）", silence(o.SilenceMS))
	}
	if !o.Expires.IsZero() && !o.State.Terminal() {
		fmt.Fprintf(w, "  期限 %s", clock(o.Expires))
	}
	fmt.Fprintf(w, "  [%s]\n", o.UID)
	for _, s := range o.StillSeen {
		fmt.Fprintf(w, "            まだ通っています: %s\n", s)
	}
}

func clock(t time.Time) string { return t.In(jst).Format("2006-01-02 15:04") }

// silence says how long something still passed after the order was applied.
func silence(ms int64) string {
	if ms < 100 {
		return "0.1 秒以内"
	}
	return fmt.Sprintf("%.1f 秒", float64(ms)/1000)
}
