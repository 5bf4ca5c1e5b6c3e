package wire

var enipBuffers []Description
