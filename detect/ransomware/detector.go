// Package ransomware finds a machine that encrypts the files of a share.
package ransomware

import (
	"fmt"
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

// Config are the numbers of this detector (DETECTIONS 40).
type Config struct {
	Files   int           `yaml:"files"`   // files made unreadable, or given one new ending, within the window; ≥ 5
	Window  time.Duration `yaml:"window"`  // ≥ 10s
	Slow    int           `yaml:"slow"`    // the same within 15 windows, for those that take their time; ≥ files
	Folders int           `yaml:"folders"` // folders in which the same ransom note is left; ≥ 2
	Exempt  []string      `yaml:"exempt"`  // roles that write files nobody can read as part of their work
}

// DefaultConfig: 20 files in 60 seconds, 40 in 15 minutes, notes in 3 folders (DETECTIONS 40; published measurements of
// some 70 families over SMB see 20 files within seconds).
func DefaultConfig() Config {
	return Config{Files: 20, Window: time.Minute, Slow: 40, Folders: 3, Exempt: []string{"backup"}}
}

// Validate reports what cannot work.
func (c Config) Validate() error {
	if c.Files < 5 || c.Window < 10*time.Second || c.Slow < c.Files || c.Folders < 2 {
		return fmt.Errorf("files %d, window %s, slow %d, folders %d: at least 5, 10s, as many as files, and 2", c.Files, c.Window, c.Slow, c.Folders)
	}
	return nil
}

// Detector counts, for each client and share, three things that only encryption does together or in number: documents
// whose new content is noise without the beginning that their kind has (7.2 bits a byte in 70 % of the blocks), names that
// get one and the same unknown ending, and one note in many folders. Photographs and archives are noise too, but begin as
// such files do; office programs rename too, but to endings that are known.
var Detector = detect.Detector{
	Info: event.Advisory{
		ID:    "ransomware",
		Title: event.Text{JA: "共有フォルダーの暗号化(ランサムウェア)", EN: "Files of a share are being encrypted (ransomware)"},
		Means: event.Text{
			JA: "ある端末が、共有フォルダーのファイルを次々に読めない内容へ書き換えています。被害は1分ごとに広がります。",
			EN: "A machine overwrites the files of a share with content nobody can read. The damage grows by the minute."},
		Do: []event.Text{
			{JA: "端末をすぐに切り離してください。電源は切らないでください。", EN: "Isolate the machine at once; do not switch it off."},
			{JA: "ファイルサーバーへの書き込みを止め、バックアップを切り離して守ってください。", EN: "Stop writes to the file server; take the backups off line."},
			{JA: "書き換えられたファイルの一覧を保存し、専門家に連絡してください。", EN: "Save the list of overwritten files and call an expert."}},
		Sees:       event.Text{JA: "共有フォルダーへの書き込みの中身の乱雑さ、名前の変更、同じ文書が置かれたフォルダーの数。", EN: "How noisy what is written to shares is, renames, and folders in which one note is left."},
		Misses:     event.Text{JA: "端末の中のファイルの暗号化、SMB3で暗号化された通信、複数の接続に分けて書かれたファイルの中身(マルチチャネル)、1時間に数件の書き換え。", EN: "Encryption of local files, encrypted SMB3, the content of files written over several connections at once (multichannel), a few files an hour."},
		Techniques: []event.Technique{{UID: "T1486", Name: "Data Encrypted for Impact"}},
		Threat:     event.MaliciousBehaviour,
		Phase:      event.PhaseExfiltration,
	},
	Behaviours: []string{"impact.ransomware"},
	Reads:      []event.Event{(*event.SMBActivity)(nil)},
	Samples:    samples,
	Config:     func() any { c := DefaultConfig(); return &c },
	New: func(cfg any, d detect.Deps) detect.Instance {
		c := *cfg.(*Config)
		return &instance{cfg: c, deps: d, shares: detect.NewTable[key, state](5_000, slowWindows*c.Window)}
	},
}
