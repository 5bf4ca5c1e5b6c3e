package console

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// Available reports whether the console could listen on an address. The error names who holds it, as far as the caller has the
// right to see that: a process that will give up its rights asks before.
func Available(ctx context.Context, address string) error {
	ln, err := listen(ctx, address, nil)
	if err != nil {
		return err
	}
	return ln.Close()
}

// listen opens the address; when it is taken the error names it, who holds it where that can be seen, and what to change.
func listen(ctx context.Context, address string, config *tls.Config) (net.Listener, error) {
	var lc net.ListenConfig
	ln, err := lc.Listen(ctx, "tcp", address)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("console cannot listen on %s: the port is in use%s; stop it or set console.listen to another port: %w",
			address, holder(address), err)
	case errors.Is(err, syscall.EACCES):
		return nil, fmt.Errorf("console may not listen on %s: ports below 1024 need root or CAP_NET_BIND_SERVICE; set console.listen to a higher port: %w",
			address, err)
	case err != nil:
		return nil, fmt.Errorf("console cannot listen on %s: check console.listen: %w", address, err)
	}
	if config != nil {
		ln = tls.NewListener(ln, config)
	}
	return ln, nil
}

// holder names the process that listens on the port of address, as " by nginx (process 123)", or "".
func holder(address string) string {
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		return ""
	}
	n, err := strconv.Atoi(port)
	if err != nil {
		return ""
	}
	for _, table := range []string{"/proc/net/tcp", "/proc/net/tcp6"} {
		if inode := listeningInode(table, n); inode != "" {
			return processWithSocket(inode)
		}
	}
	return ""
}

// listeningInode reads a table of proc_net_tcp(5) for a listening socket (state 0A) on the port.
func listeningInode(table string, port int) string {
	f, err := os.Open(table)
	if err != nil {
		return ""
	}
	defer f.Close()
	want := fmt.Sprintf(":%04X", port)
	for s := bufio.NewScanner(f); s.Scan(); {
		if col := strings.Fields(s.Text()); len(col) > 9 && strings.HasSuffix(col[1], want) && col[3] == "0A" {
			return col[9]
		}
	}
	return ""
}

func processWithSocket(inode string) string {
	links, _ := filepath.Glob("/proc/[0-9]*/fd/*")
	for _, l := range links {
		if to, err := os.Readlink(l); err == nil && to == "socket:["+inode+"]" {
			pid := strings.Split(l, "/")[2]
			name, _ := os.ReadFile("/proc/" + pid + "/comm")
			return fmt.Sprintf(" by %s (process %s)", strings.TrimSpace(string(name)), pid)
		}
	}
	return ""
}
