# Runs a command on a terminal and tells whether it wrote colours.
import os
import pty
import sys

output = bytearray()
process, terminal = pty.fork()
if process == 0:
    os.execv(sys.argv[1], sys.argv[1:])
while True:
    try:
        data = os.read(terminal, 1024)
    except OSError:
        break
    if not data:
        break
    output.extend(data)
os.waitpid(process, 0)
print("colours:", b"\x1b[" in output)
