package cli

import (
	"fmt"
	"strings"

	"github.com/yagura-project/yagura/event"
)

// style is what differs between the families.
type style struct {
	dialect string
	port    func(n int) string
	short   func(port string) string
	head    string // of the MAC table
	row     func(vlan int, mac, port string) string
	lines   func(p emPort) []string
	vlans   func(want int) []string
	bad     string
}

func dotted(m event.MAC) string { return fmt.Sprintf("%x.%x.%x", m[:2], m[2:4], m[4:]) }

var styles = []style{{
	dialect: "alliedware-plus",
	port:    func(n int) string { return fmt.Sprintf("port1.%d.%d", n/48, n%48+1) },
	short:   func(p string) string { return p },
	head:    "VLAN port             mac            fwd",
	row: func(vlan int, mac, port string) string {
		return fmt.Sprintf("%-4d %-12s %-16s forward   dynamic", vlan, port, mac)
	},
	lines: func(p emPort) []string {
		return append([]string{" switchport", " switchport mode " + p.mode}, common(p, 1)...)
	},
	vlans: func(want int) []string {
		if want != 10 && want != 20 && want != 999 {
			return nil
		}
		return []string{"VLAN ID  Name            Type    State   Member ports", "======= ================ ======= ======= ==================",
			fmt.Sprintf("%-7d vlan%04d         STATIC  ACTIVE  port1.0.40(t)", want, want)}
	},
	bad: "% Invalid input detected at '^' marker.",
}, {
	dialect: "cisco-ios",
	port:    func(n int) string { return fmt.Sprintf("GigabitEthernet%d/0/%d", n/48+1, n%48+1) },
	short:   func(p string) string { return strings.Replace(p, "GigabitEthernet", "Gi", 1) },
	head:    "          Mac Address Table\r\n-------------------------------------------\r\n\r\nVlan    Mac Address       Type        Ports\r\n----    -----------       --------    -----",
	row: func(vlan int, mac, port string) string {
		return fmt.Sprintf("%4d    %s    DYNAMIC     %s", vlan, mac, port)
	},
	lines: func(p emPort) []string {
		out := []string{}
		if p.mode == "trunk" {
			out = append(out, " switchport mode trunk")
		}
		return append(out, common(p, 1)...)
	},
	vlans: func(want int) []string {
		if want != 10 && want != 20 && want != 999 {
			return []string{fmt.Sprintf("VLAN id %d not found in current VLAN database", want)}
		}
		return []string{"VLAN Name                             Status    Ports", "---- -------------------------------- --------- ------",
			fmt.Sprintf("%-4d VLAN%04d                         active    Gi1/0/40", want, want)}
	},
	bad: "% Invalid input detected at '^' marker.",
}}

func common(p emPort, normal int) (out []string) {
	if p.note != "" {
		out = append(out, " description "+p.note)
	}
	if p.vlan != normal && p.mode != "trunk" {
		out = append(out, fmt.Sprintf(" switchport access vlan %d", p.vlan))
	}
	if p.voice > 0 {
		out = append(out, fmt.Sprintf(" switchport voice vlan %d", p.voice))
	}
	if p.shut {
		out = append(out, " shutdown")
	}
	return out
}
