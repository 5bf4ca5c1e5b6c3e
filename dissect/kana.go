package dissect

import "strings"

// How much more often a byte of EUC-JP stands first and second in words of katakana of half the width, as Shift_JIS has them, than in words of
// kanji: 'e' alike, 'f' e times as often, 'd' the other way round, from 0xa1 to 0xdf. Counted over the words of a Japanese dictionary that may be
// both (10,700 and 45,900); a half of it held against the other takes 3 % of the kanji for katakana, and 11 % of the katakana for kanji.
const (
	kanaFirst  = "aaaaaaiiffffffffeedddedecedeedcddbefcdadceefdddhgigfgfiiiiigiih"
	kanaSecond = "aaaaaadfbdddecffefdddededddefccedcefddccdeeedddcecdbbafefeecghg"
	kanaLeast  = 0xa1 // the first byte of them
)

// katakana tells text of which sjis is the reading in Shift_JIS, and which can be read as EUC-JP, too: it is katakana of half the width, written as
// words are, and its bytes are rather those of katakana.
func katakana(s, sjis string) bool {
	if !spelt(sjis) {
		return false
	}
	weight := 0
	for i := 0; i < len(s); i++ {
		if s[i] < kanaLeast || i+1 == len(s) {
			continue
		}
		first, second := int(s[i])-kanaLeast, int(s[i+1])-kanaLeast
		if first >= len(kanaFirst) || second < 0 || second >= len(kanaSecond) {
			return false
		}
		weight += int(kanaFirst[first]) - 'e' + int(kanaSecond[second]) - 'e'
		i++
	}
	return weight > 0
}

// spelt tells text with no other characters above ASCII than narrow ones, in which marks of voice, small ones and the long one stand where words
// have them.
func spelt(s string) bool {
	last := ' '
	for _, r := range s {
		if narrow(r) && !follows(last, r) || !narrow(r) && r >= 0x80 {
			return false
		}
		last = r
	}
	return true
}

// follows tells whether a narrow character may stand behind another one.
func follows(last, r rune) bool {
	const (
		voice = "ｳｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾊﾋﾌﾍﾎ"
		half  = "ﾊﾋﾌﾍﾎ"
		glide = "ｷｼﾁﾆﾋﾐﾘﾃﾌｳﾄﾞﾟ" // behind which a small ﾔ, ﾕ or ﾖ stands
		alone = "ｱｲｳｴｵｧｨｩｪｫｬｭｮﾅﾆﾇﾈﾉﾏﾐﾑﾒﾓﾔﾕﾖﾜｦﾝｰｯ"
	)
	switch {
	case r == 'ﾞ':
		return strings.ContainsRune(voice, last)
	case r == 'ﾟ':
		return strings.ContainsRune(half, last)
	case r == 'ｬ' || r == 'ｭ' || r == 'ｮ':
		return strings.ContainsRune(glide, last)
	case r >= 'ｧ' && r <= 'ｫ' || r == 'ｰ':
		return narrow(last)
	case r == 'ｯ':
		return narrow(last) && last != 'ﾝ' && last != 'ｯ'
	case last == 'ｯ': // what it doubles
		return !strings.ContainsRune(alone, r)
	}
	return true
}
