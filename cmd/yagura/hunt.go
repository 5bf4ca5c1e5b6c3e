package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/store"
)

// keptData names what Yagura has kept; it is read beside a running Yagura.
type keptData struct {
	Data   string `help:"Data directory." default:"/var/lib/yagura" env:"YAGURA_DATA_DIR" placeholder:"DIR"`
	Config string `help:"yagura.yaml that names the data directory and the tenant." type:"path" placeholder:"FILE"`
	Tenant string `help:"Tenant, where several are kept." placeholder:"NAME"`
}

// open opens the kept state for reading only.
func (k keptData) open(ctx context.Context) (*store.State, error) {
	cfg := store.DefaultConfig()
	cfg.Dir = k.Data
	if k.Config != "" {
		c, err := loadConfig(k.Config)
		if err != nil {
			return nil, err
		}
		cfg = c.Store
	}
	switch {
	case k.Tenant != "":
		cfg.Tenant = k.Tenant
	case k.Config == "":
		cfg.Tenant = onlyTenant(cfg)
	}
	return store.OpenReader(ctx, cfg)
}

// onlyTenant is the one tenant that is kept where there is only one, so that nobody has to name it.
func onlyTenant(cfg store.Config) string {
	files, err := filepath.Glob(filepath.Join(cfg.Dir, "state", "*.db"))
	if err != nil || len(files) != 1 {
		return cfg.Tenant
	}
	return strings.TrimSuffix(filepath.Base(files[0]), ".db")
}

type huntCmd struct {
	keptData
	JSON   bool     `name:"json" help:"Print JSON: columns and rows."`
	Name   string   `arg:"" optional:"" help:"Hunt; none lists them."`
	Params []string `arg:"" optional:"" help:"Parameters as key=value."`
}

// Help is printed by yagura hunt --help.
func (huntCmd) Help() string {
	return `記録した通信をたどります。名前を付けずに実行すると、できることの一覧を表示します。

Examples:
  yagura hunt
  yagura hunt timeline host=192.0.2.31
  yagura hunt findings from=-7d
  yagura hunt whoelse what=example.net --json

Exit codes: 0 answered, 1 nothing kept or failed, 2 wrong usage.`
}

// Run asks one question of what has been kept.
func (c huntCmd) Run(ctx context.Context, std streams) error {
	params := map[string]string{}
	for _, p := range c.Params {
		key, value, ok := strings.Cut(p, "=")
		if !ok {
			return usageError("%q is no parameter; write it as key=value", p)
		}
		params[key] = value
	}
	if c.Name == "" {
		listHunts(std.out, store.Hunts())
		return nil
	}
	state, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer state.Close()
	bar := newSpinner(std.err, c.JSON, "記録を調べています")
	table, err := state.Hunt(ctx, c.Name, params)
	bar.end()
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(std.out, table)
	}
	printTable(std.out, table)
	return nil
}

func listHunts(w io.Writer, hunts []store.HuntInfo) {
	for _, h := range hunts {
		fmt.Fprintf(w, "%-14s %s\n", h.Name, h.Title.JA)
		for _, p := range h.Params {
			need := ""
			if p.Default == "" && !p.Optional {
				need = "（必須）"
			}
			fmt.Fprintf(w, "    %s=  %s%s\n", p.Name, p.Title.JA, need)
		}
	}
}

// printTable aligns columns by display width; Japanese characters take two cells.
func printTable(w io.Writer, t event.Table) {
	rows := [][]string{t.Columns}
	for _, r := range t.Rows {
		line := make([]string, len(r))
		for i, v := range r {
			line[i] = cell(v)
		}
		rows = append(rows, line)
	}
	widths := make([]int, len(t.Columns))
	for _, r := range rows {
		for i, s := range r {
			widths[i] = max(widths[i], min(cells(s), 60))
		}
	}
	for _, r := range rows {
		for i, s := range r {
			fmt.Fprint(w, s)
			if i < len(r)-1 {
				fmt.Fprint(w, strings.Repeat(" ", max(widths[i]-cells(s), 0)+2))
			}
		}
		fmt.Fprintln(w)
	}
	if t.Truncated {
		fmt.Fprintln(w, "（件数が多いため、途中までです）")
	}
}

func cell(v any) string {
	switch v := v.(type) {
	case nil:
		return "-"
	case time.Time:
		return v.In(jst).Format("2006-01-02 15:04:05")
	case float64:
		return fmt.Sprintf("%.2f", v)
	}
	return fmt.Sprint(v)
}

// cells counts terminal columns.
func cells(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r >= 0x1100 && (r <= 0x115f || r >= 0x2e80 && r <= 0xa4cf || r >= 0xac00 && r <= 0xd7a3 || r >= 0xf900 && r <= 0xfaff || r >= 0xfe30 && r <= 0xfe6f || r >= 0xff00 && r <= 0xff60) {
			n++
		}
	}
	return n
}

// huntWorker is how a hunt runs: in a process of its own, started by the store.
func huntWorker(args []string) (code int, mine bool) {
	if !slices.Equal(args, []string{"hunt-worker"}) {
		return 0, false
	}
	return store.HuntMain(os.Stdin, os.Stdout), true
}
