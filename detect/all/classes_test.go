package all_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/yagura-project/yagura/detect/all"
	"github.com/yagura-project/yagura/detect/detecttest"
)

// classes are the class names that others rely on (unmapped.behaviour of the findings of `yagura replay --json`).
const classes = `bf.ftp bf.ssh c2.dga c2.dns_tunnel c2.ftp_exfil c2.http c2.icmp_tunnel c2.irc c2.quic c2.rat_tcp c2.smtp_exfil c2.tls c2.tls_beacon c2.tls_rat
cred.adfs_export cred.coerced_auth cred.dcshadow cred.dcsync cred.dpapi_key cred.kerberoast cred.kerberos_spray cred.overpass_hash cred.rc4_downgrade cred.remote_pwd_reset
disc.ldap_enum disc.local_admin disc.rpc_enum disc.samr_enum disc.session_enum disc.share_enum disc.svc_enum disc.user_enum evasion.eventlog_crash
ex.doublepulsar ex.eternalblue ex.eternalromance ex.log4shell ex.nfs ex.printnightmare ex.rdp ex.rpc ex.sigred ex.web ex.zerologon
lm.dcom lm.psexec lm.rdp lm.schtask lm.smb_copy_exe lm.smbexec lm.svc_create lm.winrm lm.wmi malware.download net.arp_spoof net.dhcp_flood
policy.mining policy.remote_admin policy.tor policy.vpn scan.arp scan.icmp scan.os_fp scan.port scan.port_udp scan.protocol scan.stealth scan.sweep
web.rce web.scanner web.session_hijack web.sqli web.traversal web.xss worm.smb`

// Each class name is given by a detector, and an attack sample of that detector shows it.
func TestClassNames(t *testing.T) {
	shown := map[string]string{} // class → detector/sample
	for _, d := range all.Detectors {
		files, err := filepath.Glob("../" + d.Info.ID + "/testdata/attack-*.jsonl")
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			for _, x := range detecttest.Load(t, f).Expect {
				if shown[x.Behaviour] == "" {
					shown[x.Behaviour] = d.Info.ID + "/" + strings.TrimSuffix(filepath.Base(f), ".jsonl")
				}
			}
		}
	}
	for _, class := range strings.Fields(classes) {
		if shown[class] == "" {
			t.Errorf("no detector and sample give %s", class)
			continue
		}
		t.Logf("%-24s %s", class, shown[class])
	}
}
