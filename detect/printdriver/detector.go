// Package printdriver finds programs smuggled into a machine as a printer driver (PrintNightmare).
package printdriver

import (
	"strings"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

// Detector watches remote installation of printer drivers (CVE-2021-1675, CVE-2021-34527; MS-RPRN §3.1.4.4.8, MS-PAR; DETECTIONS 26).
var Detector = detect.Detector{
	Info: event.Advisory{
		ID:    "printdriver",
		Title: event.Text{JA: "プリンタードライバーを装った侵入(PrintNightmare)", EN: "Intrusion by printer driver (PrintNightmare)"},
		Means: event.Text{
			JA: "ある端末が、別の機器にプリンタードライバーとしてプログラムを遠隔から入れました。管理者権限を奪う攻撃の可能性があります。",
			EN: "A machine installed a program on another as a printer driver from afar, perhaps to seize administrator rights."},
		Do: []event.Text{
			{JA: "プリンターの管理作業でないか確認してください。", EN: "Ask whether it was printer administration."},
			{JA: "心当たりがなければ端末を切り離し、相手の機器も調べてください。", EN: "If nobody knows of it, isolate the machine and examine the other."},
			{JA: "印刷しないサーバーでは印刷スプーラーを止めてください。", EN: "Stop the print spooler on servers that do not print."}},
		Sees:       event.Text{JA: "遠隔からのドライバー追加と、読み込ませるファイル。", EN: "Drivers added from afar and the files that they load."},
		Misses:     event.Text{JA: "端末の中だけで行われる権限の奪取、SMB3で暗号化された経路。", EN: "Local elevation; calls inside encrypted SMB3."},
		Techniques: []event.Technique{{UID: "T1210", Name: "Exploitation of Remote Services"}, {UID: "T1547.012", Name: "Print Processors"}},
		Threat:     event.Exploit,
		Phase:      event.PhaseLateral,
	},
	Behaviours: []string{"ex.printnightmare"},
	Reads:      []event.Event{(*event.SMBActivity)(nil)},
	New: func(_ any, d detect.Deps) detect.Instance {
		r := detect.CallRule{Interface: "spoolss", Operations: []string{"AddPrinterDriver", "AddPrinterDriverEx", "AddMonitor", "AddPrintProcessor"},
			Behaviour: "ex.printnightmare", Severity: event.High, Confidence: 80, SingleShot: true, Detail: file, Did: event.Text{
				JA: "%[1]s が %[2]s に、遠隔からプリンタードライバーを%[3]d回入れようとしました(%[4]s)。", EN: "%[1]s tried to install a printer driver on %[2]s %[3]d times (%[4]s)."}}
		async := r
		async.Interface, async.Operations = "IRemoteWinspool", []string{"AsyncAddPrinterDriver", "AsyncAddMonitor", "AsyncAddPrintProcessor"}
		return detect.NewCallWatch(d, []string{"management", "printserver"}, r, async)
	},
	Samples: samples,
}

// file is what the driver loads; one on another machine tells most.
func file(s *event.SMBActivity) string {
	best := "-"
	for _, k := range []string{"file", "file2", "file3", "file4", "file5"} {
		v := s.RPC.Args[k]
		if v != "" && (best == "-" || strings.HasPrefix(v, `\\`)) {
			best = v
		}
	}
	return detect.Short(best)
}
