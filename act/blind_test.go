package act_test

import (
	"testing"
	"time"

	"github.com/yagura-project/yagura/act"
)

// TestAMissingInterfaceProvesNothing believes no silence while one of the sensor's interfaces is away, nor of the time when it was.
func TestAMissingInterfaceProvesNothing(t *testing.T) {
	b := newBench(t)
	seen, away := uint64(1000), true
	var since time.Time
	b.Pulse = func() act.Pulse {
		if seen++; away {
			since = b.now()
		}
		return act.Pulse{Packets: seen, Since: since}
	}
	b.approve("iso-1")
	b.pass(30 * time.Second)
	b.want("iso-1", approved, applying, applied, verifying, applied)
	away = false
	b.pass(500 * time.Millisecond)
	b.want("iso-1", approved, applying, applied, verifying, applied)
	b.pass(30 * time.Second)
	b.want("iso-1", approved, applying, applied, verifying, applied, verifying, verified)
}
