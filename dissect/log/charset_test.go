package log

import (
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/japanese"
)

func TestDecode(t *testing.T) {
	for _, text := range []string{"端末「総務課０１」で不審な通信を検知しました msg=ウイルス", "不正プログラムを隔離しました。対象=情報政策課"} {
		for name, e := range map[string]encoding.Encoding{"shift_jis": japanese.ShiftJIS, "euc-jp": japanese.EUCJP, "iso-2022-jp": japanese.ISO2022JP} {
			b, err := e.NewEncoder().Bytes([]byte(text))
			if err != nil {
				t.Fatal(err)
			}
			for _, charset := range []string{name, "auto", ""} {
				if got, ok := Decode(b, charset); !ok || string(got) != text {
					t.Errorf("%s read as %q: %q, %v", name, charset, got, ok)
				}
			}
		}
		if got, ok := Decode([]byte("\xef\xbb\xbf"+text), ""); !ok || string(got) != text {
			t.Errorf("UTF-8 with a mark: %q", got)
		}
	}
	if got, ok := Decode([]byte("abc\xff\xff"), "utf-8"); ok || string(got) != "abc\uFFFD" {
		t.Errorf("%q, %v", got, ok)
	}
}
