package wire

var sipBuffers []Description
