package multi

// common says how often a byte comes in traffic, roughly, by its fold: the lower, the better it tells.
func common(c byte) int {
	switch c |= 0x20; {
	case c == 0x20, c == '0', c == 'e', c == 't':
		return 8
	case c == 'a', c == 'o', c == 'i', c == 'n', c == 's', c == 'r', c == '/', c == '.', c == '-', c == '=', c == 0x2d:
		return 5
	case c >= 'a' && c <= 'z', c >= '1' && c <= '9':
		return 3
	case c == ':', c == '*', c == '/', c == ';', c == '&', c == 0x7f, c == ',':
		return 3
	}
	return 1
}

// ordinary are pieces of what traffic is full of: pages, programs, headers, English.
const ordinary = `<div class="content"><span style="display:none;width:100%"></span></div><p><li><a href="https://www.example.com/index.html" ` +
	`target="_blank">read more</a></li></p><script type="text/javascript" src="/static/js/main.min.js"></script><link rel="stylesheet" ` +
	`type="text/css"><meta name="description" content="text/html; charset=utf-8"><table border="0" cellpadding="0"><tr><td align="center">` +
	`<input type="hidden" name="value"><form action="" method="post"><img alt="" height="0"><title><head><body onload="">` +
	`function(event){var that=this;return document.getElementById(window.location);if(typeof object===undefined){for(var i=0;i<length;i++)` +
	`string number new Array prototype else null true false error message default config module exports require option select button ` +
	`HTTP/1.1 200 OK Content-Type: application/octet-stream Content-Length: Connection: keep-alive Cache-Control: max-age=0 Accept: */* ` +
	`User-Agent: Mozilla/5.0 (Windows NT 10.0; Win64; x64) Server: Last-Modified: GMT Expires: Host: Cookie: Transfer-Encoding: chunked ` +
	`the and that for with this from other are not all any which have been version file files system service program license copyright ` +
	`package provided information following under without including software user data code public work such may each use used ` +
	`<?xml version="1.0" encoding="UTF-8"?> \Windows\System32\ Program Files .com .net .org .exe .dll .php .asp`

// usual are the folded 3-grams of ordinary, by a hash (open addressing).
var usual = func() (t [1 << usualBits]uint32) {
	for i := range len(ordinary) - 2 {
		*usualAt(&t, foldedAt(ordinary, i)) = foldedAt(ordinary, i)
	}
	return t
}()

const usualBits = 12

// usualAt is where a folded 3-gram stands, or would.
func usualAt(t *[1 << usualBits]uint32, g uint32) *uint32 {
	i := g * mul0 >> (32 - usualBits)
	for t[i] != 0 && t[i] != g {
		i = (i + 1) % uint32(len(t))
	}
	return &t[i]
}

// foldedAt is the folded 3-gram at i.
func foldedAt[T string | []byte](s T, i int) uint32 {
	return (uint32(s[i]) | uint32(s[i+1])<<8 | uint32(s[i+2])<<16) | fold&shortMask
}

// commons are what common says of each byte.
var commons = func() (t [256]int) {
	for c := range t {
		t[c] = common(byte(c))
	}
	return t
}()

// costOfUsual is how much worse a place is by each ordinary 3-gram in it.
const costOfUsual = 8

// costOfSame is how much worse a place is by each byte that is as the one before.
const costOfSame = 6

// rarest is where the width bytes of p begin that are likely the rarest; the first where alike.
func rarest(p []byte, width int) int {
	var sums [MaxLen + 1]struct{ bytes, same, usual int } // of what stands before
	for i, c := range p {
		x := sums[i]
		x.bytes += commons[c]
		if i > 0 && c|0x20 == p[i-1]|0x20 {
			x.same += costOfSame
		}
		if i+3 <= len(p) && *usualAt(&usual, foldedAt(p, i)) != 0 {
			x.usual += costOfUsual
		}
		sums[i+1] = x
	}
	best, at := 1<<30, 0
	for i := 0; i+width <= len(p); i++ {
		score := sums[i+width].bytes - sums[i].bytes + sums[i+width].same - sums[i+1].same + sums[i+width-2].usual - sums[i].usual
		if score < best {
			best, at = score, i
		}
	}
	return at
}
