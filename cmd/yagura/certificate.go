package main

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/report"
	"github.com/yagura-project/yagura/store"
)

// proofFormat names what a proof is, for whoever reads it in ten years.
const proofFormat = "yagura-separation-1"

// proof is the certificate of separation for machines: the records of the days, the lines of the ledger that hold their
// fingerprints, the fingerprints of the pages, and, where there is a key, a signature over all of it.
type proof struct {
	Format    string                `json:"format"`
	Town      string                `json:"town"`
	From      time.Time             `json:"from"`
	Until     time.Time             `json:"until"`
	Made      time.Time             `json:"made"`
	Days      []event.SeparationDay `json:"days"`              // oldest first; the running day has no digest
	Missing   []string              `json:"missing,omitempty"` // days without a record
	Lines     []event.Audit         `json:"lines"`             // of the ledger, in which the digests stand
	HeadSeq   int64                 `json:"head_seq"`          // last line of the ledger
	HeadHash  string                `json:"head_hash"`
	HTML      string                `json:"html"` // SHA-256 of the pages, in hex
	PDF       string                `json:"pdf"`
	Key       []byte                `json:"key,omitempty"`       // Ed25519 public key (RFC 8032)
	Signature []byte                `json:"signature,omitempty"` // over the JSON of all before it
}

func (c reportCmd) prove(ctx context.Context, state *store.State, p report.Period, html, pdf []byte) (string, error) {
	x, err := proofOf(ctx, state, p, time.Now().UTC())
	if err != nil {
		return "", err
	}
	x.HTML, x.PDF = sha(html), sha(pdf)
	if c.Key != "" {
		key, err := signingKey(c.Key)
		if err != nil {
			return "", err
		}
		if err := x.sign(key); err != nil {
			return "", err
		}
	}
	b, err := json.MarshalIndent(x, "", " ")
	if err != nil {
		return "", err
	}
	name := filepath.Join(c.Out, fmt.Sprintf("yagura-%s-%s-%s.proof.json", c.Kind, fileName(p), c.Lang))
	return name, os.WriteFile(name, append(b, '\n'), 0o600)
}

// proofOf gathers the records and the lines of the ledger that stand for them.
func proofOf(ctx context.Context, state *store.State, p report.Period, now time.Time) (proof, error) {
	x := proof{Format: proofFormat, From: p.From.UTC(), Until: p.Until.UTC(), Made: now}
	var err error
	if x.Town, err = report.Town(ctx, state); err != nil {
		return x, err
	}
	for t := p.From.In(jst); t.Before(p.Until) && t.Before(now); t = t.AddDate(0, 0, 1) {
		d, err := loadDay(ctx, state, t.Format(time.DateOnly))
		switch {
		case errors.Is(err, event.ErrNotFound):
			x.Missing = append(x.Missing, t.Format(time.DateOnly))
			continue
		case err != nil:
			return x, fmt.Errorf("read the record of %s: %w", t.Format(time.DateOnly), err)
		}
		x.Days = append(x.Days, d)
		if d.Line == 0 {
			continue
		}
		line, err := state.AuditLine(ctx, d.Line)
		if err != nil {
			return x, err
		}
		x.Lines = append(x.Lines, line)
	}
	x.HeadSeq, x.HeadHash, err = state.AuditHead(ctx)
	return x, err
}

func sha(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// signed is what the signature covers.
func (x proof) signed() ([]byte, error) {
	x.Signature = nil
	return json.Marshal(x)
}

func (x *proof) sign(key ed25519.PrivateKey) error {
	x.Key = key.Public().(ed25519.PublicKey)
	b, err := x.signed()
	x.Signature = ed25519.Sign(key, b)
	return err
}

// signingKey reads the key, or makes one that only its owner can read.
func signingKey(file string) (ed25519.PrivateKey, error) {
	b, err := os.ReadFile(file)
	if errors.Is(err, os.ErrNotExist) {
		return newSigningKey(file)
	}
	if err != nil {
		return nil, fmt.Errorf("read the key for signing: %w", err)
	}
	block, _ := pem.Decode(b)
	if block == nil {
		return nil, fmt.Errorf("%s: no PEM; give the file of an Ed25519 key (openssl genpkey -algorithm ed25519)", file)
	}
	k, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	key, ok := k.(ed25519.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("%s: the key is no Ed25519 key", file)
	}
	return key, nil
}

func newSigningKey(file string) (ed25519.PrivateKey, error) {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, fmt.Errorf("make a key for signing: %w", err)
	}
	return key, errors.Join(pem.Encode(f, &pem.Block{Type: "PRIVATE KEY", Bytes: der}), f.Close())
}
