// Package life is what goes on in the town on any day when nobody attacks it: one file a kind.
package life

import (
	"time"

	"github.com/yagura-project/yagura/lab/town/stage"
)

// Life is one kind of ordinary traffic. Start puts it on the stage; from then on it goes by itself.
type Life struct {
	Name  string
	Start func(*stage.Stage)
}

// All is everything that goes on. Who adds a kind adds a file and a line.
var All = []Life{
	{"lease", lease}, {"boot", boot}, {"browse", browse}, {"telemetry", telemetry}, {"agents", agents}, {"updates", updates}, {"antivirus", antivirus},
	{"files", files}, {"masscopy", massCopy}, {"mail", mail}, {"print", printing}, {"clock", clock}, {"groupware", groupware}, {"backup", backup},
	{"monitor", monitor}, {"scanner", scanner}, {"admin", admin}, {"cloud", cloud}, {"names", names}, {"netbios", netbios}, {"retry", retry}, {"zones", zones}, {"school", school},
	{"visitors", visitors}, {"support", support}, {"move", move}, {"servers", servers},
	{"nas", nas}, {"copiers", copiers}, {"noon", noon}, {"helpdesk", helpdesk}, {"rounds", rounds}, {"twins", twins},
}

// Start puts every life on the stage.
func Start(s *stage.Stage) {
	for _, l := range All {
		l.Start(s)
	}
}

// each puts every PC that fits on the stage for a purpose.
func each(s *stage.Stage, purpose string, fits func(*stage.Machine) bool, do func(*stage.Scene)) {
	for _, m := range s.PCs {
		if fits(m) {
			do(s.Scene(m, purpose))
		}
	}
}

func anyPC(*stage.Machine) bool { return true }

// office is a PC that may reach the internet and belongs to the directory.
func office(m *stage.Machine) bool { return m.Zone == "internet" }

// online is a PC that reaches the internet at all.
func online(m *stage.Machine) bool { return m.Zone == "internet" || m.Zone == "school" }

// member is a PC that belongs to a directory.
func member(m *stage.Machine) bool { return m.Zone != "school" }

// minutes is a random time of at most n minutes.
func minutes(c *stage.Scene, n int) func() time.Duration {
	return func() time.Duration { return c.Part(time.Duration(n) * time.Minute) }
}

// every is a gap with a mean, as between what people do.
func every(c *stage.Scene, mean time.Duration) func() time.Duration {
	return func() time.Duration { return time.Second + c.Gap(mean) }
}

// steady is a gap with a jitter, as of a program.
func steady(c *stage.Scene, d time.Duration, jitter float64) func() time.Duration {
	return func() time.Duration { return c.Around(d, jitter) }
}
