// Package secretdump finds secrets of a machine or a domain being read from afar: registry hives, backup keys, private data.
package secretdump

import (
	"regexp"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

// secretPlaces are where Windows keeps the boot key, the local accounts and the secrets of services (MITRE ATT&CK T1003.002, .004).
var secretPlaces = regexp.MustCompile(`(?i)control\\lsa\\(jd|skew1|gbg|data)\b|^(jd|skew1|gbg)$|^sam\\sam\\domains|^security\\(policy\\(secrets|polekl)|cache)`)

func secretKey(s *event.SMBActivity) bool { return secretPlaces.MatchString(s.RPC.Args["key"]) }

// restoreStub is the least size of a request that carries a key to be restored: the blob alone has some 256 bytes (MS-BKRP
// §2.2.4), where a request for the public key has an empty one.
const restoreStub = 160

// Detector watches remote registry saves, LSA private data and the DPAPI backup key (DETECTIONS 31; MS-RRP §3.1.5.20,
// MS-LSAD §3.1.4.6.4, MS-BKRP §3.1.4.1).
var Detector = detect.Detector{
	Info: event.Advisory{
		ID:    "secretdump",
		Title: event.Text{JA: "パスワード情報の遠隔からの読み出し", EN: "Secrets read from afar"},
		Means: event.Text{
			JA: "ある端末が、別の機器に保存されたパスワード情報や暗号の鍵を遠隔から取り出そうとしました。",
			EN: "A machine tried to take stored passwords or encryption keys out of another."},
		Do: []event.Text{
			{JA: "端末を切り離してください。", EN: "Isolate the machine."},
			{JA: "読み出された機器で使われているパスワードを変更してください。", EN: "Change the passwords used on the machine that was read."}},
		Sees:       event.Text{JA: "レジストリの保存、秘密情報や予備の鍵の取り出し命令。", EN: "Registry saves, calls for private data and for the backup key."},
		Misses:     event.Text{JA: "端末の中で動くプログラムによる読み出し、SMB3で暗号化された経路。", EN: "Programs on the machine itself; calls inside encrypted SMB3."},
		Techniques: []event.Technique{{UID: "T1003.002", Name: "Security Account Manager"}, {UID: "T1003.004", Name: "LSA Secrets"}, {UID: "T1555", Name: "Credentials from Password Stores"}},
		Threat:     event.MaliciousBehaviour,
		Phase:      event.PhaseLateral,
	},
	Behaviours: []string{"cred.dpapi_key", "cred.reg_dump"},
	Reads:      []event.Event{(*event.SMBActivity)(nil)},
	New: func(_ any, d detect.Deps) detect.Instance {
		key := detect.CallRule{Interface: "lsarpc", Operations: []string{"LsarRetrievePrivateData"}, Behaviour: "cred.dpapi_key", Severity: event.High, Confidence: 88,
			SingleShot: true, Detail: detect.Arg("key", "name"), Did: event.Text{
				JA: "%[1]s が %[2]s から秘密情報(暗号の鍵)を%[3]d回取り出しました(%[4]s)。", EN: "%[1]s took private data (keys) out of %[2]s %[3]d times (%[4]s)."}}
		save := detect.CallRule{Interface: "winreg", Operations: []string{"BaseRegSaveKey", "BaseRegSaveKeyEx"}, Behaviour: "cred.reg_dump", Severity: event.Critical, Confidence: 90,
			SingleShot: true, Detail: detect.Arg("file"), Did: event.Text{
				JA: "%[1]s が %[2]s のレジストリを遠隔から%[3]d回保存しました(%[4]s)。", EN: "%[1]s saved registry hives of %[2]s from afar %[3]d times (%[4]s)."}}
		// A user whose password was reset has one key restored at the next logon; the request for the public half is short.
		restore := detect.CallRule{Interface: "BackupKey", Operations: []string{"BackuprKey"}, Behaviour: "cred.dpapi_key", Severity: event.Medium, Confidence: 55,
			Weight: 0.25, When: func(s *event.SMBActivity) bool { return s.RPC.StubIn >= restoreStub }, Did: event.Text{
				JA: "%[1]s が %[2]s に、暗号の鍵の復元を%[3]d回求めました(%[4]s)。", EN: "%[1]s asked %[2]s to restore encryption keys %[3]d times (%[4]s)."}}
		several := restore
		several.Least, several.Severity, several.Confidence, several.SingleShot = 3, event.High, 80, true
		boot := save
		boot.Operations, boot.When, boot.Severity, boot.Detail = []string{"BaseRegOpenKey"}, secretKey, event.High, detect.Arg("key")
		boot.Did = event.Text{JA: "%[1]s が %[2]s のレジストリで、パスワード情報の置き場所を%[3]d回開きました(%[4]s)。", EN: "%[1]s opened the places of secrets in the registry of %[2]s %[3]d times (%[4]s)."}
		return detect.NewCallWatch(d, []string{"backup", "management", "dc"}, key, save, boot, restore, several)
	},
	Samples: samples,
}
