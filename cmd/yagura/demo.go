package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/yagura-project/yagura/capture"
	"github.com/yagura-project/yagura/console"
	"github.com/yagura-project/yagura/lab/hall"
)

type demoCmd struct {
	Recorded bool    `help:"Replay the recorded breach and rehearse, also as root."`
	Speed    float64 `help:"How many times faster than recorded the replay runs." default:"8" placeholder:"N"`
	Listen   string  `help:"Address and port of the console." default:"127.0.0.1:8440" placeholder:"ADDRESS"`
	Data     string  `help:"Keep the data in this directory. Default: a new one that goes with the demo." type:"path" placeholder:"DIR"`
	Prefix   string  `help:"Names of the namespaces begin with this; another one lets two demos run at once." default:"yg-" placeholder:"WORD"`
	Once     bool    `help:"End as soon as the PC is contained; exit 1 when that takes longer than two minutes."`
}

// Help is printed by yagura demo --help.
func (demoCmd) Help() string {
	return `この1台の中に小さな町役場を作り、無害な侵入を再現して、検知から遮断までを見せます。外へは何も出ません。
root でないときは、記録した侵入を再生し、遮断は予行だけにします。

Examples:
  sudo yagura demo                 # real namespaces, real clients, a real isolation
  yagura demo                      # the recorded breach, rehearsed
  sudo yagura demo --once          # for scripts: end when the PC is contained

Exit codes: 0 ended by Ctrl-C or contained (--once), 1 failed, 2 wrong usage.`
}

// Run shows the town where that is possible, else the recording.
func (c demoCmd) Run(ctx context.Context, std streams) error {
	dir, remove, err := c.directory()
	if err != nil {
		return err
	}
	defer remove()
	d := &demo{cmd: c, dir: dir, say: &teller{out: std.out}}
	if d.post, err = openPost(filepath.Join(dir, "mail"), d.say); err != nil {
		return failure{exitFailed, err}
	}
	defer d.post.close()
	d.say.line(wordsTitle)
	if !c.Recorded {
		err := d.town(ctx)
		if !errors.Is(err, hall.ErrNotRoot) {
			return err
		}
		d.say.note(wordsNotRoot)
	}
	return d.recorded(ctx)
}

// directory is where the demo keeps its data, and what removes it afterwards.
func (c demoCmd) directory() (string, func(), error) {
	if c.Data != "" {
		return c.Data, func() {}, os.MkdirAll(c.Data, 0o700)
	}
	dir, err := os.MkdirTemp("", "yagura-demo-")
	if err != nil {
		return "", nil, failure{exitFailed, fmt.Errorf("demo: %w", err)}
	}
	return dir, func() { _ = os.RemoveAll(dir) }, nil
}

// demo is one showing.
type demo struct {
	cmd  demoCmd
	dir  string
	say  *teller
	post *demoPost // nil: nobody is mailed
}

// configure writes the demo's yagura.yaml, so that people can read what it runs on, and loads it as `yagura run` does.
func (d *demo) configure(text string, assets []byte) (config, error) {
	if err := os.WriteFile(filepath.Join(d.dir, "assets.csv"), assets, 0o600); err != nil {
		return config{}, failure{exitFailed, fmt.Errorf("demo: %w", err)}
	}
	path := filepath.Join(d.dir, "yagura.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		return config{}, failure{exitFailed, fmt.Errorf("demo: %w", err)}
	}
	cfg, err := loadConfig(path)
	cfg.Console.Demo = true
	return cfg, err
}

// config is what town and recording have in common of yagura.yaml.
func (d *demo) config() string {
	return fmt.Sprintf(`# the demo's settings; `+"`yagura run --config FILE`"+` reads the same form
name: 櫓町
site: 本庁舎
home: [10.20.0.0/16, "fd20::/32"]
asset:
  csv: [%[1]s/assets.csv]
  zones:
    - {name: lgwan, cidr: [10.20.0.0/16, "fd20::/32"]}
decide:
  mode: auto
  unrehearsed: true
  severity: 9
  lifetime: 1h
  contacts:
    - {name: 情報政策係, phone: 内線 1234}
store: {dir: %[1]s, tenant: yagura-machi}
console:
  listen: %[2]s
  contact: {name: 情報政策係, phone: 内線 1234}
`, d.dir, d.cmd.Listen) + d.mailConfig()
}

// mailConfig sends notices to the demo's own mail server.
func (d *demo) mailConfig() string {
	if d.post == nil {
		return ""
	}
	return fmt.Sprintf(`notify:
  channels:
    - name: 情報政策係
      severity: 8
      via:
        mail: {host: 127.0.0.1, port: %d, tls: none, from: yagura@yagura-machi.example, to: [joho@yagura-machi.example]}
`, d.post.port)
}

// watched starts Yagura on the configuration, tells how to look at it, and runs show beside it.
func (d *demo) watched(ctx context.Context, cfg config, open func() (capture.Source, error), show func(context.Context, *demoWatch) error) (err error) {
	log, err := os.OpenFile(filepath.Join(d.dir, "yagura.log"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return failure{exitFailed, fmt.Errorf("demo: %w", err)}
	}
	defer log.Close()
	var first console.First
	r, err := newRiver(ctx, cfg, options{log: newLog(log, true), open: open, announce: func(f console.First) { first = f }})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.close()) }()
	if err := r.Start(ctx); err != nil {
		return err
	}
	d.say.next(wordsWatching)
	d.say.note(wordsConsole, r.console.URL())
	if first.Password != "" {
		d.say.note(wordsPassword, first.User, first.Password)
	}
	d.say.note(wordsConfig, filepath.Join(d.dir, "yagura.yaml"))
	d.say.note(wordsMailbox, filepath.Join(d.dir, "mail"))
	w := newDemoWatch(r.state, d.say)
	watching, end := context.WithCancel(ctx)
	defer end()
	go w.run(watching)
	err = show(ctx, w)
	if ctx.Err() != nil { // Ctrl-C is how the demo ends
		return nil
	}
	return err
}

// onceLimit is how long --once waits for a contained PC.
const onceLimit = 2 * time.Minute
