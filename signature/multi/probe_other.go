//go:build !amd64 || purego

package multi

// maxFours says that short patterns are not found by four bytes here.
func maxFours() int { return 0 }

func probeLong(b []byte, blocks int, t *tier, r *room) []uint32 { return longPlaces(b, blocks, t, r) }

func probeShort(b []byte, blocks int, t *tier, r *room) []uint32 { return shortPlaces(b, blocks, t, r) }

func probeTiny(b []byte, blocks int, t *tiny, live byte, out *[chunk]uint32) bool {
	return tinyBits(b, blocks, &t.tables, live, out) != 0
}
