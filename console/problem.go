package console

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/yagura-project/yagura/event"
)

// Problem is an error as the API answers it (RFC 9457), with a sentence for people in both languages.
type Problem struct {
	Type   string              `json:"type" doc:"about:blank"`
	Title  string              `json:"title" doc:"the HTTP status in words"`
	Status int                 `json:"status"`
	Code   string              `json:"code" doc:"stable word for programs: not_found, role_missing …"`
	Detail string              `json:"detail,omitempty" doc:"what exactly, for the technician"`
	Text   event.Text          `json:"text" doc:"what happened and what to do, for people"`
	Errors []*huma.ErrorDetail `json:"errors,omitempty" doc:"which fields were not usable"`
}

// Error makes Problem an error.
func (p *Problem) Error() string { return p.Code + ": " + p.Text.EN }

// GetStatus is the HTTP status.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType is application/problem+json.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// problem makes a Problem from the catalogue; an unknown code is a fault in the program and says so.
func problem(status int, code, detail string) *Problem {
	text, ok := texts[code]
	if !ok {
		text = texts["internal"]
	}
	return &Problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Code: code, Detail: detail, Text: text}
}

// Refused is an error that a room behind the console explains to people; its text is shown as it is.
type Refused struct{ Text event.Text }

// Error is the English text.
func (r Refused) Error() string { return r.Text.In("en") }

// failed turns an error of a room into an answer.
func (c *Console) failed(ctx context.Context, what string, err error) error {
	var r Refused
	switch {
	case errors.Is(err, event.ErrNotFound):
		return problem(http.StatusNotFound, "not_found", "")
	case errors.As(err, &r):
		p := problem(http.StatusConflict, "refused", err.Error())
		p.Text = r.Text
		return p
	case errors.Is(err, context.DeadlineExceeded):
		return problem(http.StatusGatewayTimeout, "too_slow", what)
	}
	c.deps.Log.LogAttrs(ctx, slog.LevelError, "request failed", slog.String("what", what), slog.Any("error", err))
	return problem(http.StatusInternalServerError, "internal", what)
}

var speakProblem sync.Once

// useProblem makes huma answer its own refusals (validation, body size) in the same form.
func useProblem() {
	speakProblem.Do(func() {
		huma.NewError = func(status int, msg string, errs ...error) huma.StatusError {
			p := problem(status, codeOf(status), msg)
			for _, err := range errs {
				var d huma.ErrorDetailer
				if errors.As(err, &d) {
					p.Errors = append(p.Errors, d.ErrorDetail())
				} else if err != nil {
					p.Errors = append(p.Errors, &huma.ErrorDetail{Message: err.Error()})
				}
			}
			return p
		}
	})
}

func codeOf(status int) string {
	switch status {
	case http.StatusBadRequest, http.StatusUnprocessableEntity, http.StatusUnsupportedMediaType:
		return "bad_request"
	case http.StatusNotFound:
		return "not_found"
	case http.StatusRequestEntityTooLarge:
		return "too_large"
	case http.StatusRequestTimeout, http.StatusGatewayTimeout:
		return "too_slow"
	}
	return "internal"
}

// writeProblem answers from a middleware, where there is no huma operation yet.
func writeProblem(w http.ResponseWriter, p *Problem) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p) // the client may be gone
}
