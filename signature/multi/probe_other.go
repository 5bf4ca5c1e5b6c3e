//go:build !amd64 || purego

package multi

func probeLong(b []byte, blocks int, t *tier, out *[chunk]byte) { longBits(b, blocks, t, out) }

func probeShort(b []byte, blocks int, t *tier, out *[2 * chunk]byte) { shortBits(b, blocks, t, out) }

func probeTiny(b []byte, blocks int, tables *[4][16]byte, live byte, out *[chunk]uint32) uint32 {
	return tinyBits(b, blocks, tables, live, out)
}
