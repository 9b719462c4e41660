"""A push terminal, written from the public description of the protocol and from nothing of ours. Standard library only.

peer.py PORT SERIAL attendance|access COUNT: introduces itself, offers COUNT passes twice (as after a lost acknowledgement),
and prints what it was answered as one JSON document.
"""
import http.client
import json
import sys


def ask(port, method, path, body=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request(method, path, body=body, headers={"Content-Type": "application/push;charset=UTF-8"})
    reply = connection.getresponse()
    text = reply.read().decode("utf-8")
    connection.close()
    return reply.status, text


def attlog(count):
    rows = ["%d\t2026-11-23 08:%02d:%02d\t%d\t15\t0\t0\t0" % (20230000 + i, i // 60, i % 60, i % 2) for i in range(count)]
    return "".join(row + "\n" for row in rows).encode()


def rtlog(count):
    rows = [
        "\t".join(
            [
                "time=2026-11-23 08:%02d:%02d" % (i // 60, i % 60),
                "pin=%d" % (20230000 + i),
                "cardno=0",
                "eventaddr=1",
                "event=%d" % (0 if i % 3 else 27),
                "inoutstatus=%d" % (i % 2),
                "verifytype=15",
                "index=%d" % (i + 1),
            ]
        )
        for i in range(count)
    ]
    return "".join(row + "\r\n" for row in rows).encode()


def main():
    port, serial, family, count = int(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4])
    told = []
    if family == "attendance":
        told.append(ask(port, "GET", "/iclock/cdata?SN=%s&options=all&pushver=2.4.1&language=83" % serial))
        path, body = "/iclock/cdata?SN=%s&table=ATTLOG&Stamp=4711" % serial, attlog(count)
    else:
        told.append(ask(port, "GET", "/iclock/cdata?SN=%s&options=all&pushver=3.1.2&DeviceType=acc" % serial))
        told.append(ask(port, "POST", "/iclock/registry?SN=%s" % serial, b"DeviceType=acc,LockCount=1,~OEMVendor=A, B"))
        told.append(ask(port, "POST", "/iclock/push?SN=%s" % serial, b""))
        path, body = "/iclock/cdata?SN=%s&table=rtlog" % serial, rtlog(count)
    told.append(ask(port, "POST", path, body))
    told.append(ask(port, "POST", path, body))
    told.append(ask(port, "GET", "/iclock/getrequest?SN=%s" % serial))
    told.append(ask(port, "GET", "/iclock/cdata?SN=%s&options=all&pushver=2.4.1" % serial))
    print(json.dumps([{"status": status, "text": text} for status, text in told]))


main()
