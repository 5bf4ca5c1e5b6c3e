package eve

import (
	"strconv"
	"strings"

	"github.com/yagura-project/yagura/event"
)

// modbusFunction is a function in Suricata's words, by the name that the specification gives it.
type modbusFunction struct {
	code   uint64
	name   string
	access string
}

var modbusFunctions = map[string]modbusFunction{
	"read_coils": {1, "RdCoils", "READ | COILS"}, "read_discrete_inputs": {2, "RdDiscreteInputs", "READ | DISCRETES"}, "read_holding_registers": {3, "RdHoldRegs", "READ | HOLDING"},
	"read_input_registers": {4, "RdInputRegs", "READ | INPUT"}, "write_single_coil": {5, "WrSingleCoil", "WRITE | COILS | SINGLE"},
	"write_single_register": {6, "WrSingleReg", "WRITE | HOLDING | SINGLE"}, "read_exception_status": {7, "RdExcStatus", ""}, "diagnostics": {8, "Diagnostic", ""},
	"get_comm_event_counter": {11, "GetCommEventCtr", ""}, "get_comm_event_log": {12, "GetCommEventLog", ""}, "write_multiple_coils": {15, "WrMultCoils", "WRITE | COILS | MULTIPLE"},
	"write_multiple_registers": {16, "WrMultRegs", "WRITE | HOLDING | MULTIPLE"}, "report_server_id": {17, "ReportServerID", ""}, "read_file_record": {20, "RdFileRec", ""},
	"write_file_record": {21, "WrFileRec", ""}, "mask_write_register": {22, "MaskWrReg", "WRITE | HOLDING"},
	"read_write_multiple_registers": {23, "RdWrMultRegs", "READ | WRITE | HOLDING | MULTIPLE"}, "read_fifo_queue": {24, "RdFIFOQueue", ""}, "encapsulated_interface_transport": {43, "MEI", ""},
}

// functionOf is the function of a call; those without a name are known by their number alone.
func functionOf(operation string) modbusFunction {
	if f, ok := modbusFunctions[operation]; ok {
		return f
	}
	n, _ := strconv.ParseUint(strings.TrimPrefix(operation, "function_"), 10, 8)
	return modbusFunction{code: n, name: "Unknown"}
}

// modbus writes the first call of a function: what is read, or else what is written.
func (w *Encoder) modbus(e *event.AppActivity) {
	o, f := &w.o, functionOf(e.Operation)
	o.open("request")
	o.num("protocol_id", 0)
	w.digits("unit_id", e.Attr("unit"))
	o.num("function_raw", f.code)
	o.str("function_code", f.name)
	if f.access == "" {
		f.access = "NONE"
	}
	o.str("access_type", f.access)
	if address := e.Attr("address"); address != "" && f.access != "NONE" {
		if strings.HasPrefix(f.access, "READ") {
			o.open("read")
		} else {
			o.open("write")
		}
		w.digits("address", address)
		w.digits("quantity", e.Attr("quantity"))
		w.digits("data", e.Attr("value"))
		o.close()
	}
	o.close()
}
