package console

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/mail"
	"strings"
	"sync"
	"time"

	"github.com/yagura-project/yagura/event"
)

// Approver is a person who may answer proposals by a link in mail, as the console's user that the link stands for.
type Approver struct {
	Mail string `yaml:"mail"` // sato@town.example.lg.jp; must be among the recipients of a mail channel
	User string `yaml:"user"` // of the console; must be an operator
}

func (a Approver) check() error {
	if m, err := mail.ParseAddress(a.Mail); err != nil || m.Address != a.Mail {
		return fmt.Errorf("mail: %q is no mail address: write it as sato@town.example.lg.jp", a.Mail)
	}
	if a.User == "" {
		return errors.New("user: is empty: name a user of the console")
	}
	return nil
}

// Settings keeps small values; Setting answers event.ErrNotFound. What PutSetting has returned from survives a crash.
type Settings interface {
	Setting(ctx context.Context, key string) (string, error)
	PutSetting(ctx context.Context, key, value string) error
}

// answers are the links by which approvers answer proposals. A link is bound to one order and one person, is good for
// one answer, and ends. Following it shows a page with buttons and does nothing: mail scanners follow every link.
type answers struct {
	mu    sync.Mutex // one answer at a time
	keyMu sync.Mutex
	key   []byte
}

// claim is what a link says, signed.
type claim struct {
	Order string `json:"o"`
	Mail  string `json:"m"`
	Ends  int64  `json:"e"` // seconds since 1970
}

// Keys of Settings.
const (
	settingKey  = "answer.key"
	settingUsed = "answer.used."
)

// answerPath is where links lead.
const answerPath = "/answer/"

// byMail is how the ledger says that an answer came by a link.
const byMail = "メールのリンクから"

// maxToken bounds what is looked at.
const maxToken = 1024

// AnswerPath is the path of a link for one person's answer to one order; "" where the person is no approver, or links
// cannot be made.
func (c *Console) AnswerPath(ctx context.Context, order, person string) string {
	if _, ok := c.approver(person); !ok || c.deps.Settings == nil || order == "" {
		return ""
	}
	key, err := c.answerKey(ctx)
	if err != nil {
		c.deps.Log.Error("no link for an answer can be made; people answer in the console", "error", err)
		return ""
	}
	body, err := json.Marshal(claim{order, strings.ToLower(person), c.now().Add(c.cfg.AnswerFor).Unix()})
	if err != nil {
		return ""
	}
	return answerPath + encode(body) + "." + encode(sign(key, body))
}

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func sign(key, body []byte) []byte {
	m := hmac.New(sha256.New, key)
	m.Write([]byte("yagura answer 1\x00"))
	m.Write(body)
	return m.Sum(nil)
}

func (c *Console) approver(person string) (Approver, bool) {
	for _, a := range c.cfg.Approvers {
		if strings.EqualFold(a.Mail, person) {
			return a, true
		}
	}
	return Approver{}, false
}

// answerKey is the secret of the links. It is made once and lives in the state, never in the configuration.
func (c *Console) answerKey(ctx context.Context) ([]byte, error) {
	c.answers.keyMu.Lock()
	defer c.answers.keyMu.Unlock()
	if c.answers.key != nil {
		return c.answers.key, nil
	}
	kept, err := c.deps.Settings.Setting(ctx, settingKey)
	if err == nil {
		if key, err := hex.DecodeString(kept); err == nil && len(key) == sha256.Size {
			c.answers.key = key
			return key, nil
		}
		return nil, fmt.Errorf("the setting %s is no key", settingKey)
	}
	if !errors.Is(err, event.ErrNotFound) {
		return nil, err
	}
	key := make([]byte, sha256.Size)
	rand.Read(key)
	if err := c.deps.Settings.PutSetting(ctx, settingKey, hex.EncodeToString(key)); err != nil {
		return nil, err
	}
	c.answers.key = key
	return key, nil
}

// read checks the signature and gives what a link says.
func (c *Console) readClaim(ctx context.Context, token string) (cl claim, ok bool) {
	if len(token) > maxToken || c.deps.Settings == nil {
		return cl, false
	}
	key, err := c.answerKey(ctx)
	if err != nil {
		return cl, false
	}
	b, s, found := strings.Cut(token, ".")
	body, err1 := base64.RawURLEncoding.DecodeString(b)
	mac, err2 := base64.RawURLEncoding.DecodeString(s)
	if !found || err1 != nil || err2 != nil || !hmac.Equal(mac, sign(key, body)) {
		return cl, false
	}
	return cl, json.Unmarshal(body, &cl) == nil
}

// usedKey is where it stands that a person has answered an order.
func (cl claim) usedKey() string {
	sum := sha256.Sum256([]byte(cl.Order + "\x00" + cl.Mail))
	return settingUsed + hex.EncodeToString(sum[:12])
}

// mountAnswers serves the links.
func (c *Console) mountAnswers(mux *http.ServeMux) {
	mux.HandleFunc("GET "+answerPath+"{token}", func(w http.ResponseWriter, r *http.Request) {
		q, stop := c.question(r)
		if stop != nil {
			c.answerPage(w, *stop)
			return
		}
		c.answerPage(w, q.page(http.StatusOK))
	})
	mux.HandleFunc("POST "+answerPath+"{token}", c.takeAnswer)
}

// question is an order that waits, and who is asked about it.
type question struct {
	claim     claim
	order     event.Order
	user      User
	phone     Contact
	rehearsal bool // no enforcer does anything: said on the page, or people believe that it is cut off
}

// question finds what a link asks; stop is the page that says why there is nothing to answer.
func (c *Console) question(r *http.Request) (q question, stop *answerView) {
	ctx := r.Context()
	no := func(status int, t event.Text) (question, *answerView) {
		title := wordsAnswer.cannot
		if status == http.StatusGone {
			title = wordsAnswer.over
		}
		return question{}, &answerView{Status: status, Title: title, Lines: []event.Text{t}, Contact: c.cfg.Contact}
	}
	cl, ok := c.readClaim(ctx, r.PathValue("token"))
	if !ok {
		return no(http.StatusNotFound, wordsAnswer.forged)
	}
	a, ok := c.approver(cl.Mail)
	if !ok {
		c.refusedAnswer(ctx, cl, cl.Mail, "承認者の一覧にない", r)
		return no(http.StatusForbidden, wordsAnswer.noRight)
	}
	u, err := c.deps.Users.User(ctx, a.User)
	if err != nil || u.Disabled || !u.Role.Includes(Operator) {
		c.refusedAnswer(ctx, cl, a.User, "利用者が無効か、操作の権限がない", r)
		return no(http.StatusForbidden, wordsAnswer.noRight)
	}
	o, err := c.deps.Ledger.Order(ctx, cl.Order)
	if err != nil {
		return no(http.StatusNotFound, wordsAnswer.forged)
	}
	if o.State != event.OrderAwaitingApproval && o.State != event.OrderProposed && o.State != event.OrderRehearsed {
		return no(http.StatusGone, answered(o))
	}
	if _, err := c.deps.Settings.Setting(ctx, cl.usedKey()); err == nil {
		return no(http.StatusGone, wordsAnswer.used)
	} else if !errors.Is(err, event.ErrNotFound) {
		return no(http.StatusServiceUnavailable, wordsAnswer.trouble)
	}
	if c.now().Unix() >= cl.Ends {
		return no(http.StatusGone, wordsAnswer.ended)
	}
	p, err := c.deps.Decider.Preview(ctx, Ask{Device: o.Target, Incident: o.Incident, Who: u.Name})
	return question{cl, o, u, c.cfg.Contact, err == nil && p.Rehearsal}, nil
}

// refusedAnswer writes down that somebody without the right followed a link.
func (c *Console) refusedAnswer(ctx context.Context, cl claim, who, why string, r *http.Request) {
	c.audit(ctx, event.Audit{Who: who, Action: "refused", Object: cl.Order, Detail: "メールのリンクでの回答：" + why + "（" + clientAddr(r.RemoteAddr).String() + " から）"})
}

// takeAnswer acts on a pressed button, once.
func (c *Console) takeAnswer(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		c.answerPage(w, answerView{Status: http.StatusBadRequest, Title: wordsAnswer.cannot, Lines: []event.Text{wordsAnswer.trouble}, Contact: c.cfg.Contact})
		return
	}
	c.answers.mu.Lock()
	defer c.answers.mu.Unlock()
	q, stop := c.question(r)
	if stop != nil {
		c.answerPage(w, *stop)
		return
	}
	why := strings.TrimSpace(r.PostForm.Get("why"))
	why = string([]rune(why)[:min(len([]rune(why)), 500)])
	do, done := c.deps.Decider.Approve, wordsAnswer.approved
	switch r.PostForm.Get("do") {
	case "approve":
	case "deny":
		do, done = c.deps.Decider.Deny, wordsAnswer.denied
	default:
		c.answerPage(w, q.page(http.StatusBadRequest))
		return
	}
	ctx := context.WithoutCancel(r.Context())
	if why == "" {
		why = byMail
	} else {
		why += "（" + byMail + "）"
	}
	after, err := do(ctx, q.order.UID, q.user.Name, why)
	switch {
	case err != nil:
		c.answerPage(w, c.failedAnswer(q, err))
		return
	case after.State == event.OrderExpired:
		c.answerPage(w, answerView{Status: http.StatusGone, Title: wordsAnswer.over, Lines: []event.Text{answered(after)}, Contact: c.cfg.Contact})
		return
	case after.State == event.OrderAwaitingApproval: // it needs two people
		done = wordsAnswer.half
	}
	if err := c.deps.Settings.PutSetting(ctx, q.claim.usedKey(), c.now().UTC().Format(time.RFC3339)); err != nil {
		c.deps.Log.Error("it could not be written down that a link was used; the order's state still refuses a second answer", "order", q.order.UID, "error", err)
	}
	lines := []event.Text{q.which(), wordsAnswer.shut}
	if q.rehearsal {
		lines = append(lines, wordsAnswer.rehearsal)
	}
	c.answerPage(w, answerView{Status: http.StatusOK, Title: done, Lines: lines, Contact: c.cfg.Contact, Good: true})
}

func (c *Console) failedAnswer(q question, err error) answerView {
	v := answerView{Status: http.StatusUnprocessableEntity, Title: wordsAnswer.cannot, Lines: []event.Text{wordsAnswer.trouble}, Contact: c.cfg.Contact}
	var refused Refused
	if errors.As(err, &refused) {
		v.Lines = []event.Text{refused.Text, q.which()}
		return v
	}
	c.deps.Log.Error("an answer by mail could not be carried out", "order", q.order.UID, "error", err)
	v.Status = http.StatusInternalServerError
	return v
}
