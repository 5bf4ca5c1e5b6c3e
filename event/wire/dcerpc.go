package wire

var dcerpcBuffers []Description
