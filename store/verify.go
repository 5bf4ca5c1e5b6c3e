package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"time"
)

// ErrSegment says that a file of telemetry is not what was sealed.
var ErrSegment = errors.New("a segment has been changed or lost")

// VerifySegments reads every segment and holds it against the hash that was taken when it was sealed. It
// gives how many are whole, and ErrSegment with the files that are not.
func (s *State) VerifySegments(ctx context.Context) (whole int, err error) {
	list, err := s.Segments(ctx, time.Time{}, time.Time{})
	if err != nil {
		return 0, err
	}
	var bad []error
	for _, g := range list {
		if err := ctx.Err(); err != nil {
			return whole, err
		}
		if sum, err := hashFile(s.segmentFile(g)); err != nil {
			bad = append(bad, fmt.Errorf("%w: %w", ErrSegment, err))
		} else if sum != g.SHA256 {
			bad = append(bad, fmt.Errorf("%w: %s", ErrSegment, s.segmentFile(g)))
		} else {
			whole++
		}
	}
	return whole, errors.Join(bad...)
}

func hashFile(file string) (string, error) {
	f, err := os.Open(file)
	if err != nil {
		return "", err
	}
	defer f.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}
