package console_test

import (
	"net/http"
	"testing"

	"github.com/yagura-project/yagura/console"
)

func TestGuessingIsSlowedDown(t *testing.T) {
	h := open(t, demo)
	for n := range 20 {
		res, b := h.call("POST", "/api/v1/session", map[string]string{"user": "admin", "password": "guess"})
		if res.StatusCode == http.StatusTooManyRequests {
			if res.Header.Get("Retry-After") == "" || problemOf(t, b) != "login_wait" {
				t.Errorf("no Retry-After: %s", b)
			}
			if n < 3 {
				t.Errorf("stopped after %d tries already", n)
			}
			res, _ = h.call("POST", "/api/v1/session", map[string]string{"user": h.first.User, "password": h.first.Password})
			if res.StatusCode != http.StatusTooManyRequests {
				t.Errorf("the right password came through while guessing is slowed: %d", res.StatusCode)
			}
			return
		}
		if problemOf(t, b) != "login_wrong" {
			t.Fatalf("try %d: %s", n, b)
		}
	}
	t.Error("20 guesses went through")
}

func TestUnknownUserAndWrongPasswordAnswerAlike(t *testing.T) {
	h := open(t, demo)
	_, a := h.call("POST", "/api/v1/session", map[string]string{"user": "admin", "password": "guess"})
	_, b := h.call("POST", "/api/v1/session", map[string]string{"user": "nobody", "password": "guess"})
	if string(a) != string(b) {
		t.Errorf("the answers differ:\n%s\n%s", a, b)
	}
}

func TestPasswordRules(t *testing.T) {
	h := open(t, demo)
	h.enter()
	for fresh, code := range map[string]string{
		"short": "password_length", "my name is ADMIN": "password_has_name", "aaaaaaaaaaaa": "password_simple", h.first.Password: "password_same",
	} {
		_, b := h.call("PUT", "/api/v1/session/password", map[string]string{"current": h.first.Password, "new": fresh})
		if got := problemOf(t, b); got != code {
			t.Errorf("%q: %s, want %s", fresh, got, code)
		}
	}
	_, b := h.call("PUT", "/api/v1/session/password", map[string]string{"current": "wrong", "new": "long enough for me"})
	if got := problemOf(t, b); got != "password_wrong" {
		t.Errorf("wrong current password: %s", got)
	}
}

func TestNewPasswordEndsOtherSessions(t *testing.T) {
	h := open(t, demo)
	h.enter()
	other, otherCSRF := h.client, h.csrf
	h.client = browser(t)
	h.enter()
	var s console.SessionInfo
	h.want(http.StatusOK, "PUT", "/api/v1/session/password", map[string]string{"current": h.first.Password, "new": "the bell was rung in time"}, &s)
	h.csrf = s.CSRF
	h.want(http.StatusOK, "GET", "/api/v1/overview", nil, nil)
	h.client, h.csrf = other, otherCSRF
	h.want(http.StatusUnauthorized, "GET", "/api/v1/overview", nil, nil)
}

func TestLogoutEndsTheSession(t *testing.T) {
	h := open(t, demo)
	h.enter()
	res, b := h.call("DELETE", "/api/v1/session", nil)
	if res.StatusCode != http.StatusNoContent {
		t.Fatalf("logout: %d %s", res.StatusCode, b)
	}
	h.want(http.StatusUnauthorized, "GET", "/api/v1/session", nil, nil)
}

func TestUsersAreKept(t *testing.T) {
	h := open(t, demo)
	h.enter()
	res, b := h.call("PUT", "/api/v1/users/admin", map[string]any{"role": "viewer", "disabled": false, "reset": false})
	if res.StatusCode != http.StatusConflict || problemOf(t, b) != "last_admin" {
		t.Errorf("the last administrator gave up: %d %s", res.StatusCode, b)
	}
	var made console.UserAnswer
	h.want(http.StatusOK, "POST", "/api/v1/users", map[string]string{"name": "sousa", "role": "operator"}, &made)
	h.want(http.StatusConflict, "POST", "/api/v1/users", map[string]string{"name": "sousa", "role": "operator"}, nil)
	h.want(http.StatusUnprocessableEntity, "POST", "/api/v1/users", map[string]string{"name": "操作", "role": "operator"}, nil)
	h.want(http.StatusOK, "PUT", "/api/v1/users/sousa", map[string]any{"role": "operator", "disabled": true, "reset": false}, nil)
	h.client = browser(t)
	h.want(http.StatusUnauthorized, "POST", "/api/v1/session", map[string]string{"user": "sousa", "password": made.Password}, nil)
}
