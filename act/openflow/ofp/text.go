package ofp

import (
	"fmt"
	"net"
	"strings"
)

// String spells a flow as ovs-ofctl(8) takes it; fields that it has no word for are given as numbers.
func (f Flow) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "cookie=%#x,table=%d", f.Cookie, f.Table)
	if f.Hard > 0 {
		fmt.Fprintf(&b, ",hard_timeout=%d", f.Hard)
	}
	if f.Flags&TellRemoved != 0 {
		b.WriteString(",send_flow_rem")
	}
	fmt.Fprintf(&b, ",priority=%d", f.Priority)
	for _, field := range f.Match {
		b.WriteString("," + field.String())
	}
	return b.String() + ",actions=" + f.Instructions.String()
}

// words are the names of fields in ovs-fields(7).
var words = map[uint8]string{FieldInPort: "in_port", FieldEthDst: "dl_dst", FieldEthSrc: "dl_src", FieldEthType: "dl_type", FieldVLAN: "vlan_tci",
	FieldIPProto: "nw_proto", FieldIPv4Src: "nw_src", FieldIPv4Dst: "nw_dst", FieldTCPSrc: "tp_src", FieldTCPDst: "tp_dst", FieldUDPSrc: "tp_src",
	FieldUDPDst: "tp_dst", FieldARPSender: "arp_spa", FieldARPTarget: "arp_tpa", FieldIPv6Src: "ipv6_src", FieldIPv6Dst: "ipv6_dst",
	FieldICMPv6Type: "icmp_type", FieldNDTarget: "nd_target"}

// String is one condition, such as nw_src=10.1.0.0/24.
func (f Field) String() string {
	word, known := words[f.ID]
	if f.Class != classBasic || !known {
		return fmt.Sprintf("oxm(%#x,%d)=%x/%x", f.Class, f.ID, f.Value, f.Mask)
	}
	n, _ := f.Number()
	switch f.ID {
	case FieldEthDst, FieldEthSrc:
		if f.Mask != "" {
			return fmt.Sprintf("%s=%s/%s", word, net.HardwareAddr(f.Value), net.HardwareAddr(f.Mask))
		}
		return word + "=" + net.HardwareAddr(f.Value).String()
	case FieldIPv4Src, FieldIPv4Dst, FieldIPv6Src, FieldIPv6Dst, FieldARPSender, FieldARPTarget, FieldNDTarget:
		p, ok := f.Prefix()
		switch {
		case ok && p.IsSingleIP():
			return word + "=" + p.Addr().String()
		case ok:
			return word + "=" + p.String()
		}
		return fmt.Sprintf("%s=%x/%x", word, f.Value, f.Mask)
	case FieldEthType:
		return fmt.Sprintf("%s=0x%04x", word, n)
	case FieldVLAN:
		return vlanWord(n)
	}
	return fmt.Sprintf("%s=%d", word, n)
}

func vlanWord(n uint64) string {
	if n&VLANPresent == 0 {
		return "vlan_tci=0"
	}
	return fmt.Sprintf("dl_vlan=%d", n&^VLANPresent)
}

// String is the list of actions, "drop" when there is none.
func (in Instructions) String() string {
	var out []string
	for _, a := range in.Apply {
		out = append(out, a.String())
	}
	for _, o := range in.Other {
		out = append(out, fmt.Sprintf("instruction(%d,%x)", o.Kind, o.Body))
	}
	if in.Goto != 0 {
		out = append(out, fmt.Sprintf("goto_table:%d", in.Goto))
	}
	if len(out) == 0 {
		return "drop"
	}
	return strings.Join(out, ",")
}

// String is one action, such as output:3.
func (a Action) String() string {
	switch {
	case a.Kind == actionOutput && a.Port == PortNormal:
		return "NORMAL"
	case a.Kind == actionOutput && a.Port == PortController:
		return fmt.Sprintf("CONTROLLER:%d", a.MaxLen)
	case a.Kind == actionOutput && a.Port == PortInPort:
		return "IN_PORT"
	case a.Kind == actionOutput:
		return fmt.Sprintf("output:%d", a.Port)
	case a.Kind == actionPushVLAN:
		return fmt.Sprintf("push_vlan:%#04x", a.Ether)
	case a.Kind == actionPopVLAN:
		return "pop_vlan"
	case a.Kind == actionSetField:
		if n, ok := a.Field.Number(); ok && a.Field.ID == FieldVLAN {
			return fmt.Sprintf("set_field:%d->vlan_vid", n)
		}
		return "set_field:" + a.Field.String()
	case a.Kind == actionExperimenter && a.Other == "":
		return "note:" + strings.ReplaceAll(fmt.Sprintf("% x", a.Note), " ", ".")
	}
	return fmt.Sprintf("action(%d,%x)", a.Kind, a.Other)
}
