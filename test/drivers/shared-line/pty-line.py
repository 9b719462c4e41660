"""A pseudo terminal that knows the rate its other side set. First line out: the path. Then "<baud> <hex>" for what came in; the same on stdin is sent, as garbage when the rate is another."""
import os
import select
import sys
import termios

RATES = {getattr(termios, "B%d" % rate): rate for rate in (1200, 2400, 4800, 9600, 19200)}


def rate_of(fd):
    return RATES.get(termios.tcgetattr(fd)[5], 0)


def main():
    master, slave = os.openpty()
    attributes = termios.tcgetattr(slave)
    attributes[0] = attributes[1] = attributes[3] = 0
    termios.tcsetattr(slave, termios.TCSANOW, attributes)
    print(os.ttyname(slave), flush=True)
    rest = b""
    while True:
        ready, _, _ = select.select([master, sys.stdin.buffer], [], [], 60)
        if not ready:
            return
        if master in ready:
            data = os.read(master, 4096)
            print(rate_of(master), data.hex(), flush=True)
        if sys.stdin.buffer in ready:
            data = os.read(sys.stdin.fileno(), 65536)
            if not data:
                return
            lines = (rest + data).split(b"\n")
            rest = lines.pop()
            for line in lines:
                rate, text = line.decode().split(" ")
                sent = bytes.fromhex(text)
                os.write(master, sent if int(rate) == rate_of(master) else bytes(byte ^ 0xA5 for byte in sent))


main()
