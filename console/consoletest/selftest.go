package consoletest

import (
	"context"

	"github.com/yagura-project/yagura/event"
)

// SelfTest implements console.SelfTester with a town in which two detectors cannot fire.
func (t *Town) SelfTest(_ context.Context, who string, notify bool) (event.SelfTest, error) {
	s := event.SelfTest{Time: t.now().UTC(), Who: who, Live: true, TookMS: 412, Told: notify, Results: []event.SelfTestResult{
		{Detector: "beacon", Title: beacon.Title, OK: true, Mode: "packets", Fired: []string{"c2.http", "c2.tls_beacon"}, Severity: 8, Case: "試験-beacon", Needs: []string{"http", "tls"}},
		{Detector: "psexec", Title: remoteService.Title, OK: true, Mode: "events", Fired: []string{"lm.psexec"}, Severity: 9, Case: "試験-psexec", Needs: []string{"smb"},
			Why: []event.Text{{JA: "この種類の通信（smb）をまだ見ていません（見張りを始めて間もないため）。", EN: "No traffic of this kind (smb) has been seen yet; the watch has only begun."}}},
		{Detector: "portscan", Title: scan.Title, Silent: []string{"scan.port"}, Why: []event.Text{{JA: "設定で止めています（detect.disabled）。", EN: "It is switched off (detect.disabled)."}}},
		{Detector: "dnstunnel", Title: tunnel.Title, Mode: "packets", Fired: []string{"c2.dns_tunnel"}, Severity: 8, Needs: []string{"dns"},
			Why: []event.Text{{JA: "この種類の通信（dns）がセンサーに届いていません。", EN: "The sensor sees no traffic of this kind (dns)."}}},
	}}
	t.mu.Lock()
	t.tested = s
	t.mu.Unlock()
	return s, nil
}

// LastSelfTest implements console.SelfTester.
func (t *Town) LastSelfTest(ctx context.Context) (event.SelfTest, error) {
	t.mu.Lock()
	s := t.tested
	t.mu.Unlock()
	if s.Time.IsZero() {
		s.Results = []event.SelfTestResult{}
	}
	return s, nil
}
