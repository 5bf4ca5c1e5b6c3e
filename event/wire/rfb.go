package wire

var rfbBuffers []Description
