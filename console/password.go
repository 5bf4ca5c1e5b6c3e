package console

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
)

// HashCost is the work of one argon2id hash (RFC 9106 §3.1).
type HashCost struct {
	Time    uint32 // passes, 1–16
	KiB     uint32 // memory, 8 KiB to 1 GiB
	Threads uint8  // ≥ 1
}

// defaultCost is RFC 9106 §4, second recommendation, with less parallelism for small machines.
var defaultCost = HashCost{Time: 3, KiB: 64 << 10, Threads: 2}

const (
	argonKey  = 32
	argonSalt = 16
)

const (
	minPassword = 10
	maxPassword = 256
)

// hashing bounds how many passwords are worked on at once: each takes 64 MiB.
var hashing = make(chan struct{}, 2)

// decoy stands in for the hash of a user who does not exist, so that both take the same time.
func (h HashCost) decoy() string { return h.phc(make([]byte, argonSalt), make([]byte, argonKey)) }

// phc writes salt and key in the PHC string format.
func (h HashCost) phc(salt, key []byte) string {
	b64 := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, h.KiB, h.Time, h.Threads, b64(salt), b64(key))
}

// hash gives the PHC string of a password under a new salt.
func (h HashCost) hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, argonSalt)
	if _, err := rand.Read(salt); err != nil {
		return "", err
	}
	key, err := h.derive(ctx, password, salt)
	if err != nil {
		return "", err
	}
	return h.phc(salt, key), nil
}

func (h HashCost) derive(ctx context.Context, password string, salt []byte) ([]byte, error) {
	select {
	case hashing <- struct{}{}:
		defer func() { <-hashing }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	return argon2.IDKey([]byte(password), salt, h.Time, h.KiB, h.Threads, argonKey), nil
}

// checkPassword reports whether the password belongs to the hash, in time that does not depend on where they differ.
func checkPassword(ctx context.Context, hash, password string) (bool, error) {
	cost, salt, want, err := readHash(hash)
	if err != nil {
		return false, err
	}
	got, err := cost.derive(ctx, password, salt)
	if err != nil {
		return false, err
	}
	return subtle.ConstantTimeCompare(got, want) == 1, nil
}

// readHash takes a PHC string apart.
func readHash(hash string) (h HashCost, salt, key []byte, err error) {
	var version int
	part := strings.Split(hash, "$")
	if len(part) != 6 || part[1] != "argon2id" {
		return h, nil, nil, errors.New("password hash is not argon2id")
	}
	if _, err := fmt.Sscanf(part[2], "v=%d", &version); err != nil || version != argon2.Version {
		return h, nil, nil, errors.New("password hash has an unknown version")
	}
	if _, err := fmt.Sscanf(part[3], "m=%d,t=%d,p=%d", &h.KiB, &h.Time, &h.Threads); err != nil || h.KiB > 1<<20 || h.Time == 0 || h.Time > 16 || h.Threads == 0 {
		return h, nil, nil, errors.New("password hash has unusable parameters")
	}
	if salt, err = base64.RawStdEncoding.DecodeString(part[4]); err != nil {
		return h, nil, nil, errors.New("password hash has an unreadable salt")
	}
	if key, err = base64.RawStdEncoding.DecodeString(part[5]); err != nil || len(key) != argonKey {
		return h, nil, nil, errors.New("password hash has an unreadable key")
	}
	return h, salt, key, nil
}

// weakPassword says which rule a new password breaks, or "".
func weakPassword(user, password string) string {
	n := utf8.RuneCountInString(password)
	switch {
	case n < minPassword || n > maxPassword:
		return "password_length"
	case strings.Contains(strings.ToLower(password), strings.ToLower(user)):
		return "password_has_name"
	case strings.Count(password, password[:1]) == len(password):
		return "password_simple"
	}
	return ""
}
