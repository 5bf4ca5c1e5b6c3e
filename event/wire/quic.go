package wire

var quicBuffers []Description
