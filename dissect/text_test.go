package dissect

import (
	"testing"
	"unicode/utf8"

	"golang.org/x/text/encoding/japanese"
)

// TestBareNames reads names as they were written without saying how: kanji and kana in EUC-JP, katakana of half the width and kanji in Shift_JIS.
func TestBareNames(t *testing.T) {
	for _, name := range []string{"資料.doc", "議事録.doc", "会議.xls", "住民票.pdf", "予算.xls", "見積書.xls", "税務課.txt", "日程表.xls", "報告書", "テスト.txt", "データ.csv", "お知らせ.pdf",
		"通知", "一覧表", "申請書", "防災", "選挙", "平成", "年度計画", "職員名簿.xls"} {
		b, err := japanese.EUCJP.NewEncoder().String(name)
		if got := Text(b, "?"); err != nil || got != name {
			t.Errorf("EUC-JP %q: %q %v", name, got, err)
		}
	}
	for _, name := range []string{"ﾃｽﾄ.txt", "ﾃﾞｰﾀ.xls", "ｼｽﾃﾑ.doc", "ﾒﾓ.txt", "ﾏﾆｭｱﾙ.pdf", "ｻﾝﾌﾟﾙ.xls", "ﾘｽﾄ.csv", "ﾊﾟｿｺﾝ", "ﾌｧｲﾙ.zip", "ﾌｫﾙﾀﾞ", "ﾒｰﾙ.eml", "ｱﾝｹｰﾄ.doc", "ｸﾞﾗﾌ.xls",
		"ﾆｭｰｽ", "ｶﾞｲﾄﾞ.pdf", "ﾄﾞﾗｲﾊﾞ.exe", "ﾌﾟﾛｸﾞﾗﾑ.exe", "資料.doc", "表示ﾃｽﾄ.txt"} {
		b, err := japanese.ShiftJIS.NewEncoder().String(name)
		if got := Text(b, "?"); err != nil || got != name {
			t.Errorf("Shift_JIS %q: %q %v", name, got, err)
		}
	}
}

func FuzzText(f *testing.F) {
	f.Add("\xbc\xbd\xc3\xd1")
	f.Add("\xc3\xde\xb0\xc0.csv")
	f.Fuzz(func(t *testing.T, s string) {
		if got := Text(s, "?"); !utf8.ValidString(got) {
			t.Errorf("%q", got)
		}
	})
}
