package wire

var otherBuffers []Description
