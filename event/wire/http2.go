package wire

var http2Buffers []Description
