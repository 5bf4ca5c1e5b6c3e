package notify_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/notify"
	"github.com/yagura-project/yagura/notify/notifytest"
)

// sender is a channel in memory.
type sender struct {
	mu   sync.Mutex
	got  []notify.Message
	fail error
	hang bool
}

func (s *sender) Name() string { return "memory" }
func (s *sender) Close() error { return nil }
func (s *sender) Send(ctx context.Context, m notify.Message) error {
	s.mu.Lock()
	fail, hang := s.fail, s.hang
	s.mu.Unlock()
	if hang {
		<-ctx.Done()
		return ctx.Err()
	}
	if fail != nil {
		return fail
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.got = append(s.got, m)
	return nil
}

func (s *sender) subjects() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []string
	for _, m := range s.got {
		out = append(out, m.Subject)
	}
	return out
}

// bench is a Desk with its channels, outbox and clock.
type bench struct {
	*notify.Desk
	t       *testing.T
	clock   time.Time
	cfg     notify.Config
	outbox  *notifytest.Outbox
	senders map[string]*sender
}

func newBench(t *testing.T, uses ...notify.Use) *bench {
	b := &bench{t: t, clock: time.Date(2026, 11, 20, 10, 0, 0, 0, notify.JST), cfg: notify.DefaultConfig(),
		outbox: notifytest.NewOutbox(), senders: map[string]*sender{}}
	b.cfg.Channels, b.cfg.Link = uses, "https://yagura.example.lg.jp"
	b.restart()
	return b
}

// restart is a new Desk that knows nothing but the outbox.
func (b *bench) restart() {
	b.t.Helper()
	senders := map[string]notify.Sender{}
	for _, u := range b.cfg.Channels {
		if b.senders[u.Name] == nil {
			b.senders[u.Name] = &sender{}
		}
		senders[u.Name] = b.senders[u.Name]
	}
	d, err := notify.New(b.cfg, notify.DeskDeps{Log: slog.New(slog.DiscardHandler), Outbox: b.outbox, Senders: senders,
		Now: func() time.Time { return b.clock },
		Contacts: func(time.Time) []notify.Contact {
			return []notify.Contact{{Name: "情報政策課", Phone: "内線1234"}}
		}})
	if err != nil {
		b.t.Fatal(err)
	}
	b.Desk = d
}

func (b *bench) tell(inc event.Incident, o *event.Order) {
	b.t.Helper()
	if err := b.Tell(context.Background(), inc, o); err != nil {
		b.t.Error(err)
	}
}

func (b *bench) deliver() {
	b.t.Helper()
	if err := b.Deliver(context.Background()); err != nil {
		b.t.Error(err)
	}
}

func casefile(n, severity int) event.Incident {
	return event.Incident{
		Header: event.Header{UID: fmt.Sprintf("case-%d", n)}, Number: fmt.Sprintf("2026-1120-%02d", n), HostSeverity: severity, State: event.IncidentNew,
		Title: event.Text{JA: "外部の不審なサーバーと通信", EN: "talks to a suspicious server"},
		Story: event.Text{JA: "この端末は、知られていない外部のサーバーと規則正しく通信しています。", EN: "It talks to an unknown server like clockwork."},
		Device: event.Device{UID: fmt.Sprint(n), IP: netip.AddrFrom4([4]byte{10, 1, 2, byte(n)}), Hostname: fmt.Sprintf("PC-%d", n), User: "sato",
			Department: "総務課", Place: "本庁2階", Zone: "internet"},
		Findings: []event.Finding{{Header: event.Header{Time: time.Date(2026, 11, 20, 0, 58, 0, 0, time.UTC)}, Count: 37, Severity: event.High,
			Advisory: event.Advisory{Do: []event.Text{{JA: "この端末でメールを開かないでください。", EN: "Do not open mail on it."}}},
			Summary:  event.Text{JA: "60秒ごとに37回、203.0.113.66 と通信", EN: "37 polls of 203.0.113.66, every 60 s"}}},
	}
}

func order(n int, state event.OrderState) *event.Order {
	return &event.Order{Header: event.Header{UID: fmt.Sprintf("iso-%d", n)}, Incident: fmt.Sprintf("case-%d", n), State: state,
		Expires: time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)}
}

func TestTheStepsOfOneCase(t *testing.T) {
	b := newBench(t, notify.Use{Name: "it"})
	inc := casefile(1, 8)
	for range 50 { // the same thing again and again
		b.tell(inc, nil)
	}
	inc.HostSeverity = 9
	b.tell(inc, nil)
	b.tell(inc, order(1, event.OrderApplying)) // not worth a message
	for range 3 {
		b.tell(inc, order(1, event.OrderVerified))
	}
	b.tell(inc, order(1, event.OrderReleased))
	b.clock = b.clock.Add(time.Second)
	b.deliver()
	got := b.senders["it"].subjects()
	want := []string{"（危険度8）", "（危険度9）", "通信が止まったことを確かめました", "切り離しを解除しました"}
	if len(got) != len(want) {
		t.Fatalf("%d messages: %q", len(got), got)
	}
	for i := range want {
		if !strings.Contains(got[i], want[i]) || !strings.Contains(got[i], "PC-1") {
			t.Errorf("message %d: %q", i, got[i])
		}
	}
	if s := b.Stats(); s.Sent != 4 || s.Folded != s.Told-4 {
		t.Errorf("%+v", s)
	}
}

func TestTheFirstMessageTellsTheIsolationToo(t *testing.T) {
	b := newBench(t, notify.Use{Name: "it"})
	inc := casefile(1, 9)
	b.tell(inc, order(1, event.OrderAwaitingApproval))
	b.tell(inc, nil)
	b.deliver()
	if got := b.senders["it"].got; len(got) != 1 || !strings.Contains(got[0].Text, "承認を待っています") || !strings.Contains(got[0].Subject, "不審なサーバー") {
		t.Errorf("%+v", got)
	}
}

// ROWS D15: ten thousand events of a scan, at least 95 % folded.
func TestAStormIsFolded(t *testing.T) {
	b := newBench(t, notify.Use{Name: "it"}, notify.Use{Name: "soc", Severity: 6})
	for n := range 10_000 {
		b.tell(casefile(n%300, 8), nil)
		b.clock = b.clock.Add(50 * time.Millisecond) // 8 minutes in all
		if n%100 == 0 {
			b.deliver()
		}
	}
	b.clock = b.clock.Add(time.Hour)
	b.deliver()
	b.deliver()
	for name, s := range b.senders {
		if len(s.got) > 10 {
			t.Errorf("%s got %d messages for 10,000 events", name, len(s.got))
		}
		last := s.got[len(s.got)-1]
		if last.Kind != notify.KindDigest || !strings.Contains(last.Subject, "295件") || !strings.Contains(last.Text, "ほか 245 件") {
			t.Errorf("%s: the digest says %q", name, last.Subject)
		}
	}
	st := b.Stats()
	if folded := 1 - float64(st.Sent)/float64(st.Told); folded < 0.95 {
		t.Errorf("%.2f %% folded", 100*folded)
	}
	if b.outbox.Puts > 500 {
		t.Errorf("the outbox was written %d times", b.outbox.Puts)
	}
}

func TestQuietHours(t *testing.T) {
	b := newBench(t, notify.Use{Name: "it", Quiet: notify.Quiet{From: "22:00", To: "07:00"}})
	b.clock = time.Date(2026, 11, 20, 23, 30, 0, 0, notify.JST)
	b.tell(casefile(1, 8), nil)
	b.tell(casefile(2, 8), nil)
	b.tell(casefile(3, 9), nil) // breaks the quiet
	b.deliver()
	if got := b.senders["it"].subjects(); len(got) != 1 || !strings.Contains(got[0], "PC-3") {
		t.Fatalf("in the night: %q", got)
	}
	b.restart() // what waits is not lost
	if err := b.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	if err := b.Stop(context.Background()); err != nil {
		t.Fatal(err)
	}
	b.clock = time.Date(2026, 11, 21, 7, 0, 0, 0, notify.JST)
	b.restart()
	b.deliver()
	got := b.senders["it"].got
	if len(got) != 2 || !strings.Contains(got[1].Text, "PC-1") || !strings.Contains(got[1].Text, "PC-2") || strings.Contains(got[1].Text, "PC-3") {
		t.Errorf("in the morning: %+v", got)
	}
}

func TestBelowTheThresholdComesOnceADay(t *testing.T) {
	b := newBench(t, notify.Use{Name: "it", Digest: "08:45"}, notify.Use{Name: "soc", Severity: 5}, notify.Use{Name: "chief", Severity: 10})
	b.tell(casefile(1, 6), nil)
	b.deliver()
	if len(b.senders["it"].got) != 0 || len(b.senders["soc"].got) != 1 {
		t.Error("the thresholds are not held")
	}
	b.clock = time.Date(2026, 11, 21, 8, 45, 0, 0, notify.JST)
	b.deliver()
	if got := b.senders["it"].got; len(got) != 1 || got[0].Kind != notify.KindDigest || !strings.Contains(got[0].Text, "危険度6　PC-1") {
		t.Errorf("%+v", got)
	}
	if len(b.senders["chief"].got) != 0 {
		t.Error("whoever wants only the worst got the rest")
	}
}

func TestNothingIsLostAndLittleRepeated(t *testing.T) {
	b := newBench(t, notify.Use{Name: "it"})
	b.tell(casefile(1, 9), nil)
	b.restart() // killed before anything was sent
	b.deliver()
	if len(b.senders["it"].got) != 1 {
		t.Fatal("lost")
	}
	b.tell(casefile(1, 9), nil) // the incident room tells it again after its own restart
	b.deliver()
	if len(b.senders["it"].got) != 1 {
		t.Error("told twice")
	}
	// Killed between the delivery and its mark: sent again, with the same UID.
	b.tell(casefile(2, 9), nil)
	b.outbox.Before = func(l notify.Letter) {
		if l.State == notify.LetterSent {
			panic("killed")
		}
	}
	func() {
		defer func() { _ = recover() }()
		for _, l := range mustDue(t, b) {
			_ = b.senders["it"].Send(context.Background(), l.Message)
			l.State = notify.LetterSent
			_ = b.outbox.PutLetter(context.Background(), l)
		}
	}()
	b.outbox.Before = nil
	b.restart()
	b.deliver()
	got := b.senders["it"].got
	if len(got) != 3 || got[1].UID != got[2].UID {
		t.Errorf("%d messages", len(got))
	}
}

func mustDue(t *testing.T, b *bench) []notify.Letter {
	t.Helper()
	due, err := b.outbox.DueLetters(context.Background(), b.clock, 10)
	if err != nil || len(due) != 1 {
		t.Fatal(err, len(due))
	}
	return due
}

func TestADeadChannelIsTriedAgainAndDelaysNobody(t *testing.T) {
	b := newBench(t, notify.Use{Name: "it"}, notify.Use{Name: "chat"})
	b.cfg.SendWait = time.Second
	b.restart()
	b.senders["chat"].fail = errors.New("connection refused")
	b.tell(casefile(1, 9), nil)
	b.deliver()
	if len(b.senders["it"].got) != 1 {
		t.Fatal("a dead channel kept a message from another")
	}
	b.deliver()
	if b.Stats().Retries != 1 {
		t.Error("tried again at once")
	}
	for range 4 {
		b.clock = b.clock.Add(time.Hour)
		b.deliver()
	}
	if n := b.Stats().Retries; n != 5 {
		t.Errorf("%d retries", n)
	}
	b.senders["chat"].fail = nil
	b.clock = b.clock.Add(time.Hour)
	b.deliver()
	if len(b.senders["chat"].got) != 1 {
		t.Error("not sent when it came back")
	}

	b.senders["chat"].fail = fmt.Errorf("410 gone: %w", notify.ErrPermanent)
	b.tell(casefile(2, 9), nil)
	b.deliver()
	b.senders["chat"].fail = errors.New("connection refused")
	b.tell(casefile(3, 9), nil)
	b.deliver()
	b.clock = b.clock.Add(25 * time.Hour)
	b.deliver()
	if n := b.Stats().Failed; n != 2 {
		t.Errorf("%d given up, want the permanent and the day-old one", n)
	}
}

func TestAHangingChannelIsBounded(t *testing.T) {
	b := newBench(t, notify.Use{Name: "it"}, notify.Use{Name: "chat"})
	b.cfg.SendWait = time.Second
	b.restart()
	b.senders["chat"].hang = true
	b.tell(casefile(1, 9), nil)
	b.deliver() // returns although one channel hangs
	if len(b.senders["it"].got) != 1 || b.Stats().Retries != 1 {
		t.Errorf("%+v", b.Stats())
	}
}

func TestAFullOutboxIsSaid(t *testing.T) {
	b := newBench(t, notify.Use{Name: "it"})
	b.outbox.Fail = errors.New("the disk is full")
	if err := b.Tell(context.Background(), casefile(1, 9), nil); err == nil {
		t.Error("a notice that could not be kept was taken")
	}
	b.outbox.Fail = nil
	b.tell(casefile(1, 9), nil)
	b.deliver()
	if len(b.senders["it"].got) != 1 {
		t.Error("it counts as told although it was not kept")
	}
}

func TestTestMessage(t *testing.T) {
	b := newBench(t, notify.Use{Name: "it"})
	if err := b.Test(context.Background(), "it"); err != nil || b.senders["it"].got[0].Kind != notify.KindTest {
		t.Error(err)
	}
	if err := b.Test(context.Background(), "nobody"); err == nil {
		t.Error("a channel that is not there was tested")
	}
}
