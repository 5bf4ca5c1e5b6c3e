package wire

var llmnrBuffers []Description
