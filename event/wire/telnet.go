package wire

var telnetBuffers []Description
