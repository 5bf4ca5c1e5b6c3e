// Package cli moves the port of a machine into the quarantine VLAN, or shuts it, at the command line of its switch (SSH).
//
// The switch is found by its MAC table. A port is changed only when the machine alone is on it: never an uplink, a
// trunk, a channel group, or a port with several machines (an IP phone counts). How the port was before is
// kept in Yagura's own directory before anything is sent, and exactly that is put back.
//
// Only the running configuration is changed, never saved: a switch that restarts has its own configuration again, and
// Yagura cuts the machine off anew when it has seen the switch come back. Nothing ends by itself at the switch while
// Yagura is down: the isolation keeps until Yagura returns or somebody undoes it by hand. Whoever saves the configuration
// of a switch (write memory) meanwhile saves the quarantine, too.
//
// The switch's key must stand in a known_hosts file. What a switch says is bounded in length and time, and cannot pretend
// the end of an answer (see talk). How each family of switches is spoken to stands in dialects/*.yaml.
package cli

import (
	"fmt"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/event"
)

// Enforcer is the switches' command line.
var Enforcer = act.Enforcer{
	Name:  "cli",
	Title: event.Text{JA: "スイッチのコマンド操作（SSH）", EN: "command line of switches (SSH)"},
	Undo: event.Text{
		JA: "受領記録にあるスイッチとポートで、設定モードに入り「interface ポート名」のあと、記録にある元の行（例「switchport access vlan 10」。なければ「no switchport access vlan」、閉じたポートは「no shutdown」）を入れてください。保存（write memory）していなければ、スイッチの再起動でも元に戻ります。",
		EN: "At the switch and port named in the receipt, enter `interface PORT` in configuration mode and then the line that stood there before (such as `switchport access vlan 10`; `no switchport access vlan` where there was none; `no shutdown` for a port that was shut). Unless somebody saved the configuration, a restart of the switch undoes it, too.",
	},
	Config: func() any { c := DefaultConfig(); return &c },
	Open:   open,
}

func open(config any, deps act.Deps) (act.Hand, error) {
	c, ok := config.(*Config)
	if !ok {
		return nil, fmt.Errorf("settings of type %T where *cli.Config is needed", config)
	}
	if err := c.Validate(); err != nil {
		return nil, err
	}
	known, err := dialects()
	if err != nil {
		return nil, err
	}
	h := &hand{cfg: *c, deps: deps, memory: deps.Memory("cli")}
	for _, s := range c.Switches {
		h.devices = append(h.devices, &device{Switch: s, d: known[s.Dialect], patient: c.Timeout})
	}
	if err := h.memory.Load(&h.cuts); err != nil {
		return nil, err
	}
	return h, nil
}
