package http

import (
	"bytes"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event/wire"
)

// longField is how many bytes a field may have before it counts as too long.
const longField = 9000

// manyHeaders is how many fields are too many; Suricata has 1,024, but reading ends before.
const manyHeaders = 400

// names of anomalies that differ by direction.
var (
	noColon    = [2]string{"http.request_field_missing_colon", "http.response_field_missing_colon"}
	folding    = [2]string{"http.invalid_request_field_folding", "http.invalid_response_field_folding"}
	badField   = [2]string{"http.request_header_invalid", "http.response_header_invalid"}
	repeats    = [2]string{"http.request_header_repetition", "http.response_header_repetition"}
	tooLong    = [2]string{"http.request_field_too_long", "http.response_field_too_long"}
	manySizes  = [2]string{"http.duplicate_content_length_field_in_request", "http.duplicate_content_length_field_in_response"}
	badSize    = [2]string{"http.invalid_content_length_field_in_request", "http.invalid_content_length_field_in_response"}
	extensions = [2]string{"http.request_chunk_extension", "http.response_chunk_extension"}
	manyFields = [2]string{"http.request_too_many_headers", "http.response_too_many_headers"}
	badCoding  = [2]string{"http.invalid_transfer_encoding_value_in_request", "http.invalid_transfer_encoding_value_in_response"}
)

// faults tells what is wrong with the fields of a message.
func (f *fields) faults(t *wire.Tx, dir dissect.Dir, s *side) {
	for _, x := range []struct {
		is   bool
		name string
	}{{f.noColon, noColon[dir]}, {f.folded, folding[dir]}, {f.odd && !f.noColon, badField[dir]}, {f.repeated, repeats[dir]}} {
		if x.is {
			t.Event(dir, x.name)
		}
	}
	for _, l := range f.all {
		if len(l.name)+len(l.value) > longField {
			t.Event(dir, tooLong[dir])
			break
		}
	}
	if len(f.all) > manyHeaders {
		t.Event(dir, manyFields[dir])
	}
	if l := f.get("content-length"); l != nil {
		if l.times > 1 {
			t.Event(dir, manySizes[dir])
		}
		if !digits(l.value) {
			t.Event(dir, badSize[dir])
		}
	}
	if l := f.get("transfer-encoding"); l != nil {
		f.coding(t, dir, s, l)
	}
	if dir == dissect.Resp {
		if l := f.get("content-type"); l != nil && bytes.Contains(bytes.ToLower(l.value), []byte("multipart/byteranges")) {
			t.Event(dir, "http.response_multipart_byteranges")
		}
	} else if l := f.get("authorization"); l != nil && !knownAuth(l.value) {
		t.Event(dir, "http.request_auth_unrecognized")
	}
}

func (f *fields) coding(t *wire.Tx, dir dissect.Dir, s *side, l *line) {
	exact := bytes.EqualFold(l.value, []byte("chunked"))
	token := false
	for v := range bytes.SplitSeq(l.value, []byte(",")) {
		token = token || bytes.EqualFold(trim(v), []byte("chunked"))
	}
	switch {
	case !token:
		t.Event(dir, badCoding[dir])
	case dir == dissect.Resp && !exact:
		t.Event(dir, "http.response_abnormal_transfer_encoding")
	}
	if dir == dissect.Resp && s.head.chunked && !bytes.HasPrefix(s.x.answer, []byte("HTTP/1.1")) {
		t.Event(dir, "http.response_chunked_old_proto")
	}
}

func digits(b []byte) bool {
	for _, c := range b {
		if c < '0' || c > '9' {
			return false
		}
	}
	return len(b) > 0
}

// knownAuth tells the schemes that are told apart: Basic, Digest (RFC 7617, RFC 7616) and Bearer (RFC 6750).
func knownAuth(v []byte) bool {
	scheme, _, _ := bytes.Cut(v, []byte(" "))
	for _, s := range []string{"basic", "digest", "bearer"} {
		if is(scheme, s) {
			return true
		}
	}
	return false
}
