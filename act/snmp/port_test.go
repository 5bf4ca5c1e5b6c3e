package snmp

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/gosnmp/gosnmp"
	"pgregory.net/rapid"
)

// lists that a switch may have, short and long.
func listGen() *rapid.Generator[[]byte] { return rapid.SliceOfN(rapid.Byte(), 0, 12) }

// Whatever lists a switch has: the steps lead to what is wanted, touch no other port's bit, and lead back byte by byte.
func TestThereAndBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := vlans{map[int][]byte{}, map[int][]byte{}}
		for _, id := range []int{1, 10, 20, quarantine} {
			v.egress[id] = listGen().Draw(t, "egress")
			v.untagged[id] = listGen().Draw(t, "untagged")
		}
		p := place{port: rapid.IntRange(1, 90).Draw(t, "port"), name: "p", ifIndex: 1}
		now := v.of(p.port, rapid.IntRange(1, 4094).Draw(t, "pvid"), 0)
		now.Sizes = v.sizes(quarantine)
		first := vlans{maps.Clone(v.egress), maps.Clone(v.untagged)}
		there := walkTo(v, p, now, quarantined(now, quarantine))
		if got := v.of(p.port, there, 0); !got.same(quarantined(now, quarantine)) {
			t.Fatalf("there: %+v", got)
		}
		for id := range v.egress {
			for other := 1; other <= 100; other++ {
				if other != p.port && (has(v.egress[id], other) != has(first.egress[id], other) || has(v.untagged[id], other) != has(first.untagged[id], other)) {
					t.Fatalf("VLAN %d: port %d was touched, too", id, other)
				}
			}
		}
		walkTo(v, p, v.of(p.port, there, 0), now)
		for id := range v.egress {
			if !bytes.Equal(v.egress[id], first.egress[id]) || !bytes.Equal(v.untagged[id], first.untagged[id]) {
				t.Fatalf("VLAN %d: %x %x, was %x %x", id, v.egress[id], v.untagged[id], first.egress[id], first.untagged[id])
			}
		}
	})
}

// walkTo does the steps on the lists and gives the PVID.
func walkTo(v vlans, p place, now, want state) (pvid int) {
	pvid = now.PVID
	for _, s := range v.steps(p, now, want) {
		for _, x := range s.vars {
			var id int
			switch b := x.any.(type) {
			case []byte:
				if _, err := fmt.Sscanf(x.oid, staticEgress+".%d", &id); err == nil {
					v.egress[id] = b
				} else if _, err := fmt.Sscanf(x.oid, staticUntagged+".%d", &id); err == nil {
					v.untagged[id] = b
				}
			case uint32:
				pvid = int(b)
			}
		}
	}
	return pvid
}

// strange is a switch that answers what it likes.
type strange struct {
	cols map[string]column
	n    int
	left int
}

func (s *strange) get(_ context.Context, oids ...string) (out []value, err error) {
	for _, o := range oids {
		out = append(out, value{o, s.n})
	}
	return out, nil
}

func (s *strange) walk(_ context.Context, oid string) (column, error) { return s.cols[oid], nil }

func (s *strange) set(context.Context, ...value) error {
	if s.left--; s.left < 0 {
		return &refused{name: "s", why: gosnmp.GenErr}
	}
	return nil
}

func (s *strange) close() {}

// Tables of a hostile or broken switch lose their rows, nothing else, and what is made of them stays within bounds.
func FuzzTables(f *testing.F) {
	f.Add("1", "10.2.0.0.0.5.1", "0.25.1", []byte{0x28, 0}, 3, 10101)
	f.Add("4097", "10.2.0.0.0.5.256", "x", []byte{}, -1, 0)
	f.Fuzz(func(t *testing.T, port, row, rem string, b []byte, n, m int) {
		s := &strange{n: n, left: 5, cols: map[string]column{
			basePortIfIndex: {port: m, "1": n, "2": b}, ifName: {fmt.Sprint(m): b}, dot1qFdbPort: {row: n, "1.2.0.0.0.0.9": 1}, dot1qFdbStatus: {row: m},
			lldpRemCapabs: {rem: b, "0.1.1": b}, lldpLocPortID: {"1": b}, lldpLocPortSub: {"1": m},
			staticEgress: {port: b, "10": b, "999": n}, staticUntagged: {"10": b, "999": b},
		}}
		tables, err := readTables(t.Context(), s, Switch{})
		if err != nil {
			t.Fatal(err)
		}
		for mac, at := range tables.where {
			if p := tables.ports[at]; p == nil || !slices.Contains(p.macs, mac) || p.port < 1 || p.port > maxPort {
				t.Errorf("%s at %d", mac, at)
			}
		}
		p := place{port: 1 + (n&0x7fffffff)%maxPort, name: "p", ifIndex: 1}
		_, err = bring(t.Context(), s, p, moves, func(now state, _ vlans) (state, error) { return quarantined(now, 10), nil })
		var no *refused
		if err == nil && n != 10 || errors.As(err, &no) && no.Error() == "" {
			t.Errorf("%v", err)
		}
	})
}

// Replies as they come from the network: no packet takes Yagura down.
func FuzzReply(f *testing.F) {
	good := gosnmp.SnmpPacket{Version: gosnmp.Version2c, Community: "c", PDUType: gosnmp.GetResponse, RequestID: 1,
		Variables: []gosnmp.SnmpPDU{{Name: dot1qPvid + ".1", Type: gosnmp.Gauge32, Value: uint32(10)}}}
	wire, err := good.MarshalMsg()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(wire)
	f.Add(binary.BigEndian.AppendUint32([]byte{0x30, 0x84}, 1<<31))
	f.Fuzz(func(t *testing.T, b []byte) {
		r := &remote{sw: Switch{Name: "s", Address: "192.0.2.1", Version: "2c"}, wait: time.Second}
		r.open = &gosnmp.GoSNMP{Version: gosnmp.Version2c, Community: "c"}
		err := r.once(t.Context(), func(c *gosnmp.GoSNMP) error {
			p, err := c.SnmpDecodePacket(b)
			if err != nil {
				return err
			}
			for _, v := range p.Variables {
				number(v.Value)
				words(v.Value)
			}
			return nil
		})
		if err != nil && r.open != nil {
			t.Error("a conversation that broke is kept")
		}
	})
}
