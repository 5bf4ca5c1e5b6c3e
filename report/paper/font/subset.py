#!/usr/bin/python3
"""Make the report's two fonts out of Debian's BIZ UDPGothic.

Kept: ASCII, JIS X 0208 (levels 1 and 2), the NEC and IBM characters of code page 932 that names are written
with (髙 﨑 Ⅲ ㈱ …), half-width kana and some signs. Hinting and layout tables are dropped: paper needs neither.
The result depends only on the font package and on fonttools; gzip is told no time and no name.

usage: apt-get install fonts-morisawa-bizud-gothic python3-fonttools && ./subset.py
"""
import gzip
import io
import pathlib

from fontTools import subset

SOURCE = pathlib.Path("/usr/share/fonts/truetype/bizud-gothic")
HERE = pathlib.Path(__file__).parent
SIGNS = "–—―…•·✓←↑→↓▲▼△▽●○■□◆◇％～－−‖©®°±×÷µ≤≥≦≧≠∞№℃"
TABLES = ["GSUB", "GPOS", "GDEF", "BASE", "vhea", "vmtx", "VORG", "DSIG", "gasp", "meta"]


def wanted():
    points = set(range(0x20, 0x7F)) | set(range(0xFF61, 0xFFA0)) | set(map(ord, SIGNS))
    for high in [*range(0x81, 0xA0), *range(0xE0, 0xFD)]:
        for low in [*range(0x40, 0x7F), *range(0x80, 0xFD)]:
            try:
                points.update(map(ord, bytes([high, low]).decode("cp932")))
            except UnicodeDecodeError:
                pass
    return {p for p in points if not 0xE000 <= p < 0xF900}


def make(weight):
    options = subset.Options()
    options.hinting = False
    options.layout_features = []
    options.notdef_outline = True
    options.glyph_names = False
    options.recalc_timestamp = False
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]  # copyright and licence stay in the file
    options.drop_tables += TABLES
    font = subset.load_font(str(SOURCE / f"BIZUDPGothic-{weight}.ttf"), options)
    cut = subset.Subsetter(options)
    cut.populate(unicodes=wanted())
    cut.subset(font)
    out = io.BytesIO()
    subset.save_font(font, out, options)
    packed = gzip.compress(out.getvalue(), 9, mtime=0)
    (HERE / f"{weight.lower()}.ttf.gz").write_bytes(packed)
    print(f"{weight}: {font['maxp'].numGlyphs} glyphs, {len(out.getvalue())} bytes, {len(packed)} packed")


for name in ("Regular", "Bold"):
    make(name)
