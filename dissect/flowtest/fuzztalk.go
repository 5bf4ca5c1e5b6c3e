package flowtest

import (
	"testing"

	"github.com/yagura-project/yagura/dissect"
)

// FuzzTalk fuzzes a protocol with Stress, seeded with the messages of a conversation, one by one and all together.
func FuzzTalk(f *testing.F, says []Say, p dissect.Protocol) {
	f.Helper()
	all := ""
	for _, s := range says {
		f.Add([]byte(s.B))
		all += s.B
	}
	f.Add([]byte(all))
	f.Fuzz(func(t *testing.T, b []byte) { Stress(t, p, b) })
}
