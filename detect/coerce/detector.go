// Package coerce finds a machine that forces a server to log on to it, so that the logon can be abused.
package coerce

import (
	"strings"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

// Detector watches the operations that make a server connect back (PrinterBug,
// PetitPotam, DFSCoerce, ShadowCoerce; DETECTIONS 27; MS-RPRN §3.1.4.10.4, MS-EFSR §3.1.4.2, MS-DFSNM, MS-FSRVP).
var Detector = detect.Detector{
	Info: event.Advisory{
		ID:    "coerce",
		Title: event.Text{JA: "サーバーに認証を強要する攻撃", EN: "Coerced authentication of a server"},
		Means: event.Text{
			JA: "ある端末がサーバーに対し、自分のところへログオンしに来るよう仕向けました。サーバーの権限を横取りする攻撃の第一歩です。",
			EN: "A machine made a server log on to it: the first step of stealing the server's rights."},
		Do: []event.Text{
			{JA: "端末をすぐに切り離してください。", EN: "Isolate the machine at once."},
			{JA: "サーバーの印刷スプーラーなど、不要なサービスを止めてください。", EN: "Stop services that the server does not need, such as the print spooler."},
			{JA: "証明書サーバーとドメインコントローラーの記録を専門家に見てもらってください。", EN: "Have an expert read the logs of certificate servers and domain controllers."}},
		Sees:       event.Text{JA: "折り返し接続を求める命令とその宛先、認証をすり替える名前。", EN: "Calls that ask for a connection back and where to; names made to relay logons."},
		Misses:     event.Text{JA: "SMB3で暗号化された経路の命令。", EN: "Calls inside encrypted SMB3."},
		Techniques: []event.Technique{{UID: "T1187", Name: "Forced Authentication"}},
		Threat:     event.Exploit,
		Phase:      event.PhaseLateral,
	},
	Behaviours: []string{"cred.coerced_auth"},
	Reads:      []event.Event{(*event.DNSActivity)(nil), (*event.LDAPActivity)(nil), (*event.SMBActivity)(nil)},
	New: func(_ any, d detect.Deps) detect.Instance {
		return newInstance(d)
	},
	Samples: samples,
}

func rules() []detect.CallRule {
	r := detect.CallRule{Behaviour: "cred.coerced_auth", Severity: event.Critical, Confidence: 88, SingleShot: true, Did: event.Text{
		JA: "%[1]s が %[2]s に、別の機器へのログオンを%[3]d回強要しました(%[4]s)。", EN: "%[1]s coerced %[2]s to log on elsewhere %[3]d times (%[4]s)."}}
	print, efs, dfs, vss := r, r, r, r
	print.Interface, print.Operations, print.Detail = "spoolss", []string{"RemoteFindFirstPrinterChangeNotification", "RemoteFindFirstPrinterChangeNotificationEx"}, detect.Arg("listener")
	efs.Interface, efs.Detail, efs.When = "efsrpc", detect.Arg("path"), leadsAway
	efs.Operations = []string{"EfsRpcOpenFileRaw", "EfsRpcEncryptFileSrv", "EfsRpcDecryptFileSrv", "EfsRpcQueryUsersOnFile", "EfsRpcQueryRecoveryAgents",
		"EfsRpcFileKeyInfo", "EfsRpcRemoveUsersFromFile", "EfsRpcAddUsersToFile", "EfsRpcDuplicateEncryptionInfoFile", "EfsRpcAddUsersToFileEx", "EfsRpcFileKeyInfoEx", "EfsRpcEncryptFileExSrv"}
	dfs.Interface, dfs.Operations, dfs.Detail = "netdfs", []string{"NetrDfsAddStdRoot", "NetrDfsRemoveStdRoot", "NetrDfsAddRootTarget"}, detect.Arg("server")
	vss.Interface, vss.Operations, vss.Detail, vss.When = "fssagentrpc", []string{"IsPathSupported", "IsPathShadowCopied"}, detect.Arg("path"), leadsAway
	logs := r // an event log that shall be opened from a path on another machine (MS-EVEN §3.1.4.4)
	logs.Interface, logs.Operations, logs.Detail = "eventlog", []string{"ElfrOpenBELW"}, detect.Arg("path")
	logs.When = func(s *event.SMBActivity) bool { return leadsAway(s) && s.RPC.Args["path"] != "" }
	return []detect.CallRule{print, efs, dfs, vss, logs}
}

// leadsAway is a path on another machine (\\HOST\…); a path that could not be read counts.
func leadsAway(s *event.SMBActivity) bool {
	p, ok := s.RPC.Args["path"]
	return !ok || strings.HasPrefix(p, `\\`) || strings.HasPrefix(strings.ToUpper(p), `\??\UNC\`)
}
