package webhook

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"text/template"
	"time"

	"github.com/yagura-project/yagura/notify"
)

// Config says where notices are posted.
type Config struct {
	URL      Secret            `yaml:"url"`      // https://…; a path may hold a token, so it may come from a file too
	Secret   Secret            `yaml:"secret"`   // signs the body; empty = not signed
	Headers  map[string]Secret `yaml:"headers"`  // further headers: Authorization
	Template string            `yaml:"template"` // Go text/template that makes JSON of a Message; empty = the message itself
	Timeout  time.Duration     `yaml:"timeout"`  // 1 s–1 m
}

// Secret is a value that may stand in a file or in the environment instead of the configuration.
type Secret struct {
	Value string `yaml:"value"`
	File  string `yaml:"file"`
	Env   string `yaml:"env"`
}

// UnmarshalYAML also takes the bare value.
func (s *Secret) UnmarshalYAML(decode func(any) error) error {
	var bare string
	if decode(&bare) == nil {
		s.Value = bare
		return nil
	}
	type plain Secret
	return decode((*plain)(s))
}

// String hides the value from logs.
func (s Secret) String() string {
	switch {
	case s.File != "":
		return "file " + s.File
	case s.Env != "":
		return "environment " + s.Env
	case s.Value != "":
		return "(hidden)"
	}
	return ""
}

// MarshalYAML shows where the secret is, never what it is.
func (s Secret) MarshalYAML() (any, error) { return s.String(), nil }

func (s Secret) empty() bool { return s == Secret{} }

func (s Secret) read(field string) (string, error) {
	switch {
	case s.File != "":
		b, err := os.ReadFile(s.File)
		if err != nil {
			return "", fmt.Errorf("%s.file: %w", field, err)
		}
		return strings.TrimSpace(string(b)), nil
	case s.Env != "":
		v, ok := os.LookupEnv(s.Env)
		if !ok {
			return "", fmt.Errorf("%s.env: the environment has no %s", field, s.Env)
		}
		return v, nil
	}
	return s.Value, nil
}

// Validate names what cannot be obeyed.
func (c *Config) Validate() error {
	var errs []error
	if c.URL.empty() {
		errs = append(errs, errors.New("url: is empty: write the address that the chat or ticket system gave you"))
	}
	if c.Timeout < time.Second || c.Timeout > time.Minute {
		errs = append(errs, fmt.Errorf("timeout: %v is out of range: use 1s to 1m", c.Timeout))
	}
	if _, err := c.template(); err != nil {
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// template is the body's template, tried out on a message.
func (c *Config) template() (*template.Template, error) {
	if c.Template == "" {
		return nil, nil
	}
	t, err := template.New("body").Option("missingkey=error").Funcs(template.FuncMap{"json": quote}).Parse(c.Template)
	if err != nil {
		return nil, fmt.Errorf("template: %w", err)
	}
	var b strings.Builder
	if err := t.Execute(&b, notify.Message{UID: "x", Subject: `"`, Text: "\n"}); err != nil {
		return nil, fmt.Errorf("template: %w", err)
	}
	if !json.Valid([]byte(b.String())) {
		return nil, errors.New("template: it does not make valid JSON: write values as {{json .Subject}}")
	}
	return t, nil
}

func quote(v any) (string, error) {
	b, err := json.Marshal(v)
	return string(b), err
}
