package main

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
)

// traffic is the size of what is read.
type traffic struct {
	File    string `json:"file"`
	Packets int    `json:"packets"`
	Bytes   int64  `json:"bytes"` // on the wire, without preamble and checksum
}

const littleMicro = 0xa1b2c3d4

// measure walks the capture once.
func measure(path string) (traffic, error) {
	t := traffic{File: path}
	f, err := os.Open(path)
	if err != nil {
		return t, fmt.Errorf("%w: record it with: sudo go run ./lab/bench/mix", err)
	}
	defer f.Close()
	in := bufio.NewReaderSize(f, 1<<20)
	head := make([]byte, 24)
	if _, err := io.ReadFull(in, head); err != nil || binary.LittleEndian.Uint32(head) != littleMicro {
		return t, fmt.Errorf("%s is not a plain pcap file as tcpdump writes it", path)
	}
	for {
		if _, err := io.ReadFull(in, head[:16]); errors.Is(err, io.EOF) {
			return t, nil
		} else if err != nil {
			return t, fmt.Errorf("%s: %w", path, err)
		}
		if _, err := in.Discard(int(binary.LittleEndian.Uint32(head[8:]))); err != nil {
			return t, fmt.Errorf("%s: %w", path, err)
		}
		t.Packets++
		t.Bytes += int64(binary.LittleEndian.Uint32(head[12:]))
	}
}

// firstFrame copies the capture's head and first frame: what reading it costs is a program's start-up.
func firstFrame(path, to string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	head := make([]byte, 24+16)
	if _, err := io.ReadFull(f, head); err != nil {
		return fmt.Errorf("%s holds no frame: %w", path, err)
	}
	frame := make([]byte, binary.LittleEndian.Uint32(head[24+8:]))
	if _, err := io.ReadFull(f, frame); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return os.WriteFile(to, append(head, frame...), 0o644)
}

// warm reads the capture once more, so that none of the programs waits for the disk and is charged for it: some machines let go of pages
// that nobody has read for seconds.
func warm(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = io.CopyBuffer(struct{ io.Writer }{io.Discard}, struct{ io.Reader }{f}, make([]byte, 1<<20))
	return err
}
