//go:build hyperscan

package hyperscan

/*
#cgo LDFLAGS: -lhs
#include <stdlib.h>
#include <string.h>
#include <hs/hs.h>

typedef struct {
	unsigned int *ids;
	unsigned int n, size;
	unsigned char *seen;
	const unsigned char *suffix;
	unsigned long long len;
} found;

static int on_match(unsigned int id, unsigned long long from, unsigned long long to, unsigned int flags, void *ctx) {
	found *f = ctx;
	if (f->seen[id] || (f->suffix[id] && to != f->len)) return 0;
	f->seen[id] = 1;
	if (f->n < f->size) f->ids[f->n++] = id;
	return 0;
}

static int scan(hs_database_t *db, hs_scratch_t *scratch, const char *b, unsigned int len, unsigned int *ids, unsigned int size,
		unsigned char *seen, const unsigned char *suffix) {
	found f = {ids, 0, size, seen, suffix, len};
	if (hs_scan(db, b, len, 0, scratch, on_match, &f) != HS_SUCCESS) return -1;
	for (unsigned int i = 0; i < f.n; i++) seen[ids[i]] = 0;
	return (int)f.n;
}

static int compile(char **p, unsigned int *flags, unsigned int *ids, size_t *lens, unsigned int n, hs_database_t **db, hs_scratch_t **scratch) {
	hs_compile_error_t *err = NULL;
	if (hs_compile_lit_multi((const char *const *)p, flags, ids, lens, n, HS_MODE_BLOCK, NULL, db, &err) != HS_SUCCESS) {
		if (err) hs_free_compile_error(err);
		return -1;
	}
	return hs_alloc_scratch(*db, scratch) == HS_SUCCESS ? 0 : -1;
}
*/
import "C"

import (
	"errors"
	"runtime"
	"unsafe"

	"github.com/yagura-project/yagura/signature/multi"
)

// Set is a fixed set of patterns. Unlike multi.Set, one goroutine uses it.
type Set struct {
	db      *C.hs_database_t
	scratch *C.hs_scratch_t
	n       int
	ids     []uint32
	seen    []byte
	suffix  []byte
}

// New makes a set; pattern i has the number i.
func New(patterns []multi.Pattern) (*Set, error) {
	s := &Set{n: len(patterns), seen: make([]byte, len(patterns)), suffix: make([]byte, len(patterns)), ids: make([]uint32, len(patterns)+1)}
	var texts []*C.char
	var flags, ids []C.uint
	var lens []C.size_t
	defer func() {
		for _, t := range texts {
			C.free(unsafe.Pointer(t))
		}
	}()
	for i, p := range patterns {
		b := p.Bytes
		if len(b) > multi.MaxLen && p.Suffix {
			b = b[len(b)-multi.MaxLen:]
		}
		if b = b[:min(len(b), multi.MaxLen)]; len(b) == 0 {
			continue
		}
		f := C.uint(0)
		if p.NoCase {
			f |= C.HS_FLAG_CASELESS
		}
		if p.Suffix {
			s.suffix[i] = 1
		} else {
			f |= C.HS_FLAG_SINGLEMATCH
		}
		texts, flags, ids, lens = append(texts, (*C.char)(C.CBytes(b))), append(flags, f), append(ids, C.uint(i)), append(lens, C.size_t(len(b)))
	}
	if len(texts) == 0 {
		return s, nil
	}
	if C.compile(&texts[0], &flags[0], &ids[0], &lens[0], C.uint(len(texts)), &s.db, &s.scratch) != 0 {
		return nil, errors.New("hyperscan: the patterns could not be compiled")
	}
	runtime.SetFinalizer(s, func(s *Set) {
		C.hs_free_scratch(s.scratch)
		C.hs_free_database(s.db)
	})
	return s, nil
}

// Scan gives the numbers of the patterns that occur in b; they are valid until the next call.
func (s *Set) Scan(b []byte) []uint32 {
	if s.db == nil || len(b) == 0 {
		return nil
	}
	n := C.scan(s.db, s.scratch, (*C.char)(unsafe.Pointer(&b[0])), C.uint(len(b)), (*C.uint)(unsafe.Pointer(&s.ids[0])), C.uint(len(s.ids)),
		(*C.uchar)(unsafe.Pointer(&s.seen[0])), (*C.uchar)(unsafe.Pointer(&s.suffix[0])))
	runtime.KeepAlive(s)
	return s.ids[:max(n, 0)]
}
