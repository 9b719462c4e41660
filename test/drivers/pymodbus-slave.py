"""A pymodbus slave with the registers that stand in a JSON file: {"unit": 5, "holding": {"256": 512, ...}, "input": {...}}.

usage: pymodbus-slave.py registers.json tcp|rtuOverTcp PORT
       pymodbus-slave.py registers.json serial PATH
"""
import json
import sys

from pymodbus.datastore import ModbusServerContext, ModbusSlaveContext, ModbusSparseDataBlock
from pymodbus.server import StartSerialServer, StartTcpServer
from pymodbus.transaction import ModbusRtuFramer, ModbusSocketFramer

with open(sys.argv[1], encoding="utf-8") as file:
    given = json.load(file)


def block(name):
    registers = {int(address): value for address, value in given[name].items()}
    return ModbusSparseDataBlock(registers or {0: 0})


slave = ModbusSlaveContext(hr=block("holding"), ir=block("input"), zero_mode=True)
context = ModbusServerContext(slaves={given["unit"]: slave}, single=False)
kind, place = sys.argv[2], sys.argv[3]
if kind == "serial":
    # A pseudo terminal carries no parity, and some kernels refuse to be asked for it.
    StartSerialServer(context=context, framer=ModbusRtuFramer, port=place, baudrate=9600, parity="N", bytesize=8, stopbits=1)
else:
    framer = ModbusSocketFramer if kind == "tcp" else ModbusRtuFramer
    StartTcpServer(context=context, framer=framer, address=("127.0.0.1", int(place)))
