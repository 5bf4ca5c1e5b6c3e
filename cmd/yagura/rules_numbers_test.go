package main

import "testing"

func TestComparisonsInWords(t *testing.T) {
	for v, want := range map[string]phrase{
		"5": {"5", "5"}, "=5": {"5", "5"}, "!5": {"5 以外", "not 5"}, "!=5": {"5 以外", "not 5"}, ">5": {"5 より大きい", "more than 5"}, ">= 5": {"5 以上", "5 or more"},
		"<5": {"5 より小さい", "less than 5"}, "<=5": {"5 以下", "5 or less"}, "5<>9": {"5 より大きく 9 より小さい", "more than 5 and less than 9"},
		"5-9": {"5 より大きく 9 より小さい", "more than 5 and less than 9"}, "!5-9": {"5 以下か 9 以上", "5 or less, or 9 or more"}, ">1MB": {"1MB より大きい", "more than 1MB"},
		"9,raw": {"9（raw）", "9 (raw)"}, "success,all": {"success（all）", "success (all)"}, "value <7.1": {"7.1 より小さい", "less than 7.1"}, "aes256-cts-hmac-sha1-96": {"aes256-cts-hmac-sha1-96", "aes256-cts-hmac-sha1-96"},
		"&0xc0=0x80": {"ビット演算 &0xc0=0x80", "bits &0xc0=0x80"},
	} {
		if got := (phrase{compared(v, "ja"), compared(v, "en")}); got != want {
			t.Errorf("%s: %q", v, got)
		}
	}
}
