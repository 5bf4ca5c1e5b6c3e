package store

import (
	"context"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/yagura-project/yagura/event"
)

// children are what this test program does when it runs itself again as another process.
var children = map[string]func(dir string) error{"write": writeForever, "hold": holdForever, "append": appendForever}

func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "hunt-worker" {
		os.Exit(HuntMain(os.Stdin, os.Stdout))
	}
	if name := os.Getenv("YAGURA_STORE_CHILD"); name != "" {
		if err := children[name](os.Getenv("YAGURA_STORE_DIR")); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// day is the day on which the tests' world happens.
var day = time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC)

func at(d time.Duration) time.Time { return day.Add(d) }

func testConfig(dir string) Config {
	c := DefaultConfig()
	c.Dir, c.Tenant = dir, "kitakata"
	return c
}

func openTest(t testing.TB, dir string) *State {
	t.Helper()
	s, err := Open(t.Context(), testConfig(dir))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func device(n int) event.Device {
	return event.Device{
		UID: fmt.Sprintf("mac:02:00:00:00:00:%02x", n), IP: netip.AddrFrom4([4]byte{10, 1, 0, byte(n)}),
		MAC: event.MAC{2, 0, 0, 0, 0, byte(n)}, Hostname: fmt.Sprintf("PC-%03d", n), User: "tanaka",
		Department: "税務課", Place: "本庁舎2階", Zone: "lgwan", LastSeen: at(time.Duration(n) * time.Minute),
	}
}

func incident(n int) event.Incident {
	return event.Incident{
		Header: event.Header{UID: fmt.Sprintf("i%03d", n), Time: at(time.Duration(n) * time.Hour), Tenant: "kitakata"},
		Number: fmt.Sprintf("2026-1102-%02d", n), Device: device(n % 3), HostSeverity: n%10 + 1, State: event.IncidentNew,
		Title:    event.Text{JA: "外部への不審な通信", EN: "Suspicious traffic to the outside"},
		Findings: []event.Finding{{Header: event.Header{UID: "f"}, Behaviour: "c2.http", Severity: event.High, Count: 1}},
	}
}

// writeForever appends to the ledger and keeps cases until it is killed, and says what was acknowledged.
func writeForever(dir string) error {
	ctx := context.Background()
	s, err := Open(ctx, testConfig(dir))
	if err != nil {
		return err
	}
	for n := 1; ; n++ {
		i := incident(n)
		i.UID = fmt.Sprintf("i%d", n)
		if err := s.PutIncident(ctx, i); err != nil {
			return err
		}
		if err := s.AppendAudit(ctx, event.Audit{Who: "policy", Action: "isolate", Object: i.UID}); err != nil {
			return err
		}
		fmt.Println(n)
	}
}

// holdForever opens the directory and waits until its input ends.
func holdForever(dir string) error {
	s, err := Open(context.Background(), testConfig(dir))
	if err != nil {
		return err
	}
	fmt.Println("open")
	_, _ = os.Stdin.Read(make([]byte, 1))
	return s.Close()
}

func stateFiles(t *testing.T, dir string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "state", "*"))
	must(t, err)
	return files
}
