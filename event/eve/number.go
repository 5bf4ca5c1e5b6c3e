package eve

// pairs are the two digits of each number below a hundred.
var pairs = func() (t [100][2]byte) {
	for i := range t {
		t[i] = [2]byte{byte('0' + i/10), byte('0' + i%10)}
	}
	return t
}()

// number appends v in decimal: a line has a dozen of them, most of them short.
func number(b []byte, v uint64) []byte {
	switch {
	case v < 10:
		return append(b, byte('0'+v))
	case v < 100:
		p := &pairs[v]
		return append(b, p[0], p[1])
	}
	var room [20]byte
	at := len(room)
	for v >= 100 {
		at -= 2
		copy(room[at:at+2], pairs[v%100][:])
		v /= 100
	}
	if v >= 10 {
		at -= 2
		copy(room[at:at+2], pairs[v][:])
	} else {
		at--
		room[at] = byte('0' + v)
	}
	return append(b, room[at:]...)
}
