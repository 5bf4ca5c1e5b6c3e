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

// argon2id after RFC 9106 §4, second recommendation, with less parallelism for small machines.
const (
	argonTime    = 3
	argonMemory  = 64 << 10 // KiB
	argonThreads = 2
	argonKey     = 32
	argonSalt    = 16
)

const (
	minPassword = 10
	maxPassword = 256
)

// hashing bounds how many passwords are worked on at once: each takes 64 MiB.
var hashing = make(chan struct{}, 2)

// decoy stands in for the hash of a user who does not exist, so that both take the same time.
var decoy = "$argon2id$v=19$m=65536,t=3,p=2$" +
	base64.RawStdEncoding.EncodeToString(make([]byte, argonSalt)) + "$" +
	base64.RawStdEncoding.EncodeToString(make([]byte, argonKey))

// hashPassword gives the PHC string of a password under a new salt.
func hashPassword(ctx context.Context, password string) (string, error) {
	salt := make([]byte, argonSalt)
	if _, err := rand.Read(salt); err != nil {
		return "", err
	}
	key, err := derive(ctx, password, salt, argonTime, argonMemory, argonThreads)
	if err != nil {
		return "", err
	}
	b64 := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonMemory, argonTime, argonThreads, b64(salt), b64(key)), nil
}

func derive(ctx context.Context, password string, salt []byte, time, memory uint32, threads uint8) ([]byte, error) {
	select {
	case hashing <- struct{}{}:
		defer func() { <-hashing }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	return argon2.IDKey([]byte(password), salt, time, memory, threads, argonKey), nil
}

// checkPassword reports whether the password belongs to the hash, in time that does not depend on where they differ.
func checkPassword(ctx context.Context, hash, password string) (bool, error) {
	var memory, time uint32
	var threads uint8
	var version int
	part := strings.Split(hash, "$")
	if len(part) != 6 || part[1] != "argon2id" {
		return false, errors.New("password hash is not argon2id")
	}
	if _, err := fmt.Sscanf(part[2], "v=%d", &version); err != nil || version != argon2.Version {
		return false, errors.New("password hash has an unknown version")
	}
	if _, err := fmt.Sscanf(part[3], "m=%d,t=%d,p=%d", &memory, &time, &threads); err != nil || memory > 1<<20 || time == 0 || time > 16 || threads == 0 {
		return false, errors.New("password hash has unusable parameters")
	}
	salt, err := base64.RawStdEncoding.DecodeString(part[4])
	if err != nil {
		return false, errors.New("password hash has an unreadable salt")
	}
	want, err := base64.RawStdEncoding.DecodeString(part[5])
	if err != nil || len(want) != argonKey {
		return false, errors.New("password hash has an unreadable key")
	}
	got, err := derive(ctx, password, salt, time, memory, threads)
	if err != nil {
		return false, err
	}
	return subtle.ConstantTimeCompare(got, want) == 1, nil
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
