package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// listen starts tcpdump on the interface and returns when it is listening; the returned function ends it and reports
// frames that it lost.
func listen(ctx context.Context, iface, path, filter string) (func() error, error) {
	args := []string{"-i", iface, "-s", "0", "-B", "65536", "--immediate-mode", "-U", "-w", path, "-Z", "root"}
	if filter != "" {
		args = append(args, filter)
	}
	cmd := exec.CommandContext(ctx, "tcpdump", args...)
	var said bytes.Buffer
	cmd.Stderr = &said
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	for begun := time.Now(); ; time.Sleep(10 * time.Millisecond) {
		if info, err := os.Stat(path); err == nil && info.Size() >= 24 {
			break // the file's header is written when the interface is open
		}
		if time.Since(begun) > 5*time.Second {
			return nil, fmt.Errorf("tcpdump does not listen: %s", said.String())
		}
	}
	return func() error {
		time.Sleep(700 * time.Millisecond) // the last answers
		_ = cmd.Process.Signal(syscall.SIGINT)
		if err := cmd.Wait(); err != nil {
			return fmt.Errorf("tcpdump: %w: %s", err, said.String())
		}
		if !strings.Contains(said.String(), "0 packets dropped by kernel") {
			return fmt.Errorf("frames were lost: %s", said.String())
		}
		return nil
	}, nil
}

// keep compresses a capture into place; the same frames give the same file.
func keep(raw, path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	in, err := os.Open(raw)
	if err != nil {
		return err
	}
	defer in.Close()
	var packed bytes.Buffer
	z, _ := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if _, err := io.Copy(z, in); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "record: %s %d bytes\n", path, packed.Len())
	return os.WriteFile(path, packed.Bytes(), 0o644)
}
