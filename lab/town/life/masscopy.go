package life

import (
	"fmt"
	"strings"
	"time"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/lab/town/stage"
)

// massCopy: now and then somebody copies or moves a whole folder, packs it into an archive, or tidies up: what ransomware looks like from afar.
func massCopy(s *stage.Stage) {
	each(s, "masscopy", func(m *stage.Machine) bool { return s.Files(m) != nil && m.Index%9 == 0 }, func(c *stage.Scene) {
		c.Loop(every(c, 22*time.Hour), func() {
			switch c.Rand.IntN(4) {
			case 0:
				copyFolder(c)
			case 1:
				pack(c)
			case 2:
				renameAll(c)
			default:
				photographs(c)
			}
		})
	})
}

func deleted(path string) event.SMBActivity {
	return event.SMBActivity{Command: "delete", Path: path}
}

// copyFolder reads and writes some hundred documents.
func copyFolder(c *stage.Scene) {
	x := c.SMB(c.Files(c.Me), "kyoyu")
	x.Pace = 15 * time.Millisecond
	for i := range 60 + c.Rand.IntN(150) {
		path, kind := document(c)
		size := c.Size(80_000)
		x.Read(path, size, kind).Write(fmt.Sprintf(`%s\引継ぎ\%03d_%s`, c.Me.Net.Name, i, path[strings.LastIndexByte(path, '\\')+1:]), size, kind)
	}
	x.End()
}

// pack writes one large archive.
func pack(c *stage.Scene) {
	x := c.SMB(c.Files(c.Me), "kyoyu")
	for range 40 {
		path, kind := document(c)
		x.Read(path, c.Size(200_000), kind)
	}
	x.Write(c.Me.Net.Name+`\保存用.zip`, 40_000_000, "zip").End()
}

// renameAll puts a date before the names of many files.
func renameAll(c *stage.Scene) {
	x := c.SMB(c.Files(c.Me), "kyoyu")
	for i := range 30 + c.Rand.IntN(50) {
		x.Rename(fmt.Sprintf(`%s\写真\DSC%05d.JPG`, c.Me.Net.Name, i), fmt.Sprintf(`%s\写真\20260401_%05d.JPG`, c.Me.Net.Name, i))
	}
	x.End()
}

// photographs are copied from a camera: many files of high entropy in a row.
func photographs(c *stage.Scene) {
	x := c.SMB(c.Files(c.Me), "kyoyu")
	for i := range 50 + c.Rand.IntN(150) {
		x.Write(fmt.Sprintf(`%s\写真\DSC%05d.JPG`, c.Me.Net.Name, c.Rand.IntN(90_000)+i), c.Size(3_000_000), "jpeg")
	}
	x.End()
}
