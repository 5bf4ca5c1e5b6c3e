package store

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress/zstd"
)

// Segment is one sealed file of telemetry, as the manifest lists it.
type Segment struct {
	Path     string // relative to the tenant's segment directory: 2026-11-02/s-….parquet
	Min, Max time.Time
	Rows     int64
	Bytes    int64
	SHA256   string // hex, of the file
	Sealed   time.Time
}

// draft is the open segment: rows already encoded, in memory.
type draft struct {
	buf      bytes.Buffer
	w        *parquet.GenericWriter[Row]
	rows     int64
	min, max int64 // µs
	opened   time.Time
}

func newDraft() *draft {
	d := &draft{}
	d.w = parquet.NewGenericWriter[Row](&d.buf, segmentOptions()...)
	return d
}

func segmentOptions() []parquet.WriterOption {
	return []parquet.WriterOption{
		parquet.Compression(&zstd.Codec{Level: zstd.SpeedFastest}),
		parquet.CreatedBy("yagura", "1", ""),
		parquet.BloomFilters(parquet.SplitBlockFilter(10, "dst_ip"), parquet.SplitBlockFilter(10, "domain"),
			parquet.SplitBlockFilter(10, "sha256")),
	}
}

func (d *draft) add(rows []Row, now time.Time) error {
	if d.rows == 0 {
		d.min, d.max, d.opened = rows[0].TS, rows[0].TS, now
	}
	for i := range rows {
		d.min, d.max = min(d.min, rows[i].TS), max(d.max, rows[i].TS)
	}
	n, err := d.w.Write(rows)
	d.rows += int64(n)
	return err
}

// seal ends the draft, gives its bytes with their place in the manifest, and leaves the draft empty.
func (d *draft) seal(now time.Time) (Segment, []byte, error) {
	err := d.w.Close()
	data := bytes.Clone(d.buf.Bytes())
	sum := sha256.Sum256(data)
	first := time.UnixMicro(d.min).UTC()
	s := Segment{
		Path: filepath.Join(first.Format(time.DateOnly), fmt.Sprintf("s-%s-%x.parquet", first.Format("150405.000000"), sum[:6])),
		Min:  first, Max: time.UnixMicro(d.max).UTC(), Rows: d.rows, Bytes: int64(len(data)),
		SHA256: hex.EncodeToString(sum[:]), Sealed: now.UTC().Truncate(time.Microsecond),
	}
	d.buf.Reset()
	d.w.Reset(&d.buf)
	d.rows = 0
	return s, data, err
}

// place writes a file so that it is either whole or absent under its name, whatever happens in between.
func place(tmpDir, file string, data []byte) (err error) {
	tmp, err := os.CreateTemp(tmpDir, "segment-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			os.Remove(tmp.Name())
		}
	}()
	_, err = tmp.Write(data)
	if err = errors.Join(err, tmp.Sync(), tmp.Close()); err != nil {
		return err
	}
	return settle(tmp.Name(), file)
}

// settle moves a complete file to its name and makes the move durable.
func settle(tmp, file string) error {
	dir := filepath.Dir(file)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	if err := os.Rename(tmp, file); err != nil {
		return err
	}
	return errors.Join(syncDir(dir), syncDir(filepath.Dir(dir)))
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// unreadable turns a panic of the Parquet reader over a damaged file into an error.
func unreadable(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("the file is damaged: %v", p)
	}
}

// inspectSegment reads what the manifest should say about a file that it does not list.
func inspectSegment(root, path string, now time.Time) (s Segment, err error) {
	defer unreadable(&err)
	f, err := os.Open(filepath.Join(root, path))
	if err != nil {
		return s, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return s, err
	}
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return s, err
	}
	p, err := parquet.OpenFile(f, info.Size())
	if err != nil {
		return s, err
	}
	column, ok := p.Schema().Lookup("ts")
	if !ok || p.NumRows() == 0 {
		return s, errors.New("not a segment: it has no rows or no column ts")
	}
	s = Segment{Path: path, Rows: p.NumRows(), Bytes: info.Size(), SHA256: hex.EncodeToString(sum.Sum(nil)), Sealed: now.UTC()}
	for _, g := range p.RowGroups() {
		low, high, ok := g.ColumnChunks()[column.ColumnIndex].(*parquet.FileColumnChunk).Bounds()
		if !ok {
			return s, errors.New("not a segment: column ts has no bounds")
		}
		if s.Min.IsZero() || moment(low.Int64()).Before(s.Min) {
			s.Min = moment(low.Int64())
		}
		if moment(high.Int64()).After(s.Max) {
			s.Max = moment(high.Int64())
		}
	}
	return s, nil
}
