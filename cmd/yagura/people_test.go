package main

import (
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"github.com/yagura-project/yagura/console"
	"github.com/yagura-project/yagura/console/notice"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/store"
)

// From another product's alert over the mail's link to the page of the isolated user: the whole way of a proposal.
func TestFromAnAlertToTheNotice(t *testing.T) {
	const mail = "sato@town.example.lg.jp"
	r := listening(t, t.TempDir(), func(c *config) {
		c.Console.Approvers = []console.Approver{{Mail: mail, User: "sato"}}
		c.Notify.Link = "https://yagura.example.lg.jp/"
		c.Notice.Listen = []string{"127.0.0.1:0"}
	})
	defer r.close()
	if err := r.state.PutUser(t.Context(), store.User{Name: "sato", Hash: "$argon2id$none", Role: string(console.Operator)}); err != nil {
		t.Fatal(err)
	}
	r.syslogTo(t, "tcp", ddiLine)
	var order event.Order
	eventually(t, "a proposal", func() bool {
		list, err := r.state.Orders(t.Context(), event.OrderFilter{Limit: 10})
		if err != nil || len(list) != 1 {
			return false
		}
		order = list[0]
		return order.State == event.OrderAwaitingApproval
	})
	link := r.answerLink(t.Context(), order.UID, mail)
	path, ok := strings.CutPrefix(link, "https://yagura.example.lg.jp/")
	if !ok || r.answerLink(t.Context(), order.UID, "other@town.example.lg.jp") != "" {
		t.Fatalf("link %q", link)
	}
	at := r.console.URL() + "/" + path
	if status, page := fetch(t, http.MethodGet, at, nil); status != http.StatusOK || !strings.Contains(page, "10.1.2.30") {
		t.Fatalf("%d\n%s", status, page)
	}
	if status, page := fetch(t, http.MethodPost, at, url.Values{"do": {"approve"}}); status != http.StatusOK || !strings.Contains(page, "受け付けました") {
		t.Fatalf("%d\n%s", status, page)
	}
	eventually(t, "its end as a rehearsal: no enforcer is configured", func() bool {
		o, err := r.state.Order(t.Context(), order.UID)
		return err == nil && o.Approved == "sato" && o.State == event.OrderObserved
	})
	order.State = event.OrderVerified // as where one is
	if err := r.state.PutOrder(t.Context(), order); err != nil {
		t.Fatal(err)
	}
	i, isolated := r.isolationAt(t.Context(), netip.MustParseAddr("10.1.2.30"))
	if !isolated || i.Number == "" || !strings.Contains(i.Why.JA, "Callback") {
		t.Errorf("isolated %v: %+v", isolated, i)
	}
	if _, isolated := r.isolationAt(t.Context(), netip.MustParseAddr("10.1.2.31")); isolated {
		t.Error("another machine counts as isolated")
	}
	if status, page := fetch(t, http.MethodGet, "http://"+r.notice.Addrs()[0].String()+"/", nil); status != http.StatusOK || !strings.Contains(page, "切り離されていません") {
		t.Errorf("the notice for this machine: %d\n%s", status, page)
	}
	audits, err := r.state.Audits(t.Context(), order.Time, 100)
	said := false
	for _, a := range audits {
		said = said || a.Who == "sato" && a.Action == "approve" && strings.Contains(a.Detail, "メールのリンクから")
	}
	if err != nil || !said {
		t.Errorf("the audit does not say that sato approved by mail: %+v %v", audits, err)
	}
}

func fetch(t *testing.T, method, at string, form url.Values) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, at, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(b)
}

// What is left open follows from where the notice listens.
func TestTheNoticeIsLeftOpen(t *testing.T) {
	list := noticeAllows(notice.Config{Listen: []string{"10.1.0.9:80", "[fd00::9]:80"}, DNS: []string{"10.1.0.9:53"}, Lead: true})
	if len(list) != 3 || list[0].Port != 80 || list[0].UDP || !list[0].Lead || !list[1].IP.Is6() || !list[2].UDP || list[2].Port != 53 {
		t.Errorf("%+v", list)
	}
}
