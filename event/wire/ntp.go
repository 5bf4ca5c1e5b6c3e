package wire

var ntpBuffers []Description
