package act

import (
	"slices"
	"time"

	"github.com/yagura-project/yagura/event"
)

// Drift is one moment at which an enforcer did not have what the ledger says.
type Drift struct {
	Time     time.Time  `json:"time"`
	Enforcer string     `json:"enforcer"`
	Order    string     `json:"order"`
	Machine  string     `json:"machine,omitempty"` // "" = the ledger does not know the order
	Text     event.Text `json:"text"`
	Mended   bool       `json:"mended"`
}

// maxDrifts bounds what is remembered; the ledger has all that were mended.
const maxDrifts = 100

// drifted remembers.
func (m *Manager) drifted(d Drift) {
	m.eyes.Lock()
	defer m.eyes.Unlock()
	d.Time = m.Now().UTC()
	m.drifts = append(m.drifts, d)
	if len(m.drifts) > maxDrifts {
		m.drifts = slices.Delete(m.drifts, 0, len(m.drifts)-maxDrifts)
	}
}

// Drifts gives where enforcers differed from the ledger since the start, newest last.
func (m *Manager) Drifts() []Drift {
	m.eyes.Lock()
	defer m.eyes.Unlock()
	return slices.Clone(m.drifts)
}
