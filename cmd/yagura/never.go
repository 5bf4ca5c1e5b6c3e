package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/yagura-project/yagura/decide"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/japan"
)

type neverCmd struct {
	List neverListCmd `cmd:"" default:"1" help:"List what may never be cut off."`
	Add  neverAddCmd  `cmd:"" help:"Add an entry; what stands against it is lifted at once."`
	Drop neverDropCmd `cmd:"" help:"Take an entry away that was added here."`
}

type neverListCmd struct{ running }

// Help is printed by yagura never list --help.
func (neverListCmd) Help() string {
	return `隔離してはならないもの（隔離禁止の一覧）を表示します。DNS、DC、DHCP、ルーターなどの役割は、はじめから守られています。

Examples:
  yagura never list

Exit codes: 0 printed, 1 no Yagura runs.`
}

// Run prints the list of the running Yagura.
func (c neverListCmd) Run(ctx context.Context, std streams) error {
	var n neverReport
	if err := newControlClient(c.Data).call(ctx, "never", nil, &n); err != nil {
		return err
	}
	return printNever(std.out, n, c.JSON)
}

// neverWhat is one entry on the command line.
type neverWhat struct {
	IP   string `help:"Address." xor:"what"`
	CIDR string `help:"Range, e.g. 10.9.0.0/24." xor:"what"`
	MAC  string `help:"Hardware address." xor:"what"`
	Host string `help:"Host name; * and ? are allowed." xor:"what"`
	Role string `help:"Role in the asset list." xor:"what"`
}

func (w neverWhat) entry(reason string) decide.NeverEntry {
	return decide.NeverEntry{IP: w.IP, CIDR: w.CIDR, MAC: w.MAC, Host: w.Host, Role: w.Role, Reason: reason}
}

type neverAddCmd struct {
	running
	neverWhat
	Reason string    `required:"" help:"Why it may never be cut off; told to whoever is refused."`
	Owner  string    `help:"Who answers for it: a section or a person."`
	Until  time.Time `help:"Last day on which it protects, e.g. 2027-03-31; always without." format:"2006-01-02"`
}

// Help is printed by yagura never add --help.
func (neverAddCmd) Help() string {
	return `隔離禁止の一覧に加えます。すでに切り離していれば、すぐに解除します。

Examples:
  yagura never add --cidr 10.9.0.0/24 --reason "防災の端末"
  yagura never add --host "MADOGUCHI-*" --reason "窓口の端末" --owner 住民課 --until 2027-03-31

Exit codes: 0 added, 1 refused or failed, 2 wrong usage.`
}

// Run adds an entry at the running Yagura.
func (c neverAddCmd) Run(ctx context.Context, std streams) error {
	e := c.entry(c.Reason)
	e.Owner = c.Owner
	if !c.Until.IsZero() {
		e.Expires = japan.DayOf(c.Until).Add(1).Time()
	}
	return neverChange(ctx, std, c.running, "never/add", e)
}

type neverDropCmd struct {
	running
	neverWhat
}

// Help is printed by yagura never drop --help.
func (neverDropCmd) Help() string {
	return `never add で加えたものを一覧から外します。設定ファイルにあるものは、そちらで外してください。

Examples:
  yagura never drop --cidr 10.9.0.0/24

Exit codes: 0 taken away, 1 refused or failed, 2 wrong usage.`
}

// Run takes an entry away at the running Yagura.
func (c neverDropCmd) Run(ctx context.Context, std streams) error {
	return neverChange(ctx, std, c.running, "never/drop", c.entry(""))
}

func neverChange(ctx context.Context, std streams, r running, path string, e decide.NeverEntry) error {
	var n neverReport
	if err := newControlClient(r.Data).call(ctx, path, &controlRequest{Never: e}, &n); err != nil {
		return err
	}
	return printNever(std.out, n, r.JSON)
}

// neverReport is what `yagura never --json` prints.
type neverReport struct {
	Configured []decide.NeverEntry `json:"configured"`
	Added      []decide.NeverEntry `json:"added"`
	Lifted     []event.Order       `json:"lifted,omitempty"` // isolations that the new entry ended
}

func printNever(w io.Writer, n neverReport, asJSON bool) error {
	if asJSON {
		return printJSON(w, n)
	}
	fmt.Fprintln(w, "隔離禁止    役割: dns dc dhcp gateway router lgwan proxy 基幹 防災 医療 yagura（はじめから）")
	for _, e := range n.Configured {
		fmt.Fprintf(w, "隔離禁止    %s  設定ファイル%s\n", e, neverMore(e))
	}
	for _, e := range n.Added {
		fmt.Fprintf(w, "隔離禁止    %s  追加%s\n", e, neverMore(e))
	}
	for _, o := range n.Lifted {
		printOrder(w, o)
	}
	return nil
}

// neverMore says who answers for an entry, who added it, and how long it protects.
func neverMore(e decide.NeverEntry) string {
	out := ""
	if e.By != "" {
		out += "（" + e.By + "）"
	}
	if e.Owner != "" {
		out += "  担当 " + e.Owner
	}
	switch {
	case e.Over(time.Now()):
		out += "  期限切れ（もう守られていません）"
	case !e.Expires.IsZero():
		out += "  " + clock(e.Expires) + " まで"
	}
	return out
}

// NeverList implements operations.
func (r *river) NeverList(ctx context.Context) (n neverReport, err error) {
	n.Configured, n.Added, err = r.policy.Nevers(ctx)
	return n, err
}

// NeverAdd implements operations.
func (r *river) NeverAdd(ctx context.Context, who string, e decide.NeverEntry) (neverReport, error) {
	lifted, err := r.policy.AddNever(ctx, who, e)
	if err != nil {
		return neverReport{}, err
	}
	n, err := r.NeverList(ctx)
	n.Lifted = lifted
	return n, err
}

// NeverDrop implements operations.
func (r *river) NeverDrop(ctx context.Context, who string, e decide.NeverEntry) (neverReport, error) {
	if err := r.policy.DropNever(ctx, who, e); err != nil {
		return neverReport{}, err
	}
	return r.NeverList(ctx)
}

func (c *control) neverRoutes(mux *http.ServeMux) {
	mux.HandleFunc("GET /never", func(w http.ResponseWriter, r *http.Request) {
		n, err := c.ops.NeverList(r.Context())
		answer(w, n, err)
	})
	for path, do := range map[string]func(context.Context, string, decide.NeverEntry) (neverReport, error){"add": c.ops.NeverAdd, "drop": c.ops.NeverDrop} {
		mux.HandleFunc("POST /never/"+path, func(w http.ResponseWriter, r *http.Request) {
			req, who, err := asked(w, r)
			if err != nil {
				answer(w, nil, err)
				return
			}
			n, err := do(r.Context(), who, req.Never)
			answer(w, n, err)
		})
	}
}

// asked reads a request and who makes it.
func asked(w http.ResponseWriter, r *http.Request) (req controlRequest, who string, err error) {
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 64<<10)).Decode(&req); err != nil {
		return req, "", fmt.Errorf("request: %w", err)
	}
	who, _ = r.Context().Value(peerKey{}).(string)
	return req, who, nil
}
