package wire

var mdnsBuffers []Description
