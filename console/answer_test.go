package console_test

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/yagura-project/yagura/console"
	"github.com/yagura-project/yagura/event"
)

const satoMail = "sato@town.example.lg.jp"

// asking is a town with one proposal that waits, an operator, a viewer, and approvers for both.
func asking(t *testing.T, more ...console.Approver) (h *house, order string) {
	t.Helper()
	h = open(t, func(c *console.Config) {
		c.Approvers = append([]console.Approver{{Mail: satoMail, User: "sato"}, {Mail: "look@town.example.lg.jp", User: "look"}}, more...)
		c.Contact = console.Contact{Name: "情報政策課", Phone: "内線 1234"}
	})
	for name, role := range map[string]console.Role{"sato": console.Operator, "look": console.Viewer} {
		if err := h.town.PutUser(t.Context(), console.User{Name: name, Role: role}); err != nil {
			t.Fatal(err)
		}
	}
	return h, h.town.Propose()
}

func (h *house) link(order, person string) string {
	p := h.c.AnswerPath(h.t.Context(), order, person)
	if p == "" {
		h.t.Fatalf("no link for %s", person)
	}
	return h.url + p
}

func (h *house) follow(link string) (int, string) {
	h.t.Helper()
	resp, err := h.client.Get(link)
	if err != nil {
		h.t.Fatal(err)
	}
	return whole(h.t, resp)
}

func (h *house) press(link, do string) (int, string) {
	h.t.Helper()
	resp, err := h.client.PostForm(link, url.Values{"do": {do}, "why": {"確認した"}})
	if err != nil {
		h.t.Fatal(err)
	}
	return whole(h.t, resp)
}

func whole(t *testing.T, resp *http.Response) (int, string) {
	t.Helper()
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(b)
}

func (h *house) state(order string) event.OrderState {
	o, err := h.town.Order(context.Background(), order)
	if err != nil {
		h.t.Fatal(err)
	}
	return o.State
}

// A scanner may follow a link as often as it likes, by GET and HEAD: nothing happens.
func TestFollowingALinkDoesNothing(t *testing.T) {
	h, order := asking(t)
	link := h.link(order, satoMail)
	for range 5 {
		status, page := h.follow(link)
		if status != http.StatusOK || !strings.Contains(page, "切り離してよいですか") || !strings.Contains(page, "内線 1234") || !strings.Contains(page, `method="post"`) {
			t.Fatalf("%d\n%s", status, page)
		}
		if nothing := strings.Index(page, "disabled hidden></button>"); nothing < 0 || nothing > strings.Index(page, `value="approve"`) {
			t.Error("Enter in the text field approves")
		}
		if strings.Contains(page, "<script") {
			t.Error("the page has a script")
		}
	}
	if resp, err := h.client.Head(link); err != nil || resp.StatusCode != http.StatusOK {
		t.Errorf("HEAD: %v %v", resp, err)
	}
	if s := h.state(order); s != event.OrderAwaitingApproval {
		t.Errorf("the order is %s", s)
	}
}

func TestAnswerOnce(t *testing.T) {
	h, order := asking(t)
	link := h.link(order, satoMail)
	if status, page := h.press(link, "approve"); status != http.StatusOK || !strings.Contains(page, "切り離しを受け付けました") {
		t.Fatalf("%d\n%s", status, page)
	}
	o, err := h.town.Order(t.Context(), order)
	if err != nil || o.Approved != "sato" {
		t.Errorf("approved by %q, %v", o.Approved, err)
	}
	if status, page := h.press(link, "deny"); status != http.StatusGone || !strings.Contains(page, "すでに") {
		t.Errorf("a second answer: %d\n%s", status, page)
	}
	h.town.Wait()
}

// Where an order needs two people it still waits after the first; the same link does not count twice.
func TestUsedLinkOfAnOrderThatStillWaits(t *testing.T) {
	h, order := asking(t)
	link := h.link(order, satoMail)
	if status, _ := h.press(link, "deny"); status != http.StatusOK {
		t.Fatal(status)
	}
	h.town.Reopen(order)
	if status, page := h.press(link, "approve"); status != http.StatusGone || !strings.Contains(page, "すでに回答") {
		t.Errorf("%d\n%s", status, page)
	}
	if s := h.state(order); s != event.OrderAwaitingApproval {
		t.Errorf("the order is %s", s)
	}
}

// Where nothing would be cut off, the page says so before and after the answer.
func TestRehearsalIsSaid(t *testing.T) {
	h, order := asking(t)
	link := h.link(order, satoMail)
	if _, page := h.follow(link); strings.Contains(page, "予行") {
		t.Error("a rehearsal where there is none")
	}
	h.town.Unarmed = true
	if _, page := h.follow(link); !strings.Contains(page, "実際には切り離しません") {
		t.Errorf("before:\n%s", page)
	}
	if _, page := h.press(link, "deny"); !strings.Contains(page, "実際には切り離しません") {
		t.Errorf("after:\n%s", page)
	}
}

func TestForgedLinks(t *testing.T) {
	h, order := asking(t)
	link := h.link(order, satoMail)
	other := h.link(h.town.Propose(), satoMail)
	at := strings.LastIndex(link, ".")
	letter := "A"
	if link[at+1] == 'A' {
		letter = "Q"
	}
	for name, bad := range map[string]string{
		"another order's signature": link[:at] + other[strings.LastIndex(other, "."):],
		"cut":                       link[:len(link)-4],
		"one letter":                link[:at+1] + letter + link[at+2:],
		"no signature":              link[:at],
		"nonsense":                  h.url + "/answer/hello",
		"long":                      h.url + "/answer/" + strings.Repeat("A", 5000),
	} {
		if status, page := h.press(bad, "approve"); status != http.StatusNotFound || !strings.Contains(page, "使えません") {
			t.Errorf("%s: %d", name, status)
		}
	}
	if s := h.state(order); s != event.OrderAwaitingApproval {
		t.Errorf("the order is %s", s)
	}
}

func TestWithoutTheRight(t *testing.T) {
	h, order := asking(t, console.Approver{Mail: "gone@town.example.lg.jp", User: "gone"})
	for _, person := range []string{"look@town.example.lg.jp", "gone@town.example.lg.jp"} {
		status, page := h.press(h.link(order, person), "approve")
		if status != http.StatusForbidden || !strings.Contains(page, "権限がありません") || !strings.Contains(page, "内線 1234") {
			t.Errorf("%s: %d\n%s", person, status, page)
		}
	}
	if p := h.c.AnswerPath(t.Context(), order, "stranger@town.example.lg.jp"); p != "" {
		t.Errorf("a stranger got %s", p)
	}
	list, err := h.town.Audits(t.Context(), time.Time{}, 50)
	n := 0
	for _, a := range list {
		if a.Action == "refused" && a.Object == order && strings.Contains(a.Detail, "メールのリンク") {
			n++
		}
	}
	if err != nil || n != 2 {
		t.Errorf("%d refusals in the audit, want 2: %v", n, err)
	}
	if s := h.state(order); s != event.OrderAwaitingApproval {
		t.Errorf("the order is %s", s)
	}
}

func TestLinkEnds(t *testing.T) {
	h, order := asking(t)
	h.c.SetClock(func() time.Time { return time.Now().Add(-13 * time.Hour) })
	link := h.link(order, satoMail)
	h.c.SetClock(time.Now)
	if status, page := h.press(link, "approve"); status != http.StatusGone || !strings.Contains(page, "期限") {
		t.Errorf("%d\n%s", status, page)
	}
}

// The key lives in the state: a link outlives a restart, and is worth nothing in another town.
func TestLinksAfterARestart(t *testing.T) {
	h, order := asking(t)
	link := h.link(order, satoMail)
	if key, err := h.town.Setting(t.Context(), "answer.key"); err != nil || len(key) != 64 {
		t.Fatalf("key of %d digits, %v", len(key), err)
	}
	h.c.ForgetKey()
	if status, _ := h.follow(link); status != http.StatusOK {
		t.Errorf("after a restart: %d", status)
	}
	other, _ := asking(t)
	if status, _ := other.follow(other.url + strings.TrimPrefix(link, h.url)); status != http.StatusNotFound {
		t.Errorf("a link of another town: %d", status)
	}
}

// A whole zone is named in words, and the first of two answers says that nothing is cut off yet.
func TestALinkForASegmentSaysThatTwoMustAnswer(t *testing.T) {
	h, _ := asking(t)
	order, err := h.town.Outbreak(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	l := h.link(order, satoMail)
	_, page := h.follow(l)
	for _, want := range []string{"この区画をまるごと", "LGWAN系（ゾーン）", "二人の承認が必要です"} {
		if !strings.Contains(page, want) {
			t.Errorf("%q is not on the page", want)
		}
	}
	if strings.Contains(page, "zone lgwan") {
		t.Error("the zone is named as the program names it")
	}
	if _, after := h.press(l, "approve"); !strings.Contains(after, "もう一人の承認を待っています") || h.state(order) != event.OrderAwaitingApproval {
		t.Errorf("%s: %s", h.state(order), after)
	}
}
