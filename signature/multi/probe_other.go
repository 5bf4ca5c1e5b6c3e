//go:build !amd64 || purego

package multi

// hasVBMI says that no processor here looks up 64 bytes at a time.
const hasVBMI = false

func probeLong(b []byte, blocks int, t *tier, r *room) []uint32 { return longPlaces(b, blocks, t, r) }

func probeShort(b []byte, blocks int, t *tier, r *room) []uint32 { return shortPlaces(b, blocks, t, r) }

func probeTiny(b []byte, blocks int, t *tiny, live byte, out *[chunk]uint32) bool {
	return tinyBits(b, blocks, &t.tables, live, out) != 0
}
