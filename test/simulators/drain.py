"""Collects the rings of some ring-shower controllers with pymodbus, as the data sheet says, until they are empty and stay so.

usage: drain.py rtu|tcp PORT SECONDS UNIT...      prints {unit: {count, fen, hash, overwritten}} as JSON
"""
import hashlib
import json
import struct
import sys
import time

from pymodbus.client import ModbusTcpClient
from pymodbus.transaction import ModbusRtuFramer, ModbusSocketFramer

KINDS = {0xF1: ("waterHold", 1), 0xF2: ("waterContinue", 1), 0xF3: ("waterRelease", -1), 0xFE: ("reversal", -1)}


def crc16(data):
    crc = 0xFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ 0xA001 if crc & 1 else crc >> 1
    return crc


def read(client, unit, address, count):
    reply = client.read_holding_registers(address, count, slave=unit)
    if reply.isError():
        raise RuntimeError(f"unit {unit} address {address}: {reply}")
    return reply.registers


def collect(client, unit, seen):
    """One cycle: pointers, up to five records from tail, checks, tail with the absolute new value."""
    capacity, words, head, tail, *_ = read(client, unit, 0x100, 13)
    held = (head - tail) % capacity
    many = min(held, 125 // words, capacity - tail)
    if many == 0:
        return 0
    raw = struct.pack(f">{many * words}H", *read(client, unit, 0x1000 + words * tail, many * words))
    for at in range(many):
        record = raw[48 * at : 48 * at + 48]
        assert crc16(record[:46]) == struct.unpack(">H", record[46:])[0], "record checksum"
        serial, mark = struct.unpack(">IB", record[:5])
        before, after, amount = struct.unpack(">iiI", record[24:36])
        assert (serial - 1) % capacity == (tail + at) % capacity, "index of a serial number"
        assert serial == seen["count"] + 1, f"serial {serial} follows {seen['count']}"
        kind, sign = KINDS[mark]
        assert before - sign * amount == after, "balance"
        seen["count"] += 1
        seen["fen"] += sign * amount
        seen["hash"].update(f"{serial}:{kind}:{amount}\n".encode())
    reply = client.write_register(0x103, (tail + many) % capacity, slave=unit)
    assert not reply.isError(), reply
    return many


def main():
    mode, port, seconds, *units = sys.argv[1:]
    framer = ModbusRtuFramer if mode == "rtu" else ModbusSocketFramer
    client = ModbusTcpClient("127.0.0.1", port=int(port), framer=framer, timeout=3)
    assert client.connect()
    seen = {int(unit): {"count": 0, "fen": 0, "hash": hashlib.sha256()} for unit in units}
    end = time.monotonic() + float(seconds)
    while True:
        moved = sum(collect(client, unit, sums) for unit, sums in seen.items())
        if time.monotonic() > end and moved == 0:
            break
    for unit, sums in seen.items():
        last = read(client, unit, 0x100, 13)
        assert (last[4] << 16 | last[5]) == sums["count"] and (last[9] << 16 | last[10]) == sums["fen"], "device totals"
        sums.update(hash=sums["hash"].hexdigest(), overwritten=last[11])
    print(json.dumps(seen))


main()
