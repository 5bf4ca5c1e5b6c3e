package all_test

import (
	"fmt"
	"net/netip"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/detect/all"
	"github.com/yagura-project/yagura/detect/detecttest"
	"github.com/yagura-project/yagura/detect/sample"
	"github.com/yagura-project/yagura/event"
)

func home(ip netip.Addr) bool { return ip.Is4() && ip.As4()[0] == 10 }

// controllers are the domain controllers of the samples.
type controllers struct{}

func (controllers) Device(ip netip.Addr, _ time.Time) event.Device {
	d := event.Device{IP: ip}
	if s := ip.String(); s == "10.1.0.10" || s == "10.1.0.11" {
		d.Roles = []string{"dc"}
	}
	return d
}

func engine(t testing.TB, out func(event.Finding)) *detect.Engine {
	t.Helper()
	e, err := detect.New(detect.DefaultConfig(), detect.Deps{Home: home, Assets: controllers{}}, all.Detectors, out)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestListIsComplete(t *testing.T) {
	ids, classes := map[string]bool{}, map[string]string{}
	for _, d := range all.Detectors {
		if err := d.Validate(); err != nil {
			t.Error(err)
		}
		if ids[d.Info.ID] {
			t.Errorf("two detectors are called %s", d.Info.ID)
		}
		ids[d.Info.ID] = true
		for _, b := range d.Behaviours {
			if classes[b] != "" {
				t.Errorf("%s is given by %s and %s", b, classes[b], d.Info.ID)
			}
			classes[b] = d.Info.ID
		}
	}
}

// What is benign to one detector must not be an alarm to another: all detectors see all benign samples.
func TestBenignSamplesTogether(t *testing.T) {
	files, err := filepath.Glob("../*/testdata/benign-*.jsonl")
	if err != nil || len(files) < len(all.Detectors) {
		t.Fatalf("%d benign samples for %d detectors: %v", len(files), len(all.Detectors), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(filepath.Dir(filepath.Dir(file)))+"/"+filepath.Base(file), ".jsonl"), func(t *testing.T) {
			e := engine(t, func(f event.Finding) {
				if f.Severity >= event.High {
					t.Errorf("%s %s: %s", f.Advisory.ID, f.Behaviour, f.Summary.EN)
				}
			})
			for _, ev := range detecttest.Load(t, file).Events {
				e.Observe(ev)
			}
			e.Close()
		})
	}
}

// traffic makes the events of n flows as an office has them: web, TLS, DNS and file service, from many machines.
func traffic(n, machines int) (out []event.Event) {
	s := detecttest.NewScript(1)
	for i := range n {
		src := fmt.Sprintf("10.%d.%d.%d", 1+i%machines>>16&63, i%machines>>8&255, i%machines&255)
		s.Wait(time.Millisecond)
		switch i % 4 {
		case 0:
			s.DNS(src, "10.250.0.53", fmt.Sprintf("www%d.example%d.com", i%50, i%500), "A", "NOERROR")
		case 1:
			s.HTTP(src, fmt.Sprintf("198.51.%d.%d", i%90, i%250), event.HTTPActivity{Host: fmt.Sprintf("www.example%d.com", i%500), URI: fmt.Sprintf("/page/%d.html", i), UserAgent: "Mozilla/5.0 (Windows NT 10.0)", ResponseLen: 9000, ResponseType: "text/html"})
		case 2:
			s.Flow(s.Conn(src, fmt.Sprintf("203.0.%d.%d", i%90, i%250), 443, event.ProtoTCP), detecttest.Flow{App: "tls", Orig: 2000, Resp: 9000, Took: time.Second, TLS: &event.TLS{SNI: fmt.Sprintf("cdn%d.example.net", i%300)}})
		case 3:
			c := s.TCP(src, fmt.Sprintf("10.250.1.%d", i%20), 445, "smb", 900, 9000)
			s.SMB(c, event.SMBActivity{Command: "read", Share: `\\srv\share`, Path: "a.xlsx", Bytes: 4096})
		}
	}
	return s.Sample("traffic", "", nil).Events
}

// A million made-up sources leave all detectors together below half a gigabyte.
func TestMillionSources(t *testing.T) {
	if testing.Short() {
		t.Skip("a million sources take several seconds; run without -short")
	}
	flows := 1_000_000
	if raceEnabled {
		flows = 100_000
	}
	e := engine(t, func(event.Finding) {})
	templates := traffic(4000, 4000)
	start := templates[0].Head().Time
	for i := range flows {
		ev := detecttest.FromSource(templates[i%len(templates)], i, start.Add(time.Duration(i)*time.Millisecond))
		e.Observe(ev)
	}
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	st := e.Stats()
	t.Logf("heap %d MB, gates %+v", m.HeapAlloc>>20, st.Gates)
	if m.HeapAlloc > 512<<20 {
		t.Errorf("heap %d MB after %d sources", m.HeapAlloc>>20, flows)
	}
	for id, d := range st.Detectors {
		if d.Keys > detecttest.MaxKeys || d.Panics > 0 {
			t.Errorf("%s: %+v", id, d)
		}
	}
	runtime.KeepAlive(e)
}

// cpu is the processor time of this process so far, the garbage collector's included.
func cpu() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkFlows tells how many flows a second one core judges with every detector.
func BenchmarkFlows(b *testing.B) {
	const n = 100_000
	events := traffic(n, 1300)
	flows := 0
	for _, e := range events {
		if a, ok := e.(*event.NetworkActivity); ok && a.Activity == event.FlowOpen {
			flows++
		}
	}
	before := cpu()
	for b.Loop() {
		e := engine(b, func(event.Finding) {})
		for _, ev := range events {
			e.Observe(ev)
		}
		e.Close()
	}
	used := (cpu() - before).Seconds() // of the process, so that a busy machine does not falsify it
	b.ReportMetric(float64(flows*b.N)/used, "flows/cpu-s")
	b.ReportMetric(float64(len(events)*b.N)/used, "events/cpu-s")
}

// Every behaviour that a detector claims is shown by one of its attack samples.
func TestBehavioursAreShown(t *testing.T) {
	for _, d := range all.Detectors {
		files, _ := filepath.Glob("../" + d.Info.ID + "/testdata/attack-*.jsonl")
		var shown []string
		for _, f := range files {
			for _, x := range detecttest.Load(t, f).Expect {
				shown = append(shown, x.Behaviour)
			}
		}
		for _, b := range d.Behaviours {
			if !slices.Contains(shown, b) {
				t.Errorf("%s: no sample shows %s", d.Info.ID, b)
			}
		}
	}
}

// The self-test of a running Yagura fires each detector with what its own tests show it.
func TestSamplesAreCarried(t *testing.T) {
	for _, d := range all.Detectors {
		if d.Samples == nil {
			t.Errorf("%s carries no samples: add Samples: samples, with a samples.go that embeds testdata/attack-*.jsonl", d.Info.ID)
			continue
		}
		if list, err := sample.Attacks(d.Samples); err != nil || len(list) == 0 {
			t.Errorf("%s: %d attack samples, %v", d.Info.ID, len(list), err)
		}
	}
}
