// Package openflow cuts machines off inside OpenFlow 1.3 switches such as Open vSwitch: own flows before all others, which the switch forgets by itself.
//
// Nothing of the switch's own flows is read as an order or changed. Every flow of Yagura's has a cookie that begins
// with 0x594147 ("YAG"); the rest of the cookie is made of the order's UID, so one order is one cookie, and a remark
// (Open vSwitch's note action) keeps the UID itself on the switch. The flows of an order stand in table 0 above
// everything else and send what the machine speaks, and what is spoken to it, to two tables of Yagura's, where DHCP, ARP
// with the gateways and what may still be reached go on as usual (NORMAL) and the rest ends. Each has a hard timeout.
//
// Yagura should connect to the switch (ovs-vsctl set-controller BRIDGE pssl:6653), not the switch to Yagura: with a
// controller that only listens, Open vSwitch keeps its own NORMAL flow, so traffic flows whether Yagura is there or
// not, and Yagura's flows stay when Yagura goes. Where the switch connects to Yagura (set-controller BRIDGE
// ssl:…:6653), Open vSwitch empties its tables when the controller is configured, and with fail-mode standalone
// forgets every isolation about 15 s after Yagura has gone; with fail-mode secure the whole bridge falls silent after
// a restart of the switch without Yagura. All measured with Open vSwitch 3.1.
//
// A flow that the switch has confirmed may take some 30 ms to hold: its cache is revalidated later. Whether it holds is
// for the sensor to see.
//
// By hand, without Yagura:
//
//	ovs-ofctl -O OpenFlow13 dump-flows BRIDGE cookie=0x5941470000000000/0xffffff0000000000   # what is cut off
//	ovs-ofctl -O OpenFlow13 del-flows  BRIDGE cookie=0x5941470000000000/0xffffff0000000000   # open everything again
package openflow

import (
	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/event"
)

// Enforcer is the OpenFlow switch.
var Enforcer = act.Enforcer{
	Name:  "openflow",
	Title: event.Text{JA: "OpenFlow 1.3のスイッチ（Open vSwitchなど）", EN: "OpenFlow 1.3 switch (Open vSwitch and others)"},
	Undo: event.Text{
		JA: "スイッチごとに「ovs-ofctl -O OpenFlow13 del-flows ブリッジ名 cookie=0x5941470000000000/0xffffff0000000000」を実行すると、櫓が入れた隔離だけがすべて解けます。",
		EN: "On each switch, `ovs-ofctl -O OpenFlow13 del-flows BRIDGE cookie=0x5941470000000000/0xffffff0000000000` ends every isolation and touches nothing else.",
	},
	Config: func() any { c := DefaultConfig(); return &c },
	Open:   open,
}
