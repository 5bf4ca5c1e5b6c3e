package main

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/store"
)

type verifyCmd struct {
	Proof  string `arg:"" help:"Proof that yagura report --kind separation wrote (.proof.json)." type:"existingfile"`
	Key    string `help:"Public key that must have signed it, as an earlier certificate shows it (base64)." placeholder:"KEY"`
	Ledger bool   `help:"Also hold it against the ledger that is kept on this machine, and verify its whole chain."`
	keptData
	Lang string `help:"Language." enum:"ja,en" default:"ja"`
}

// Help is printed by yagura verify --help.
func (verifyCmd) Help() string {
	return `分離の証明書が作られたときのままかを確かめます。記録の指紋、日ごとの鎖、台帳の行、隣に置いた HTML と PDF、署名を調べます。
署名が誰のものかは、信頼できる道で受け取った公開鍵を --key に渡して確かめてください。

Examples:
  yagura verify yagura-separation-2026-11-21_2026-11-21-ja.proof.json
  yagura verify --key MCowBQ… certificate.proof.json
  yagura verify --ledger --data /var/lib/yagura certificate.proof.json

Exit codes: 0 it holds, 1 it does not, 2 wrong usage.`
}

var errNotProven = errors.New("the certificate does not hold")

// Run checks a proof and says what holds and what does not.
func (c verifyCmd) Run(ctx context.Context, std streams) error {
	b, err := os.ReadFile(c.Proof)
	if err != nil {
		return err
	}
	var x proof
	if err := json.Unmarshal(b, &x); err != nil || x.Format != proofFormat {
		return failure{exitFailed, fmt.Errorf("%s: no certificate of separation (%s)", c.Proof, proofFormat)}
	}
	checks := append(x.checkDays(), x.checkLines()...)
	checks = append(checks, x.checkPages(strings.TrimSuffix(c.Proof, ".proof.json"))...)
	checks = append(checks, x.checkSignature(c.Key)...)
	if c.Ledger {
		more, err := c.checkLedger(ctx, &x)
		if err != nil {
			return err
		}
		checks = append(checks, more...)
	}
	bad := 0
	for _, k := range checks {
		mark := "○"
		if !k.ok {
			mark = "×"
			bad++
		}
		fmt.Fprintf(std.out, "%s %s\n", mark, k.text.In(c.Lang))
	}
	if bad > 0 {
		return failure{exitFailed, errNotProven}
	}
	return nil
}

// check is one thing that was looked at.
type check struct {
	ok   bool
	text event.Text
}

func said(ok bool, ja, en string, args ...any) check {
	return check{ok, event.Text{JA: fmt.Sprintf(ja, args...), EN: fmt.Sprintf(en, args...)}}
}

// checkDays: each record fits its fingerprint, and names that of the day before.
func (x *proof) checkDays() (out []check) {
	sealed, broken, torn := 0, []string{}, []string{}
	for i, d := range x.Days {
		if d.Digest == "" {
			continue
		}
		sealed++
		if d.Digest != d.Sum() {
			broken = append(broken, d.Day)
		}
		if i > 0 && next(x.Days[i-1].Day) == d.Day && d.Previous != "" && d.Previous != x.Days[i-1].Digest {
			torn = append(torn, d.Day)
		}
	}
	out = append(out, said(len(broken) == 0, "封をした記録 %d 日分の指紋(合わない日：%s)", "fingerprints of %d sealed days (not fitting: %s)", sealed, none(broken)),
		said(len(torn) == 0, "日ごとの鎖(切れている日：%s)", "the chain of days (torn at: %s)", none(torn)))
	if len(x.Missing) > 0 {
		out = append(out, said(true, "注意：記録のない日があります(%s)", "note: there is no record of %s", strings.Join(x.Missing, ", ")))
	}
	if sealed < len(x.Days) {
		out = append(out, said(true, "注意：まだ終わっていない日は封をされていません", "note: a day that is not over is not sealed"))
	}
	return out
}

func none(list []string) string {
	if len(list) == 0 {
		return "-"
	}
	return strings.Join(list, ", ")
}

// next is the day behind one.
func next(day string) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return ""
	}
	return t.AddDate(0, 0, 1).Format(time.DateOnly)
}

// checkLines: each sealed day has its line of the ledger, and the line its hash.
func (x *proof) checkLines() []check {
	lines := map[int64]event.Audit{}
	for _, a := range x.Lines {
		lines[a.Seq] = a
	}
	var broken []string
	for _, d := range x.Days {
		if d.Digest == "" {
			continue
		}
		a, ok := lines[d.Line]
		if !ok || a.Hash != d.Chain || a.Hash != store.LineHash(a) || a.Action != "certificate" || a.Object != d.Day || a.Detail != "sha256:"+d.Digest {
			broken = append(broken, d.Day)
		}
	}
	return []check{said(len(broken) == 0, "台帳の行 %d 件(合わない日：%s)", "%d lines of the ledger (not fitting: %s)", len(x.Lines), none(broken))}
}

// checkPages holds the pages beside the proof against it, where they are there.
func (x *proof) checkPages(base string) (out []check) {
	for _, page := range []struct{ ext, want string }{{".html", x.HTML}, {".pdf", x.PDF}} {
		b, err := os.ReadFile(base + page.ext)
		if err != nil {
			out = append(out, said(true, "%s：隣にないので調べていません", "%s: not beside it, not looked at", page.ext))
			continue
		}
		out = append(out, said(sha(b) == page.want, "%s は作られたときのまま", "%s is as it was made", page.ext))
	}
	return out
}

func (x *proof) checkSignature(want string) []check {
	if len(x.Signature) == 0 {
		return []check{said(want == "", "署名はありません", "it is not signed")}
	}
	b, err := x.signed()
	good := err == nil && len(x.Key) == ed25519.PublicKeySize && ed25519.Verify(x.Key, b, x.Signature)
	key := base64.StdEncoding.EncodeToString(x.Key)
	out := []check{said(good, "署名(公開鍵 %s)", "the signature (public key %s)", key)}
	if want != "" {
		given, err := base64.StdEncoding.DecodeString(want)
		out = append(out, said(err == nil && bytes.Equal(given, x.Key), "署名した鍵は、渡された鍵と同じ", "the key that signed is the one that was given"))
	}
	return out
}

// checkLedger holds the lines against the ledger on this machine, and that against itself.
func (c verifyCmd) checkLedger(ctx context.Context, x *proof) ([]check, error) {
	state, err := c.open(ctx)
	if err != nil {
		return nil, err
	}
	defer state.Close()
	missing := 0
	for _, a := range x.Lines {
		if kept, err := state.AuditLine(ctx, a.Seq); err != nil || kept.Hash != a.Hash {
			missing++
		}
	}
	whole := state.VerifyAudit(ctx)
	out := []check{said(missing == 0, "この機械の台帳にも同じ行がある(違う行：%d)", "the ledger here has the same lines (other: %d)", missing)}
	if whole != nil && !errors.Is(whole, store.ErrLedger) {
		return nil, whole
	}
	text := "-"
	if whole != nil {
		text = whole.Error()
	}
	return append(out, said(whole == nil, "台帳全体の鎖(%s)", "the chain of the whole ledger (%s)", text)), nil
}
