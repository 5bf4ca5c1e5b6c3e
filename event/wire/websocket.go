package wire

var websocketBuffers []Description
