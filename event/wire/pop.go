package wire

var popBuffers []Description
