// Command join makes one recording of many captures: one after the other, in one clock, several times over with other addresses.
//
// Of public samples it makes traffic of small packets and many protocols, damaged ones included.
//
//	go run ./lab/bench/join [-o lab/out/corpus.pcap] [-copies 8] DIR...
package main

import (
	"bufio"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/yagura-project/yagura/capture"
)

func main() {
	out := flag.String("o", "lab/out/corpus.pcap", "file to write")
	copies := flag.Int("copies", 8, "times that all is repeated, 1 to 16, each with other IPv4 addresses")
	flag.Parse()
	if err := join(*out, min(max(*copies, 1), 16), flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "join:", err)
		os.Exit(1)
	}
}

func join(out string, copies int, dirs []string) (err error) {
	files, err := captures(dirs)
	if err != nil {
		return err
	}
	if len(files) == 0 {
		return errors.New("no captures found: name folders with pcap or pcapng files")
	}
	if err := os.MkdirAll(filepath.Dir(out), 0o755); err != nil {
		return err
	}
	f, err := os.Create(out)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	w := &joined{out: bufio.NewWriterSize(f, 1<<20), now: 1_700_000_000e9}
	w.header()
	for n := range copies {
		for _, path := range files {
			w.file(path, byte(n))
		}
	}
	fmt.Fprintf(os.Stderr, "join: %s: %d packets of %d captures, %d MB; %d packets of other links left out\n", out, w.packets, len(files), w.bytes>>20, w.other)
	return w.out.Flush()
}

// captures lists the files below dirs, in the order of their paths.
func captures(dirs []string) (files []string, err error) {
	for _, dir := range dirs {
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			switch filepath.Ext(strings.TrimSuffix(path, ".gz")) {
			case ".pcap", ".pcapng", ".cap":
				files = append(files, path)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return files, nil
}

// joined is the recording being written.
type joined struct {
	out            *bufio.Writer
	now            int64 // ns: where the next capture begins
	packets, bytes int
	other          int
}

func (w *joined) header() {
	h := binary.LittleEndian.AppendUint32(nil, 0xa1b2c3d4)
	h = append(h, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0)
	h = binary.LittleEndian.AppendUint32(h, 262144)
	_, _ = w.out.Write(binary.LittleEndian.AppendUint32(h, 1)) // Flush tells of errors
}

// file adds a capture; what of it cannot be read is left out.
func (w *joined) file(path string, shift byte) {
	f, err := capture.Open(path, nil)
	if err != nil {
		return
	}
	defer f.Close()
	begin, first, last := w.now, int64(-1), int64(0)
	var p capture.Packet
	for f.Next(&p) == nil {
		if first < 0 {
			first = p.Nanos
		}
		if p.Link != capture.LinkEthernet {
			w.other++
			continue
		}
		last = max(last, min(p.Nanos-first, 60e9)) // captures that sleep for days shall not
		w.packet(begin+last, &p, shift)
	}
	w.now = begin + last + 1e6
}

func (w *joined) packet(at int64, p *capture.Packet, shift byte) {
	data := append([]byte(nil), p.Data...)
	if shift > 0 {
		move(data, shift)
	}
	h := make([]byte, 0, 16)
	for _, v := range []uint32{uint32(at / 1e9), uint32(at % 1e9 / 1e3), uint32(len(data)), uint32(p.OrigLen)} {
		h = binary.LittleEndian.AppendUint32(h, v)
	}
	_, _ = w.out.Write(h)
	_, _ = w.out.Write(data)
	w.packets++
	w.bytes += len(data)
}

// move gives both IPv4 addresses another second byte and mends the check sums of IP, TCP and UDP (RFC 1624).
func move(b []byte, shift byte) {
	if len(b) < 34 || b[12] != 8 || b[13] != 0 || b[14]>>4 != 4 {
		return
	}
	ip := b[14:]
	head := int(ip[0]&15) * 4
	sums := [][]byte{ip[10:12]}
	if head >= 20 && len(ip) >= head+18 && ip[6]&0x1f == 0 && ip[7] == 0 {
		switch {
		case ip[9] == 6:
			sums = append(sums, ip[head+16:head+18])
		case ip[9] == 17 && ip[head+6]|ip[head+7] != 0:
			sums = append(sums, ip[head+6:head+8])
		}
	}
	for _, at := range []int{12, 16} {
		was := binary.BigEndian.Uint16(ip[at:])
		ip[at+1] += shift
		for _, s := range sums {
			sum := uint32(^binary.BigEndian.Uint16(s)) + uint32(^was) + uint32(binary.BigEndian.Uint16(ip[at:]))
			sum = sum&0xffff + sum>>16
			sum = sum&0xffff + sum>>16
			binary.BigEndian.PutUint16(s, ^uint16(sum))
		}
	}
}
