package console

import (
	"strings"
	"testing"
)

func TestPasswordHash(t *testing.T) {
	hash, err := defaultCost.hash(t.Context(), "the bell was rung")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(hash, "$argon2id$v=19$m=65536,t=3,p=2$") {
		t.Errorf("hash %s", hash)
	}
	for password, want := range map[string]bool{"the bell was rung": true, "the bell was rang": false, "": false} {
		if got, err := checkPassword(t.Context(), hash, password); err != nil || got != want {
			t.Errorf("%q: %v %v", password, got, err)
		}
	}
	if ok, err := checkPassword(t.Context(), defaultCost.decoy(), "anything"); ok || err != nil {
		t.Errorf("the decoy lets in: %v %v", ok, err)
	}
}

func TestForeignHashesAreErrors(t *testing.T) {
	for _, hash := range []string{"", "plain", "$2b$10$abc", "$argon2id$v=19$m=99999999,t=3,p=2$AA$AA", "$argon2id$v=19$m=64,t=0,p=2$AA$AA",
		"$argon2id$v=19$m=64,t=1,p=1$!!$AA", "$argon2id$v=19$m=64,t=1,p=1$AAAA$AA", "$argon2id$v=7$m=64,t=1,p=1$AAAA$AA"} {
		if ok, err := checkPassword(t.Context(), hash, "x"); ok || err == nil {
			t.Errorf("%q was accepted", hash)
		}
	}
}
