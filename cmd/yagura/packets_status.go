package main

import (
	"fmt"
	"io"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// packetsStatus is what `yagura status` says of the packets on disk.
type packetsStatus struct {
	Packets uint64    `json:"packets"`         // written since the start
	Lost    uint64    `json:"lost"`            // that the disk had no time or room for
	OnDisk  uint64    `json:"bytes"`           // that are kept
	Oldest  time.Time `json:"oldest,omitzero"` // first packet that is still there
	Fault   string    `json:"fault,omitempty"` // why the last write failed, where it did
}

// packetsStatus is nil where none are kept.
func (r *river) packetsStatus() *packetsStatus {
	store := r.sensor.store.Load()
	if store == nil {
		return nil
	}
	s := store.Stats()
	p := &packetsStatus{Packets: s.Packets, Lost: s.Lost, OnDisk: s.OnDisk, Oldest: s.Oldest}
	if s.Failing {
		p.Fault = s.Fault
	}
	return p
}

// problem is why packets are not kept now, "" while they are.
func (p *packetsStatus) problem() string {
	if p == nil || p.Fault == "" {
		return ""
	}
	return fmt.Sprintf("パケットを保存できていません: %s。ディスクの空きと権限を確かめてください（監視は続いています）", p.Fault)
}

func printPackets(w io.Writer, p *packetsStatus) {
	if p == nil {
		return
	}
	since := "なし"
	if !p.Oldest.IsZero() {
		since = p.Oldest.In(jst).Format("2006/1/2 15:04 から")
	}
	fmt.Fprintf(w, "パケット保存  %s  %d MiB  書けなかったもの %d 個\n", since, p.OnDisk>>20, p.Lost)
}

var (
	descKeptPackets = prometheus.NewDesc("yagura_packets_kept_total", "Packets for the disk by what became of them.", []string{"fate"}, nil)
	descKeptBytes   = prometheus.NewDesc("yagura_packets_disk_bytes", "Bytes of packets on disk.", nil, nil)
)

func packetsMetrics(p *packetsStatus, count func(*prometheus.Desc, uint64, ...string), gauge func(*prometheus.Desc, int, ...string)) {
	if p == nil {
		return
	}
	count(descKeptPackets, p.Packets, "written")
	count(descKeptPackets, p.Lost, "lost")
	gauge(descKeptBytes, int(p.OnDisk))
}
