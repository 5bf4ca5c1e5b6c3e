package detect

import "strings"

// common are the pairs of letters that English words and romanised Japanese are
// made of (about a quarter of all 676 pairs covers four fifths of real names).
var common = pairs("th he in er an re nd at on nt ha es st en ed to it ou ea hi is or ti as te et ng of al de se le sa si ar ve ra ld ur ic ro ri io li la ma me no ne ta " +
	"ca co ch ce ll il el ec pe pr po pa do di da ge ho us ut un ul tr so sh su ss ot om op ow ol lo mo mi fo fi fr wi we wh wa be ba bl bo br bu cl cr ct ck ee ei em ep ex fe " +
	"ga gr gu id ie if ig im ir iv ke ki ko ku ka ly mb mp nc ns oa od oo os pl pp pu rd rm rs rt ru ry sc sk sp tt tu ty ub ui um up va vi wo yo yu ya my mu na ni nu go gi " +
	"ai ay am ad ag ap av aw ac ab ak au ey ev eb em eo ga gl ha hu ig ip is ix ju ja jo ki kn lu lt nk of ok ov ox oy po pi ph rk rn rv sl sm sn sy tv tw ts ue um uc ue wn za zo ze")

func pairs(s string) map[string]bool {
	m := map[string]bool{}
	for _, p := range strings.Fields(s) {
		m[p] = true
	}
	return m
}

// MadeUp reports whether the first label of a registered domain looks as if no
// person had chosen it: long, and few of its letter pairs are common ones, or
// digits are strewn among the letters.
func MadeUp(domain string) bool {
	label, _, _ := strings.Cut(domain, ".")
	if len(label) < 7 || strings.HasPrefix(label, "xn--") {
		return false
	}
	known, all, digits, changes := 0, 0, 0, 0
	for i := range len(label) {
		if isDigit(label[i]) {
			digits++
		}
		if i == 0 {
			continue
		}
		if isDigit(label[i]) != isDigit(label[i-1]) {
			changes++
		}
		if isLetter(label[i]) && isLetter(label[i-1]) {
			all++
			if common[label[i-1:i+1]] {
				known++
			}
		}
	}
	if digits >= 3 && changes >= 3 {
		return true
	}
	return all >= 6 && float64(known) < 0.55*float64(all)
}

func isDigit(c byte) bool  { return '0' <= c && c <= '9' }
func isLetter(c byte) bool { return 'a' <= c && c <= 'z' }
