package threshold_test

import (
	"strings"
	"testing"

	"github.com/yagura-project/yagura/signature/rule"
	"github.com/yagura-project/yagura/signature/threshold"
)

func FuzzRead(f *testing.F) {
	f.Add("suppress gen_id 1, sig_id 7, track by_either, ip [192.0.2.1, !203.0.113.0/24,$HOME_NET]")
	f.Add("threshold gen_id 1, sig_id 7, type limit, track by_src, count 2, seconds 60\nrate_filter gen_id 1, sig_id 9, track by_both, count 4, seconds 6, new_action reject, timeout 30")
	f.Fuzz(func(t *testing.T, text string) {
		file, err := threshold.Read(strings.NewReader(text), "x", rule.DefaultVars(""))
		if err != nil {
			return
		}
		for _, r := range file.Refused {
			if r.Line < 1 || r.Why == "" {
				t.Errorf("%+v", r)
			}
		}
		file.Apply([]*rule.Signature{{GID: 1, SID: 7}})
	})
}
