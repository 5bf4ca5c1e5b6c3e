package wire

var rdpBuffers []Description
