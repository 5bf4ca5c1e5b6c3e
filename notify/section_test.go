package notify_test

import (
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"github.com/yagura-project/yagura/notify"
	"github.com/yagura-project/yagura/notify/all"
)

const channels = `
link: https://yagura.example.lg.jp
channels:
  - name: 情報政策課
    severity: 8
    digest: "08:45"
    quiet: {from: "22:00", to: "07:00", except: 10}
    via:
      mail: {host: mail.example.lg.jp, from: yagura@example.lg.jp, to: [it@example.lg.jp]}
  - name: 当番のチャット
    via:
      webhook:
        url: {env: YAGURA_TEST_HOOK}
        secret: s3cret
        timeout: 5s
`

func TestTheConfigurationChoosesChannels(t *testing.T) {
	t.Setenv("YAGURA_TEST_HOOK", "https://chat.example.jp/hook/1")
	cfg := notify.DefaultConfig()
	if err := yaml.NewDecoder(strings.NewReader(channels), yaml.Strict()).Decode(&cfg); err != nil {
		t.Fatal(err)
	}
	if err := cfg.Validate(); err != nil {
		t.Fatal(err)
	}
	if err := cfg.Check(all.Channels); err != nil {
		t.Fatal(err)
	}
	senders, err := notify.Open(cfg, all.Channels, notify.Deps{})
	if err != nil || len(senders) != 2 || senders["情報政策課"].Name() != "mail" || senders["当番のチャット"].Name() != "webhook" {
		t.Fatal(err, senders)
	}
	b, err := yaml.Marshal(cfg)
	if err != nil || strings.Contains(string(b), "s3cret") {
		t.Errorf("the configuration is shown with its secret: %v\n%s", err, b)
	}
}

func TestWrongChannelsAreNamed(t *testing.T) {
	for page, want := range map[string]string{
		"channels:\n  - {via: {mail: {}}}\n":                                  "channels[0].name: is empty",
		"channels:\n  - {name: a, via: {}}\n":                                 "channels[0].via: 0 ways are named",
		"channels:\n  - {name: a, via: {fax: {}}}\n":                          `channels[0].via: "fax": there is no channel of this name: use one of [mail webhook]`,
		"channels:\n  - {name: a, via: {mail: {to: [x]}}}\n":                  "channels[0].via: mail: host: is empty",
		"channels:\n  - {name: a, via: {mail: {too: [x]}}}\n":                 `unknown field "too"`,
		"channels:\n  - {name: a, digest: '8', via: {webhook: {url: u}}}\n":   `channels[0].digest: "8" is no time of day`,
		"channels:\n  - {name: a, via: {webhook: {url: u}}}\n  - {name: a}\n": `channels[1].name: "a" is used twice`,
		"channels:\n  - {name: a, quiet: {from: '22:00'}}\n":                  "channels[0].quiet: only one end is given",
		"channels:\n  - {name: a, severity: 11, lang: fr}\n":                  "channels[0].severity: 11",
		"burst: 0\nwindow: 1s\nlink: town\n":                                  `link: "town" is no web address`,
	} {
		cfg := notify.DefaultConfig()
		err := yaml.NewDecoder(strings.NewReader(page), yaml.Strict()).Decode(&cfg)
		if err == nil {
			err = cfg.Validate()
		}
		if err == nil {
			err = cfg.Check(all.Channels)
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s\nwant %q, got %v", page, want, err)
		}
	}
}
