package wire

var dnp3Buffers []Description
