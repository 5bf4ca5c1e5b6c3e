package dnsmsg

import "github.com/yagura-project/yagura/event"

// Answers writes records as events carry them, behind those in out.
func Answers(out []event.DNSAnswer, records []Record) []event.DNSAnswer {
	for i := range records[:min(len(records), max(0, MaxRecords-len(out)))] {
		r := &records[i]
		out = append(out, event.DNSAnswer{Name: r.Name, Type: TypeName(r.Type), TTL: r.TTL, Data: r.Text})
	}
	return out
}
