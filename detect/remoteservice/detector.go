// Package remoteservice finds programs started on another machine through its service manager: PsExec, smbexec and their kin.
package remoteservice

import (
	"fmt"
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

// Config are the numbers of this detector (DETECTIONS 32).
type Config struct {
	Window     time.Duration `yaml:"window"`      // a written program and a service within this time belong together; ≥ 1s
	Management []string      `yaml:"admin_roles"` // roles whose remote services are ordinary work
}

// DefaultConfig: 10 minutes, as published for PsExec (Zeek BZAR, DETECTIONS 32).
func DefaultConfig() Config {
	return Config{Window: 10 * time.Minute, Management: []string{"management", "backup", "scanner"}}
}

// Validate reports what cannot work.
func (c Config) Validate() error {
	if c.Window < time.Second {
		return fmt.Errorf("window %s: write 1s or more", c.Window)
	}
	return nil
}

// Detector watches the service control manager (MS-SCMR) and programs written to administrative shares (MS-SMB2).
var Detector = detect.Detector{
	Info: event.Advisory{
		ID:    "remoteservice",
		Title: event.Text{JA: "他の端末での遠隔プログラム実行", EN: "Program run on another machine through a remote service"},
		Means: event.Text{
			JA: "ある端末が、別の端末に管理者権限でプログラムを送り込み、サービスとして実行しました。侵入者が庁内に広がるときの代表的な手口です。",
			EN: "A machine sent a program to another with administrator rights and ran it as a service: the usual way for an intruder to spread."},
		Do: []event.Text{
			{JA: "操作した端末を切り離し、管理担当者の作業でないか確認してください。", EN: "Isolate the machine that did it; ask whether it was an administrator's work."},
			{JA: "実行された側の端末も調べてください。", EN: "Examine the machine on which it ran as well."},
			{JA: "使われた管理者アカウントのパスワードを変更してください。", EN: "Change the password of the administrator account that was used."}},
		Sees:   event.Text{JA: "サービスの作成と開始、管理共有へのプログラムの書き込み、遠隔操作用の名前付きパイプ。", EN: "Creation and start of services, programs written to administrative shares, named pipes of remote shells."},
		Misses: event.Text{JA: "SMB3で暗号化された通信の中身、複数の接続に分けて送られたファイル(マルチチャネル)。", EN: "The content of encrypted SMB3; files sent over several connections at once (multichannel)."},
		Techniques: []event.Technique{{UID: "T1021.002", Name: "SMB/Windows Admin Shares"}, {UID: "T1569.002", Name: "Service Execution"},
			{UID: "T1570", Name: "Lateral Tool Transfer"}},
		Threat: event.MaliciousBehaviour,
		Phase:  event.PhaseLateral,
	},
	Behaviours: []string{"lm.psexec", "lm.smbexec", "lm.svc_create", "lm.smb_copy_exe"},
	Reads:      []event.Event{(*event.SMBActivity)(nil)},
	Config:     func() any { c := DefaultConfig(); return &c },
	New: func(cfg any, d detect.Deps) detect.Instance {
		c := *cfg.(*Config)
		return &instance{cfg: c, deps: d, pairs: detect.NewTable[pair, trace](20_000, 6*c.Window)}
	},
	Samples: samples,
}
