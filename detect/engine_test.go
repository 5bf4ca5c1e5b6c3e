package detect_test

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

var (
	t0 = time.Date(2026, 4, 6, 0, 0, 0, 0, time.UTC)
	pc = netip.MustParseAddr("10.1.2.30")
)

type config struct {
	Least int `yaml:"least"`
}

func (c *config) Validate() error {
	if c.Least < 0 {
		return fmt.Errorf("least %d: write 0 or more", c.Least)
	}
	return nil
}

// each gives one finding for every flow; a flow to port 13 panics.
type each struct{ cfg config }

func (each) Advance(time.Time, detect.Emit) {}
func (each) Stats() detect.Stats            { return detect.Stats{Keys: 3} }
func (n each) Observe(e event.Event, emit detect.Emit) {
	c := e.Tuple()
	if c.Dst.Port == 13 {
		panic("unlucky")
	}
	f := event.Finding{Behaviour: "c2.test", Severity: event.Low, Device: event.Device{IP: c.Src.IP}, Subject: "s", Peers: []event.Endpoint{c.Dst}, Evidence: []event.Evidence{{Name: "x"}}}
	if c.Dst.Port >= 1000 {
		f.Severity = event.High
	}
	emit(f)
}

func text(s string) event.Text { return event.Text{JA: s + "です", EN: s} }

var detector = detect.Detector{
	Info: event.Advisory{ID: "each", Title: text("t"), Means: text("m"), Do: []event.Text{text("d")}, Sees: text("s"), Misses: text("m"),
		Techniques: []event.Technique{{UID: "T1"}}, Threat: event.SuspiciousBehaviour},
	Behaviours: []string{"c2.test"},
	Config:     func() any { return &config{Least: 1} },
	New:        func(c any, _ detect.Deps) detect.Instance { return each{*c.(*config)} },
}

func flow(after time.Duration, src netip.Addr, port uint16) event.Event {
	return &event.NetworkActivity{Header: event.Header{Time: t0.Add(after), Sensor: "test.pcap"}, Activity: event.FlowOpen,
		Conn: event.Conn{Proto: event.ProtoTCP, Src: event.Endpoint{IP: src}, Dst: event.Endpoint{IP: netip.MustParseAddr("198.51.100.9"), Port: port}}}
}

func engine(t *testing.T, cfg detect.Config) (*detect.Engine, *[]event.Finding) {
	t.Helper()
	var out []event.Finding
	e, err := detect.New(cfg, detect.Deps{}, []detect.Detector{detector}, func(f event.Finding) { out = append(out, f) })
	if err != nil {
		t.Fatal(err)
	}
	return e, &out
}

func TestRepeatsAreOneFinding(t *testing.T) {
	e, out := engine(t, detect.DefaultConfig())
	for i := range 150 {
		e.Observe(flow(time.Duration(i)*time.Second, pc, 80))
	}
	e.Observe(flow(200*time.Second, pc, 2000)) // more severe
	e.Observe(flow(201*time.Second, pc, 80))
	e.Close()
	var counts []int
	for _, f := range *out {
		counts = append(counts, f.Count)
		if f.UID != (*out)[0].UID || !f.Time.Equal(t0) || f.Sensor != "test.pcap" || f.Advisory.ID != "each" {
			t.Errorf("an update is not of the same finding: %+v", f.Header)
		}
	}
	if fmt.Sprint(counts) != "[1 10 100 151 152]" {
		t.Errorf("told at counts %v; want the first, each decade, when more severe, and the rest at the end", counts)
	}
	last := (*out)[len(*out)-1]
	if last.Severity != event.High || len(last.Evidence) != 32 || !last.Last.Equal(t0.Add(201*time.Second)) {
		t.Errorf("severity %d, %d pieces of evidence, last %s", last.Severity, len(last.Evidence), last.Last)
	}
}

func TestUIDsAreTheSameInEveryRun(t *testing.T) {
	run := func() (uids []string) {
		e, out := engine(t, detect.DefaultConfig())
		for i := range 20 {
			e.Observe(flow(time.Duration(i)*time.Second, netip.AddrFrom4([4]byte{10, 0, 0, byte(i)}), 80))
		}
		for _, f := range *out {
			uids = append(uids, f.UID)
		}
		return uids
	}
	if a, b := run(), run(); fmt.Sprint(a) != fmt.Sprint(b) || len(a) != 20 {
		t.Errorf("%v\n%v", a, b)
	}
}

func TestQuietForLongIsAnotherFinding(t *testing.T) {
	cfg := detect.DefaultConfig()
	cfg.FoldFor = time.Hour
	e, out := engine(t, cfg)
	e.Observe(flow(0, pc, 80))
	e.Observe(flow(2*time.Hour, pc, 80))
	if len(*out) != 2 || (*out)[0].UID == (*out)[1].UID {
		t.Errorf("%d findings", len(*out))
	}
}

// Whatever detector it comes from, a finding says how many others talk to the other side, and since when the machine does.
func TestWhatSpeaksAgainst(t *testing.T) {
	e, out := engine(t, detect.DefaultConfig())
	e.Observe(flow(0, pc, 80))
	if f := (*out)[0]; len(f.Counter) != 0 {
		t.Errorf("the first contact: %v", f.Counter)
	}
	for i := range 4 {
		e.Observe(flow(time.Hour, netip.AddrFrom4([4]byte{10, 1, 2, byte(40 + i)}), 80))
	}
	e.Observe(flow(49*time.Hour, pc, 80))
	got := map[string]string{}
	for _, r := range (*out)[len(*out)-1].Counter {
		got[r.Name] = r.Text.EN
	}
	if !strings.Contains(got["prevalence"], "4 other inside machines") || !strings.Contains(got["known_for"], "for 2 days") {
		t.Errorf("after two days: %v", got)
	}
}

func TestPanicLosesOneEvent(t *testing.T) {
	e, out := engine(t, detect.DefaultConfig())
	for i := range 99 {
		e.Observe(flow(time.Duration(i)*time.Second, pc, 13))
	}
	e.Observe(flow(99*time.Second, pc, 80))
	if st := e.Stats().Detectors["each"]; st.Panics != 99 || st.Off || len(*out) != 1 {
		t.Errorf("%+v, %d findings", st, len(*out))
	}
	e.Observe(flow(100*time.Second, pc, 13))
	e.Observe(flow(101*time.Second, netip.MustParseAddr("10.1.2.31"), 80))
	if st := e.Stats().Detectors["each"]; !st.Off || len(*out) != 1 {
		t.Errorf("after 100 panics it is switched off: %+v, %d findings", st, len(*out))
	}
}

func TestExceptions(t *testing.T) {
	base := detect.Exception{Detector: "each", Owner: "情報政策課", Reason: "点検", Expires: t0.Add(time.Hour)}
	for name, x := range map[string]struct {
		change func(*detect.Exception)
		want   int
	}{
		"any":           {func(*detect.Exception) {}, 1},
		"device":        {func(x *detect.Exception) { x.Device = "10.1.2.0/24" }, 1},
		"other device":  {func(x *detect.Exception) { x.Device = "10.1.3.1" }, 2},
		"peer":          {func(x *detect.Exception) { x.Peer = "198.51.100.9" }, 1},
		"other subject": {func(x *detect.Exception) { x.Subject = "z*" }, 2},
		"other class":   {func(x *detect.Exception) { x.Behaviour = "c2.http" }, 2},
	} {
		t.Run(name, func(t *testing.T) {
			cfg, ex := detect.DefaultConfig(), base
			x.change(&ex)
			cfg.Exceptions = []detect.Exception{ex}
			cfg.FoldFor = time.Minute
			e, out := engine(t, cfg)
			e.Observe(flow(0, pc, 80))
			e.Observe(flow(2*time.Hour, pc, 80)) // the exception has ended
			if len(*out) != x.want || int(e.Stats().Suppressed) != 2-x.want {
				t.Errorf("%d findings, %d suppressed", len(*out), e.Stats().Suppressed)
			}
		})
	}
}

func TestSettingsAreStrict(t *testing.T) {
	for want, change := range map[string]func(*detect.Config){
		"no detector is called \"nobody\"": func(c *detect.Config) { c.Disabled = []string{"nobody"} },
		"unknown field":                    func(c *detect.Config) { c.Detectors = map[string]map[string]any{"each": {"lest": 3}} },
		"write 0 or more":                  func(c *detect.Config) { c.Detectors = map[string]map[string]any{"each": {"least": -1}} },
		"fold_for":                         func(c *detect.Config) { c.FoldFor = 0 },
		"expires is needed": func(c *detect.Config) {
			c.Exceptions = []detect.Exception{{Device: "10.0.0.1", Owner: "a", Reason: "b"}}
		},
		"would accept everything": func(c *detect.Config) { c.Exceptions = []detect.Exception{{Owner: "a", Reason: "b", Expires: t0}} },
	} {
		cfg := detect.DefaultConfig()
		change(&cfg)
		_, err := detect.New(cfg, detect.Deps{}, []detect.Detector{detector}, func(event.Finding) {})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

func TestDescriptionsMustBeComplete(t *testing.T) {
	if err := detector.Validate(); err != nil {
		t.Fatal(err)
	}
	d := detector
	d.Info.Title.JA, d.Behaviours, d.Info.Do = "", []string{"C2"}, nil
	err := d.Validate()
	for _, want := range []string{"Title needs", "Do needs one to three", "behaviour C2"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

type byMAC struct{}

func (byMAC) Device(ip netip.Addr, _ time.Time) event.Device {
	return event.Device{UID: "ip:" + ip.String(), IP: ip}
}
func (byMAC) DeviceByMAC(m event.MAC, _ time.Time) event.Device {
	return event.Device{UID: "mac:" + m.String(), MAC: m, IP: pc, Hostname: "PC-30"}
}

// below gives findings about an Ethernet address, as ARP detectors do.
type below struct{ each }

func (below) Observe(e event.Event, emit detect.Emit) {
	emit(event.Finding{Behaviour: "c2.test", Severity: event.High, Device: event.Device{MAC: event.MAC{2, 0, 0, 0, 0, 1}}, Subject: "s"})
}

func TestFindingsBelowIPAreNamedToo(t *testing.T) {
	d := detector
	d.New = func(any, detect.Deps) detect.Instance { return below{} }
	var out []event.Finding
	e, err := detect.New(detect.DefaultConfig(), detect.Deps{Assets: byMAC{}}, []detect.Detector{d}, func(f event.Finding) { out = append(out, f) })
	if err != nil {
		t.Fatal(err)
	}
	e.Observe(flow(0, pc, 80))
	if len(out) != 1 || out[0].Device.Hostname != "PC-30" || out[0].Device.UID != "mac:02:00:00:00:00:01" {
		t.Errorf("%+v", out)
	}
}
