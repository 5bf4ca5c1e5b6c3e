package nftables

import (
	"github.com/google/nftables"
	"github.com/google/nftables/binaryutil"
	"github.com/google/nftables/expr"
	"golang.org/x/sys/unix"

	"github.com/yagura-project/yagura/act"
)

// plain HTTP and name look-ups, which can be led to the notice.
const (
	portHTTP = 80
	portDNS  = 53
)

// leads are the allowed addresses to which isolated machines are led.
func leads(allow []act.Allow) (out []act.Allow) {
	for _, a := range allow {
		if a.Lead && a.Port != 0 {
			out = append(out, a)
		}
	}
	return out
}

// leadChains lead plain HTTP (and look-ups, where the notice answers them) of isolated machines to the notice. What is to
// be led passes the first chain; what then was not led, because its connection is older than the isolation, ends where it
// is forwarded or taken in, as everything else of these machines does.
func (l layout) leadChains(w writer, allow []act.Allow) (pass [][]expr.Any, chains []chain) {
	to := leads(allow)
	if len(to) == 0 {
		return nil, nil
	}
	var nat [][]expr.Any
	for _, a := range to {
		for _, from := range l.led(w, a) {
			pass = append(pass, append(from, &expr.Verdict{Kind: expr.VerdictAccept}))
		}
		for _, from := range l.led(w, a) {
			nat = append(nat, append(from, destination(a)...))
		}
	}
	accept := nftables.ChainPolicyAccept
	chains = append(chains, chain{def: nftables.Chain{Name: "lead", Table: l.table, Type: nftables.ChainTypeNAT, Hooknum: nftables.ChainHookPrerouting,
		Priority: nftables.ChainPriorityNATDest, Policy: &accept}, rules: nat})
	from := [][]expr.Any{l.jump(w.addr4(12), set4, chainSaid), l.jump(w.addr6(8), set6, chainSaid), l.jump(w.mac(6), setMAC, chainSaid)}
	return pass, append(chains, l.base("input", nftables.ChainHookInput, -300, from))
}

// led matches what an isolated machine sends that is to be led: by its address, or by its hardware address in the same family.
func (l layout) led(w writer, a act.Allow) [][]expr.Any {
	proto, port := byte(unix.IPPROTO_TCP), uint16(portHTTP)
	if a.UDP {
		proto, port = unix.IPPROTO_UDP, portDNS
	}
	six := a.IP.Is6()
	addr, set := w.addr4(12), set4
	if six {
		addr, set = w.addr6(8), set6
	}
	in := func(name string) expr.Any {
		return &expr.Lookup{SourceRegister: 1, SetName: name, SetID: l.sets[name].ID}
	}
	service := []expr.Any{&expr.Meta{Key: expr.MetaKeyL4PROTO, Register: 1}, equal([]byte{proto}),
		transport(2), equal(binaryutil.BigEndian.PutUint16(port))}
	byAddress := append(append(addr, in(set)), service...)
	byMAC := append(append(append(w.family(six), w.mac(6)...), in(setMAC)), service...)
	return [][]expr.Any{byAddress, byMAC}
}

// destination is where it is led.
func destination(a act.Allow) []expr.Any {
	family := uint32(unix.NFPROTO_IPV4)
	if a.IP.Is6() {
		family = unix.NFPROTO_IPV6
	}
	return []expr.Any{
		&expr.Immediate{Register: 1, Data: a.IP.AsSlice()},
		&expr.Immediate{Register: 2, Data: binaryutil.BigEndian.PutUint16(a.Port)},
		&expr.NAT{Type: expr.NATTypeDestNAT, Family: family, RegAddrMin: 1, RegProtoMin: 2, Specified: true},
	}
}
