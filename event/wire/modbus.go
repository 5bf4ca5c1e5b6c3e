package wire

// Buffers of Modbus. ModbusRequest is unit, function and data of a request as they were on the wire; rules look at it
// through their keyword modbus.
const (
	ModbusRequest Buffer = baseModbus + iota
)

var modbusBuffers = []Description{
	{ID: ModbusRequest, Name: "modbus.request", Apps: []string{"modbus"}, Dirs: fromOrig},
}
