package life

import (
	"fmt"
	"time"

	"github.com/yagura-project/yagura/lab/town/stage"
)

// files: people open and save documents on their department's share, as office programs do it: by a temporary file that is renamed.
func files(s *stage.Stage) {
	each(s, "files", func(m *stage.Machine) bool { return s.Files(m) != nil }, func(c *stage.Scene) {
		c.Loop(every(c, 32*time.Minute), func() { work(c) })
	})
}

var kinds = []struct{ ext, kind string }{{"xlsx", "zip"}, {"docx", "zip"}, {"pdf", "pdf"}, {"xls", "ole"}, {"jtd", "ole"}, {"csv", "text"}, {"pptx", "zip"}, {"jpg", "jpeg"}}

func document(c *stage.Scene) (path, kind string) {
	k := stage.Pick(c, kinds)
	return fmt.Sprintf(`%s\%d年度\%s%04d.%s`, c.Me.Net.Name, 2024+c.Rand.IntN(3), stage.Pick(c, []string{"起案", "台帳", "通知", "見積", "名簿", "議事録"}), c.Rand.IntN(3000), k.ext), k.kind
}

// work is one look into the share: folders, some documents read, some saved.
func work(c *stage.Scene) {
	x := c.SMB(c.Files(c.Me), "kyoyu")
	x.Pace = 150 * time.Millisecond
	x.List(c.Me.Net.Name)
	for range 1 + c.Rand.IntN(4) {
		path, kind := document(c)
		x.Read(path, c.Size(90_000), kind)
		if c.Chance(0.35) { // saved: temporary, renamed over the old one
			temp := fmt.Sprintf(`%s\%08X.tmp`, c.Me.Net.Name, c.Rand.Uint32())
			x.Wait(c.Part(4*time.Minute)).Write(temp, c.Size(95_000), kind).Rename(path, path+"~").Rename(temp, path)
			x.Do(deleted(path + "~"))
		}
	}
	x.End()
}
