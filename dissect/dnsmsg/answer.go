package dnsmsg

import "github.com/yagura-project/yagura/event"

// Answers writes records as events carry them.
func Answers(records []Record) []event.DNSAnswer {
	if len(records) == 0 {
		return nil
	}
	out := make([]event.DNSAnswer, 0, min(len(records), MaxRecords))
	for _, r := range records[:min(len(records), MaxRecords)] {
		out = append(out, event.DNSAnswer{Name: r.Name, Type: TypeName(r.Type), TTL: r.TTL, Data: r.Text})
	}
	return out
}
