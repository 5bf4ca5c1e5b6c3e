package store

import (
	"errors"
	"testing"
	"time"
)

// FuzzHuntParams wants what a hunt is asked with to be read or refused, and a time that was read to be in order.
func FuzzHuntParams(f *testing.F) {
	f.Add(uint8(0), "host", "02-00-00-00-00-02", "-24h")
	f.Add(uint8(1), "by", "sent", "2026-11-02 09:30")
	f.Add(uint8(4), "jitter", "NaN", "2026-11-02T09:30:00+09:00")
	f.Add(uint8(5), "values", "192.0.2.1、example[.]net\r\n::1;x", "-9999d")
	hunts := Hunts()
	f.Fuzz(func(t *testing.T, which uint8, name, value, from string) {
		h := hunts[int(which)%len(hunts)]
		values, err := h.bind(map[string]string{name: value, "from": from}, day)
		switch {
		case err == nil && !values["from"].(time.Time).Before(values["to"].(time.Time)):
			t.Errorf("%s: from %v to %v", h.Name, values["from"], values["to"])
		case err != nil && !errors.Is(err, ErrHuntParam):
			t.Errorf("%s: %v", h.Name, err)
		}
	})
}
