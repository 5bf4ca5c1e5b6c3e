package breach

import (
	"bytes"
	"context"
	"debug/pe"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/yagura-project/yagura/lab/hall"
)

// TestInertHasNothingToRun holds the sample to what its comment promises.
func TestInertHasNothingToRun(t *testing.T) {
	f, err := pe.NewFile(bytes.NewReader(inert()))
	if err != nil {
		t.Fatal(err)
	}
	if len(f.Sections) != 0 || f.OptionalHeader != nil {
		t.Errorf("the sample has %d sections and header %v, want none", len(f.Sections), f.OptionalHeader)
	}
}

func TestBreachIsPlayedAndCut(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("needs root: the breach is played in network namespaces")
	}
	defer goleak.VerifyNone(t)
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	h, err := hall.Build(ctx, hall.Options{Prefix: "yglb-"})
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	s, err := Open(ctx, h, Options{Beacon: 200 * time.Millisecond, Work: 200 * time.Millisecond, Lookups: 40})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Play(ctx, 0, func(step Step) { t.Log(step.Caption) }); err != nil {
		t.Fatal(err)
	}
	series := map[string]*Witness{}
	for _, host := range []hall.Host{hall.Soumu, hall.Zeimu} {
		for kind, begin := range map[string]func() (*Witness, error){
			"ping 4":     func() (*Witness, error) { return Ping(ctx, h, host, hall.Web.String()) },
			"ping 6":     func() (*Witness, error) { return Ping(ctx, h, host, hall.Web6.String()) },
			"download 4": func() (*Witness, error) { return Download(ctx, h, host, false) },
			"download 6": func() (*Witness, error) { return Download(ctx, h, host, true) },
		} {
			w, err := begin()
			if err != nil {
				t.Fatal(err)
			}
			defer w.Stop()
			series[fmt.Sprintf("%s %s", host, kind)] = w
		}
	}
	moving := func() map[string]bool { // which of the series bring anything within 2.5 s
		before := map[string]int{}
		for name, w := range series {
			before[name], _ = w.Count()
		}
		time.Sleep(2500 * time.Millisecond)
		moves := map[string]bool{}
		for name, w := range series {
			after, _ := w.Count()
			moves[name] = after > before[name]
		}
		return moves
	}
	for name, moves := range moving() {
		if !moves {
			t.Errorf("%s: nothing arrives", name)
		}
	}
	if answered, _ := s.Polls(); answered < 2 {
		t.Errorf("the beacon was answered %d times", answered)
	}
	// cut the PC at the switch by hand; what stood must fall and the neighbour must not notice
	if _, err := h.Exec(ctx, hall.Switch, "ip", "link", "set", "soumu", "down"); err != nil {
		t.Fatal(err)
	}
	time.Sleep(100 * time.Millisecond)
	for name, moves := range moving() {
		if want := strings.HasPrefix(name, string(hall.Zeimu)); moves != want {
			t.Errorf("%s: arrives %v, want %v", name, moves, want)
		}
	}
	if _, lost := series["pc-zeimu ping 4"].Count(); lost != 0 {
		t.Errorf("the other PC lost %d pings", lost)
	}
	if err := s.spread(ctx); !errors.Is(err, ErrCut) {
		t.Errorf("spread after the cut: %v, want %v", err, ErrCut)
	}
}
