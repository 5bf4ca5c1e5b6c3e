"""LLMNR (RFC 4795) in few lines: `llmnr.py answer NAME ADDRESS` answers for one name, `llmnr.py ask NAME...` asks."""
import socket
import struct
import sys

GROUP, GROUP6, PORT = "224.0.0.252", "ff02::1:3", 5355


def question(name, kind):
    labels = b"".join(bytes([len(p)]) + p.encode() for p in name.split("."))
    return labels + b"\0" + struct.pack("!HH", kind, 1)


def answer(name, address):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind(("", PORT))
    s.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton(GROUP) + socket.inet_aton(address))
    while True:
        data, peer = s.recvfrom(2048)
        if data[12:].startswith(question(name, 1)[:-4]) and data[-4:] == b"\0\1\0\1":
            head = data[:2] + struct.pack("!HHHHH", 0x8000, 1, 1, 0, 0)
            body = question(name, 1) + b"\xc0\x0c" + struct.pack("!HHIH", 1, 1, 30, 4) + socket.inet_aton(address)
            s.sendto(head + body, peer)


def ask(names):
    for i, name in enumerate(names):
        for kind in (1, 28):
            packet = struct.pack("!HHHHHH", 0x5900 + i, 0, 1, 0, 0, 0) + question(name, kind)
            s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            s.settimeout(0.4)
            s.sendto(packet, (GROUP, PORT))
            try:
                s.recvfrom(2048)
            except TimeoutError:
                pass
            s6 = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
            s6.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, socket.if_nametoindex("eth0"))
            s6.sendto(packet, (GROUP6, PORT))


if sys.argv[1] == "answer":
    answer(sys.argv[2], sys.argv[3])
else:
    ask(sys.argv[2:])
