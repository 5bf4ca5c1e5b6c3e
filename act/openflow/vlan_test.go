package openflow

import (
	"bytes"
	"context"
	"encoding/binary"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/yagura-project/yagura/act"
)

// newVLANTown has its PCs at access ports of VLAN 10; port "up" of br0 is a trunk to br1, behind which the quarantine
// VLAN's gateway stands at an access port of VLAN 999.
func newVLANTown(t *testing.T) *town {
	w := newTown(t)
	w.vsctl("add-br", "br1", "--", "set", "bridge", "br1", "datapath_type=netdev", "fail-mode=standalone")
	w.vsctl("add-port", "br0", "up", "--", "set", "interface", "up", "type=patch", "options:peer=down",
		"--", "add-port", "br1", "down", "--", "set", "interface", "down", "type=patch", "options:peer=up")
	for _, m := range []machineIn{pcA, pcB, srv} {
		w.Space(m.ns)
		w.cable(m, "br0", "tag=10")
	}
	w.Space(quarantine.ns)
	w.cable(quarantine, "br1", "tag=999")
	return w
}

func (w *town) vlanConfig() *Config {
	c := w.config()
	c.Mode, c.VLAN = modeVLAN, 999
	c.Switches[0].Uplinks, c.Switches[0].Quarantine = []string{"up"}, "up"
	return c
}

// A machine in the quarantine VLAN meets that VLAN's gateway and nobody else, in both directions, and comes back.
func TestQuarantineVLAN(t *testing.T) {
	w := newVLANTown(t)
	for _, m := range []machineIn{pcA, pcB, srv, quarantine} {
		w.echoes(m, 7000)
	}
	before := w.foreign(t)
	w.becomes(t, "before", pcA, pcA.v4, srv, 7000, true)
	if w.reaches(pcA, pcA.v4, quarantine, 7000, 300*time.Millisecond) {
		t.Fatal("the quarantine VLAN can be reached from VLAN 10 anyway")
	}
	h := w.open(t, w.vlanConfig(), quiet())
	target := w.target("iso-1", pcA)
	if _, err := h.Apply(context.Background(), target); err != nil {
		t.Fatal(err)
	}
	leaks := w.listen(t, pcB)
	for _, a := range []netip.Addr{pcA.v4, pcA.v6} {
		w.becomes(t, "isolated", pcA, a, srv, 7000, false)
		w.becomes(t, "the quarantine gateway", pcA, a, quarantine, 7000, true)
		w.In("q", "ip neigh flush all")
		back := quarantine.v4
		if a.Is6() {
			back = quarantine.v6
		}
		w.becomes(t, "from the quarantine gateway, which must ask everybody for the address", quarantine, back, pcA, 7000, true)
	}
	w.becomes(t, "a neighbour", pcB, pcB.v4, pcA, 7000, false)
	w.becomes(t, "a neighbour and the server", pcB, pcB.v4, srv, 7000, true)
	if n := leaks(w.mac(quarantine), false); n > 0 {
		t.Errorf("%d frames of the quarantine VLAN reached a neighbour", n)
	}
	if dump := w.ofctl("dump-flows", ours); !strings.Contains(dump, "push_vlan:0x8100,set_field:5095->vlan_vid,output:1") {
		t.Errorf("no such flow:\n%s", dump)
	}
	w.tags(t)
	if _, err := h.Undo(context.Background(), target); err != nil {
		t.Fatal(err)
	}
	w.becomes(t, "released", pcA, pcA.v4, srv, 7000, true)
	w.becomes(t, "released", pcA, pcA.v6, srv, 7000, true)
	if w.reaches(pcA, pcA.v4, quarantine, 7000, 300*time.Millisecond) {
		t.Error("released, but still in the quarantine VLAN")
	}
	if after := w.foreign(t); after != before {
		t.Errorf("--- before\n%s\n--- after\n%s", before, after)
	}
}

// tags: frames that the isolated machine tags itself go nowhere: not into VLAN 10, not into the quarantine VLAN.
func (w *town) tags(t *testing.T) {
	t.Helper()
	seenS, seenQ := w.listen(t, srv), w.listen(t, quarantine)
	mac := w.mac(pcA)
	for _, vlan := range []uint16{10, 999} {
		frame := append(bytes.Repeat([]byte{0xff}, 6), mac[:]...)
		frame = append(binary.BigEndian.AppendUint16(append(frame, 0x81, 0), vlan), 0x88, 0xb5)
		w.speak(t, pcA, append(frame, make([]byte, 60)...))
	}
	time.Sleep(200 * time.Millisecond)
	if n := seenS(mac, true) + seenQ(mac, true); n > 0 {
		t.Errorf("%d frames that the machine had tagged itself came through", n)
	}
}

// speak sends one frame from a machine.
func (w *town) speak(t *testing.T, m machineIn, frame []byte) {
	t.Helper()
	if err := w.At(m.ns, func() error {
		fd, err := unix.Socket(unix.AF_PACKET, unix.SOCK_RAW|unix.SOCK_CLOEXEC, 0)
		if err != nil {
			return err
		}
		defer unix.Close(fd)
		i, err := net.InterfaceByName("eth0")
		if err != nil {
			return err
		}
		return unix.Sendto(fd, frame, 0, &unix.SockaddrLinklayer{Ifindex: i.Index, Protocol: binary.NativeEndian.Uint16([]byte{0, unix.ETH_P_ALL})})
	}); err != nil {
		t.Fatal(err)
	}
}

// passes waits until a frame from one machine reaches another, or no longer does: a switch's word takes effect a moment
// later, and on a busy machine a frame may be on its way for long.
func (w *town) passes(t *testing.T, what string, from, to machineIn, frame []byte, want bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); w.arrives(t, from, to, frame) != want; {
		if time.Now().After(end) {
			t.Errorf("%s: from %s to %s: want %v", what, from.ns, to.ns, want)
			return
		}
	}
}

// arrives sends one frame and reports whether it is there within a moment.
func (w *town) arrives(t *testing.T, from, to machineIn, frame []byte) bool {
	t.Helper()
	seen, mac := w.listen(t, to), w.mac(from)
	w.speak(t, from, frame)
	for end := time.Now().Add(300 * time.Millisecond); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if seen(mac, false) > 0 {
			return true
		}
	}
	return false
}

// listen counts the frames that reach a machine, by their sender, since it was last asked. experiments: only those
// of the type 0x88b5 that is left for experiments (IEEE 802), tagged or not.
func (w *town) listen(t *testing.T, m machineIn) (from func(mac [6]byte, experiments bool) int) {
	t.Helper()
	var fd int
	if err := w.At(m.ns, func() (err error) {
		fd, err = unix.Socket(unix.AF_PACKET, unix.SOCK_RAW|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, int(binary.NativeEndian.Uint16([]byte{0, unix.ETH_P_ALL})))
		return err
	}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = unix.Close(fd) })
	return func(mac [6]byte, experiments bool) (n int) {
		buf := make([]byte, 2048)
		for {
			size, _, err := unix.Recvfrom(fd, buf, 0)
			if err != nil {
				return n
			}
			if size >= 18 && bytes.Equal(buf[6:12], mac[:]) && (!experiments || buf[12] == 0x88 || buf[16] == 0x88) {
				n++
			}
		}
	}
}

// A quarantined machine that is plugged in elsewhere is quarantined there, and the port of one that has been
// forgotten by the switch gets nothing of the quarantine VLAN any more.
func TestQuarantinedMachineMovesAndIsForgotten(t *testing.T) {
	w := newVLANTown(t)
	w.echoes(quarantine, 7000)
	h := w.open(t, w.vlanConfig(), quiet())
	first, second := w.target("iso-1", pcA), w.target("iso-2", pcB)
	for _, target := range []act.Target{first, second} {
		if _, err := h.Apply(context.Background(), target); err != nil {
			t.Fatal(err)
		}
	}
	w.becomes(t, "one", pcA, pcA.v4, quarantine, 7000, true)
	w.becomes(t, "the other", pcB, pcB.v4, quarantine, 7000, true)
	flood := func() string {
		for line := range strings.Lines(w.ofctl("dump-flows", "cookie=0x5941470000000000/-1,table=0")) {
			if _, actions, ok := strings.Cut(strings.TrimSpace(line), "actions=NORMAL,"); ok {
				return actions
			}
		}
		return ""
	}
	if got := flood(); got != "pop_vlan,output:2,output:3" {
		t.Errorf("the flood: %q", got)
	}
	// The cable of A goes to another socket.
	w.vsctl("del-port", "br0", "p-a", "--", "add-port", "br0", "p-a", "tag=10", "--", "set", "interface", "p-a", "ofport_request=42")
	w.becomes(t, "at another port", pcA, pcA.v4, quarantine, 7000, true)
	w.until("the flood without the old port", func() bool { return flood() == "pop_vlan,output:3,output:42" })
	second.Until = time.Now().Add(2 * time.Second)
	if _, err := h.Apply(context.Background(), second); err != nil {
		t.Fatal(err)
	}
	w.until("the flood without the forgotten machine", func() bool { return flood() == "pop_vlan,output:42" })
	if _, err := h.Undo(context.Background(), first); err != nil {
		t.Fatal(err)
	}
	if left := w.ofctl("dump-flows", ours); strings.Contains(left, "cookie=0x5941") {
		t.Errorf("left behind:\n%s", left)
	}
}
