#!/usr/bin/env python3
"""An access terminal written from the standards alone (RFC 2046, RFC 7616, the public ISAPI field names), with Python's own library and nothing of ours.

  peer.py serve USER PASSWORD EVENTS      serves alertStream, AcsEvent, deviceInfo and System/time with digest login; prints its port first.
                                          Reads lines from stdin: `pass` makes an event, `drop` ends the streams, `quit` ends.
  peer.py post URL FIRST COUNT FORM       posts COUNT events from serial number FIRST to URL (httpHosts), as `json`, `xml` or `multipart`;
                                          prints the status of each.
"""
import hashlib, http.client, json, os, re, sys, threading, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

JPEG = b"\xff\xd8\xff\xe0CANARY-PICTURE\r\n--seam\r\nContent-Type: application/json\r\n\r\n{}\r\n\xff\xd9"
START = 1795388465


def iso(serial):
    return time.strftime("%Y-%m-%dT%H:%M:%S+08:00", time.gmtime(START + serial * 3 + 8 * 3600))


def minor(serial):
    return 76 if serial % 5 == 0 else 75


def alert(serial, current=True):
    return {
        "ipAddress": "127.0.0.1", "portNo": 80, "protocol": "HTTP", "channelID": 1, "dateTime": iso(serial), "activePostCount": 1,
        "eventType": "AccessControllerEvent", "eventState": "active", "eventDescription": "Access Controller Event",
        "AccessControllerEvent": {
            "deviceName": "peer", "majorEventType": 5, "subEventType": minor(serial), "name": "CANARY-NAME", "cardReaderNo": 1,
            "employeeNoString": "20230701%02d" % (serial % 100), "serialNo": serial, "frontSerialNo": serial - 1, "currentEvent": current,
            "currentVerifyMode": "cardOrFace", "mask": "no", "currTemperature": 36.5,
        },
    }


def alert_xml(serial):
    inner = alert(serial)["AccessControllerEvent"]
    fields = "".join("<%s>%s</%s>" % (key, str(value).lower() if isinstance(value, bool) else value, key) for key, value in inner.items())
    return ('<?xml version="1.0" encoding="UTF-8"?><EventNotificationAlert version="2.0" xmlns="http://www.hikvision.com/ver20/XMLSchema">'
            "<dateTime>%s</dateTime><eventType>AccessControllerEvent</eventType><eventState>active</eventState>"
            "<AccessControllerEvent>%s</AccessControllerEvent></EventNotificationAlert>" % (iso(serial), fields))


class Terminal:
    def __init__(self, user, password, events):
        self.user, self.password, self.newest = user, password, events
        self.nonces, self.streams, self.lock = {}, [], threading.Lock()

    def admitted(self, method, uri, header):
        words = dict((k.lower(), a or b) for k, a, b in re.findall(r'(\w+)=(?:"([^"]*)"|([^\s,]+))', header or ""))
        used = self.nonces.get(words.get("nonce"))
        if used is None or int(words.get("nc", "0"), 16) <= used or words.get("uri") != uri or words.get("username") != self.user:
            return False
        digest = hashlib.sha256 if words.get("algorithm") == "SHA-256" else hashlib.md5
        h = lambda text: digest(text.encode()).hexdigest()
        a1, a2 = h("%s:peer, \"quoted\":%s" % (self.user, self.password)), h("%s:%s" % (method, uri))
        good = h(":".join([a1, words["nonce"], words["nc"], words["cnonce"], words["qop"], a2])) == words.get("response")
        if good:
            self.nonces[words["nonce"]] = int(words["nc"], 16)
        return good


def handler(terminal):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_):
            pass

        def answer(self, status, kind, body, headers=()):
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            for name, value in headers:
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def enter(self):
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length)
            if terminal.admitted(self.command, self.path, self.headers.get("Authorization")):
                return body
            challenges = []
            for algorithm in ("", ', algorithm="SHA-256"'):
                nonce = os.urandom(8).hex()
                terminal.nonces[nonce] = 0
                challenges.append('Digest realm="peer, \\"quoted\\"", qop="auth,auth-int", nonce="%s"%s' % (nonce, algorithm))
            # Both in one header: RFC 9110 allows it.
            self.answer(401, "text/plain", b"", [("WWW-Authenticate", ", ".join(challenges))])
            return None

        def do_GET(self):
            if self.enter() is None:
                return
            if self.path.startswith("/ISAPI/System/deviceInfo"):
                return self.answer(200, "application/xml", b'<DeviceInfo xmlns="urn:psialliance-org"><model>PEER</model><serialNumber>PEER-1</serialNumber></DeviceInfo>')
            if self.path.startswith("/ISAPI/System/time"):
                return self.answer(200, "application/xml", ("<Time><localTime>%s</localTime></Time>" % iso(terminal.newest)).encode())
            if not self.path.startswith("/ISAPI/Event/notification/alertStream"):
                return self.answer(404, "text/plain", b"")
            self.send_response(200)
            self.send_header("Content-Type", "multipart/mixed; boundary=<seam>")
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.flush()
            self.close_connection = True
            stop = threading.Event()
            with terminal.lock:
                terminal.streams.append((self.wfile, stop))
            while not stop.wait(0.2):
                with terminal.lock:
                    try:
                        write_part(self.wfile, b"application/json", json.dumps({"eventType": "heartBeat"}).encode())
                    except OSError:
                        break

        def do_POST(self):
            body = self.enter()
            if body is None:
                return
            condition = json.loads(body)["AcsEventCond"]
            first = condition.get("beginSerialNo", 1)
            known = [n for n in range(max(1, first), terminal.newest + 1) if condition["startTime"] <= iso(n) <= condition["endTime"]]
            at = condition["searchResultPosition"]
            page = known[at:at + min(4, condition["maxResults"])][::-1]
            reply = {"searchID": condition["searchID"], "totalMatches": len(known), "numOfMatches": len(page),
                     "responseStatusStrg": "NO MATCH" if not known else "MORE" if at + len(page) < len(known) else "OK"}
            if page:
                reply["InfoList"] = [dict(major=5, minor=minor(n), time=iso(n), serialNo=n, name="CANARY-NAME", pictureURL="http://x/CANARY@WEB1",
                                          employeeNoString="20230701%02d" % (n % 100), cardReaderNo=1) for n in page]
            self.answer(200, "application/json", json.dumps({"AcsEvent": reply}).encode())

    return Handler


def write_part(out, kind, body):
    # Bare line feeds on purpose, mixed with CRLF: RFC 2046 wants CRLF, devices do not care.
    out.write(b"--<seam>\nContent-Type: " + kind + b"\r\nContent-Length: " + str(len(body)).encode() + b"\n\r\n" + body + b"\r\n")
    out.flush()


def serve(user, password, events):
    terminal = Terminal(user, password, int(events))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler(terminal))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_address[1], flush=True)
    for line in sys.stdin:
        with terminal.lock:
            if line.strip() == "pass":
                terminal.newest += 1
                for out, _ in terminal.streams:
                    try:
                        write_part(out, b"application/json", json.dumps(alert(terminal.newest), indent=1).encode())
                        write_part(out, b"image/jpeg", JPEG)
                    except OSError:
                        pass
            if line.strip() == "drop":
                for out, stop in terminal.streams:
                    stop.set()
                terminal.streams.clear()
        if line.strip() == "quit":
            return


def post(url, first, count, form):
    parts = urlsplit(url)
    for serial in range(int(first), int(first) + int(count)):
        if form == "json":
            kind, body = "application/json; charset=UTF-8", json.dumps(alert(serial)).encode()
        elif form == "xml":
            kind, body = 'application/xml; charset="UTF-8"', alert_xml(serial).encode()
        else:
            text = json.dumps(alert(serial), indent="\t").encode()
            kind = "multipart/form-data; boundary=seam"
            body = (b'--seam\r\nContent-Disposition: form-data; name="event_log"\r\nContent-Type: application/json\r\nContent-Length: '
                    + str(len(text)).encode() + b"\r\n\r\n" + text
                    + b'\r\n--seam\r\nContent-Disposition: form-data; name="Picture"; filename="Picture.jpg"\r\nContent-Type: image/jpeg\r\nContent-Length: '
                    + str(len(JPEG)).encode() + b"\r\n\r\n" + JPEG + b"\r\n--seam--\r\n")
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=10)
        connection.request("POST", parts.path, body, {"Content-Type": kind})
        print(connection.getresponse().status, flush=True)
        connection.close()


if __name__ == "__main__":
    {"serve": serve, "post": post}[sys.argv[1]](*sys.argv[2:])
