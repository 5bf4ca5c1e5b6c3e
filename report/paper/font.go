package paper

import (
	"bytes"
	"compress/gzip"
	_ "embed" // the fonts
	"fmt"
	"io"
	"sync"

	"github.com/signintech/gopdf"
)

// The fonts are BIZ UDPGothic, cut by font/subset.py; their licence is font/OFL.txt.
var (
	//go:embed font/regular.ttf.gz
	regularGz []byte
	//go:embed font/bold.ttf.gz
	boldGz []byte
)

var unpackFonts = sync.OnceValues(func() (map[string][]byte, error) {
	fonts := map[string][]byte{}
	for name, packed := range map[string][]byte{"regular": regularGz, "bold": boldGz} {
		r, err := gzip.NewReader(bytes.NewReader(packed))
		if err != nil {
			return nil, fmt.Errorf("font %s: %w", name, err)
		}
		if fonts[name], err = io.ReadAll(r); err != nil {
			return nil, fmt.Errorf("font %s: %w", name, err)
		}
	}
	return fonts, nil
})

// geta stands for a letter that the fonts lack, as Japanese printers have always done.
const geta = '〓'

func loadFonts(pdf *gopdf.GoPdf) error {
	fonts, err := unpackFonts()
	if err != nil {
		return err
	}
	for _, name := range []string{"regular", "bold"} {
		option := gopdf.TtfOption{OnGlyphNotFoundSubstitute: func(rune) rune { return geta }}
		if err := pdf.AddTTFFontDataWithOption(name, fonts[name], option); err != nil {
			return fmt.Errorf("font %s: %w", name, err)
		}
	}
	return nil
}
