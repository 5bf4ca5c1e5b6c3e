package wire

var ikeBuffers []Description
