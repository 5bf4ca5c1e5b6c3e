package wire

var krb5Buffers []Description
