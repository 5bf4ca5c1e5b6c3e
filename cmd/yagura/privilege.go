package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/user"
	"runtime"
	"strconv"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/act/arp"
	"github.com/yagura-project/yagura/act/blocklist"
	"github.com/yagura-project/yagura/act/dnssink"
	"github.com/yagura-project/yagura/act/nftables"
	"github.com/yagura-project/yagura/act/squid"
	"github.com/yagura-project/yagura/capture"
	"github.com/yagura-project/yagura/console"
)

// ringsEnv hands the rings from the process that could open them to the one that can do nothing else.
const ringsEnv = "YAGURA_RINGS"

// own says that this process is Yagura's alone, so that it may be replaced; tests are not.
var own bool

// shed gives up what only opening the rings needs: who may, opens them, then runs this program anew without capabilities, but for those that
// enforcers and a low port need, and, started by root, as cfg.User where one is named. It returns the rings on the other side of that,
// nil where nothing was given up. It is done before anything else is opened.
func shed(cfg config) ([]*capture.Live, error) {
	if text, ok := os.LookupEnv(ringsEnv); ok {
		if err := os.Unsetenv(ringsEnv); err != nil {
			return nil, err
		}
		return capture.Adopt(cfg.Capture, text)
	}
	if !own || permitted()&(1<<unix.CAP_NET_RAW) == 0 {
		return nil, nil
	}
	if err := console.Available(context.Background(), cfg.Console.Listen); err != nil {
		return nil, err
	}
	lanes, err := capture.OpenLanes(cfg.Capture)
	if err != nil {
		return nil, err
	}
	text, err := capture.Handover(lanes)
	if err != nil {
		return nil, err
	}
	return nil, anew(cfg, true, ringsEnv+"="+text)
}

// shedUser becomes cfg.User where root started this process and one is named, so that what it writes stays readable for `run`.
func shedUser(cfg config) error {
	if !own || os.Geteuid() != 0 || cfg.User == "" {
		return nil
	}
	return anew(cfg, false)
}

// anew runs this program again with no more than enforcers need, and for the watch confined; it returns only what went wrong.
func anew(cfg config, watch bool, env ...string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	runtime.LockOSThread() // exec keeps the rights of the thread that calls it, and ends all others
	if err := dropTo(cfg.User, needed(cfg)); err != nil {
		return fmt.Errorf("giving up privileges: %w", err)
	}
	if watch {
		env = append(env, "SQLITE_TMPDIR="+absolute(cfg.Store.Dir), confine(cfg, self).env())
	}
	return fmt.Errorf("giving up privileges: %w", syscall.Exec(self, os.Args, append(os.Environ(), env...)))
}

// knownUser wants the user that the watch runs as to be one of this machine.
func knownUser(cfg config) error {
	if cfg.User == "" {
		return nil
	}
	if _, err := user.Lookup(cfg.User); err != nil {
		return fmt.Errorf("user: %q is no user of this machine; make it (useradd --system --no-create-home %s), or correct the name", cfg.User, cfg.User)
	}
	return nil
}

// needed lists the capabilities that stay.
func needed(cfg config) (caps []int) {
	for _, entry := range cfg.Act.Enforcers {
		for name, section := range entry {
			caps = append(caps, neededBy(name, section)...)
		}
	}
	if cfg.Syslog.Low() || cfg.Notice.Low() || lowPort(cfg.Console.Listen) {
		caps = append(caps, unix.CAP_NET_BIND_SERVICE)
	}
	return caps
}

// lowPort reports whether an address:port may not be listened at by everybody.
func lowPort(at string) bool {
	_, port, err := net.SplitHostPort(at)
	if err != nil {
		return false
	}
	n, err := strconv.Atoi(port)
	return err == nil && n > 0 && n < 1024
}

// neededBy is what one enforcer needs; those that speak to a device over the network need nothing.
func neededBy(name string, section act.Section) []int {
	switch name {
	case arp.Enforcer.Name:
		return []int{unix.CAP_NET_RAW}
	case blocklist.Enforcer.Name:
		if c := blocklist.DefaultConfig(); section.Decode(&c) == nil && lowPort(c.Listen) {
			return []int{unix.CAP_NET_BIND_SERVICE}
		}
	case dnssink.Enforcer.Name:
		if c := dnssink.DefaultConfig(); section.Decode(&c) == nil && (lowPort(c.Transfer) || lowPort(c.Sinkhole)) {
			return []int{unix.CAP_NET_BIND_SERVICE}
		}
	case nftables.Enforcer.Name:
		if n := new(nftables.Config); section.Decode(n) == nil && n.NetNS != "" {
			return []int{unix.CAP_NET_ADMIN, unix.CAP_SYS_ADMIN} // to enter a network namespace
		}
		return []int{unix.CAP_NET_ADMIN}
	case squid.Enforcer.Name:
		if c := squid.DefaultConfig(); section.Decode(&c) == nil && c.EndTunnels {
			return []int{unix.CAP_NET_ADMIN}
		}
	}
	return nil
}

// permitted are the capabilities that this thread has or may raise, a bit each; none where the kernel does not say.
func permitted() uint64 {
	head := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var data [2]unix.CapUserData
	if unix.Capget(&head, &data[0]) != nil {
		return 0
	}
	return uint64(data[0].Permitted) | uint64(data[1].Permitted)<<32
}

// dropTo leaves this thread with those of caps that it has only, as the named user, "" = as before, and without a way back (capabilities(7),
// prctl(2)). A capability that is missing is left to whoever needs it to say. The program behind exec has what is left, whether it came from
// root, from the service manager or from the program's file.
func dropTo(name string, caps []int) error {
	has, keep := permitted(), uint64(0)
	for _, c := range caps {
		keep |= 1 << c & has
	}
	if has&(1<<unix.CAP_SETPCAP) != 0 {
		if err := bound(keep); err != nil {
			return err
		}
	}
	if name != "" && os.Geteuid() == 0 {
		if err := become(name); err != nil {
			return err
		}
	}
	head := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var data [2]unix.CapUserData
	for i := range data {
		bits := uint32(keep >> (32 * i))
		data[i] = unix.CapUserData{Effective: bits, Permitted: bits, Inheritable: bits}
	}
	if err := unix.Capset(&head, &data[0]); err != nil {
		return fmt.Errorf("capabilities: %w", err)
	}
	for c := range unix.CAP_LAST_CAP + 1 {
		if keep&(1<<c) == 0 {
			continue
		}
		if err := unix.Prctl(unix.PR_CAP_AMBIENT, unix.PR_CAP_AMBIENT_RAISE, uintptr(c), 0, 0); err != nil {
			return fmt.Errorf("capability %d: %w", c, err)
		}
	}
	return unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
}

// bound takes all but keep out of what any program that this thread runs may ever gain.
func bound(keep uint64) error {
	for c := range unix.CAP_LAST_CAP + 1 {
		if keep&(1<<c) != 0 {
			continue
		}
		if err := unix.Prctl(unix.PR_CAPBSET_DROP, uintptr(c), 0, 0, 0); err != nil && !errors.Is(err, unix.EINVAL) {
			return fmt.Errorf("capability %d: %w", c, err)
		}
	}
	return nil
}

// become makes this thread the user's; by system calls of its own, because the other threads end anyway.
func become(name string) error {
	u, err := user.Lookup(name)
	if err != nil {
		return err
	}
	uid, err1 := strconv.Atoi(u.Uid)
	gid, err2 := strconv.Atoi(u.Gid)
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	if err := unix.Prctl(unix.PR_SET_KEEPCAPS, 1, 0, 0, 0); err != nil {
		return err
	}
	groups := []uint32{uint32(gid)}
	for _, call := range [][4]uintptr{
		{unix.SYS_SETGROUPS, 1, uintptr(unsafe.Pointer(&groups[0])), 0},
		{unix.SYS_SETRESGID, uintptr(gid), uintptr(gid), uintptr(gid)},
		{unix.SYS_SETRESUID, uintptr(uid), uintptr(uid), uintptr(uid)},
	} {
		if _, _, errno := syscall.RawSyscall(call[0], call[1], call[2], call[3]); errno != 0 {
			return fmt.Errorf("user %s: %w", name, errno)
		}
	}
	runtime.KeepAlive(groups)
	return nil
}
