package consoletest

import (
	"context"
	"encoding/binary"
	"io"
	"net/netip"
	"slices"
	"time"

	"github.com/yagura-project/yagura/console"
	"github.com/yagura-project/yagura/event"
)

// SensorDays tells of two weeks: mostly encrypted, one VLAN mirrored one way, a busy day on which something was lost.
func (t *Town) SensorDays(_ context.Context, since string) ([]event.SensorDay, error) {
	japan := time.FixedZone("JST", 9*60*60)
	var out []event.SensorDay
	for n := range uint64(14) {
		at := t.now().In(japan).AddDate(0, 0, int(n)-13)
		gigas := 24 + 3*(n%5)
		if at.Weekday() == time.Saturday || at.Weekday() == time.Sunday {
			gigas = 4
		}
		const g = 1 << 30
		d := event.SensorDay{Day: at.Format(time.DateOnly), Source: "mirror0", Packets: gigas * 1_400_000, Bytes: gigas * g, Flows: gigas * 30_000, Blind: event.Blind{
			TLS: gigas * g * (55 + n%7) / 100, SMB: gigas * g / 25, Encrypted: gigas * g / 50, Unparsed: gigas * g / 40, OneSided: gigas * g / 60,
			VLANs: map[uint16]event.VLANFlows{10: {Flows: gigas * 200, OneSided: gigas}, 30: {Flows: gigas * 5, OneSided: gigas*5 - 2}}}}
		if n == 9 {
			d.KernelDrops, d.GapBytes = d.Packets/200, d.Bytes/300
		}
		out = append(out, d)
	}
	return slices.DeleteFunc(out, func(d event.SensorDay) bool { return d.Day < since }), nil
}

// Extract writes a small pcapng file: one empty packet for each host that was asked for.
func (t *Town) Extract(_ context.Context, from, _ time.Time, hosts []netip.Addr, w io.Writer) (bool, error) {
	block := func(kind uint32, body []byte) []byte {
		n := uint32(len(body) + 12)
		b := binary.LittleEndian.AppendUint32(nil, kind)
		b = append(binary.LittleEndian.AppendUint32(b, n), body...)
		return binary.LittleEndian.AppendUint32(b, n)
	}
	out := block(0x0a0d0d0a, []byte{0x4d, 0x3c, 0x2b, 0x1a, 1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff})
	out = append(out, block(1, []byte{1, 0, 0, 0, 0, 0, 4, 0})...)
	micros := uint64(from.UnixMicro())
	for range hosts {
		body := binary.LittleEndian.AppendUint32(nil, 0)
		body = binary.LittleEndian.AppendUint32(body, uint32(micros>>32))
		body = binary.LittleEndian.AppendUint32(body, uint32(micros))
		out = append(out, block(6, append(body, make([]byte, 8)...))...)
	}
	_, err := w.Write(out)
	return true, err
}

// Drifts tells of a switch that was started anew while a machine was isolated at it.
func (t *Town) Drifts() []console.Drift {
	return []console.Drift{
		{Time: t.now().Add(-26 * time.Hour).UTC(), Enforcer: "snmp", Order: "f3a1", Text: event.Text{JA: "台帳にない隔離が装置にあります。そのままにしています。心当たりがなければ、装置の手順で解除してください", EN: "the enforcer has an isolation that the ledger does not know; it is left alone: if nobody knows it, end it at the device"}},
		{Time: t.now().Add(-3 * time.Hour).UTC(), Enforcer: "openflow", Order: "order-past", Machine: "PC-126", Mended: true, Text: event.Text{JA: "装置の設定を台帳に合わせ直しました", EN: "the enforcer was brought into line with the ledger"}},
	}
}
