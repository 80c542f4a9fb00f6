# Runs a hot loop in a CPython with a JIT and writes what the JIT made of it.
#
# PYTHON_JIT=1 python executor.py DIRECTORY
#
# N.bin: the machine code of the Nth executor, as _opcode.get_executor(...).get_jit_code() returns it.
# N.uops: the names of its micro-ops, one a line.
import _opcode
import sys


def work(n):
    total, items = 0, [3, 4, 5]
    for i in range(n):
        total += items[i % 3] * 2
        if total > 1000:
            total -= 999
        items[0] = total & 7
    return total


def text(n):
    parts = []
    for i in range(n):
        parts.append(str(i) + "x")
        if len(parts) > 50:
            parts.clear()
    return "".join(parts)


count = 0
for function in (work, text):
    function(100000)
    code = function.__code__
    for offset in range(0, len(code.co_code), 2):
        try:
            executor = _opcode.get_executor(code, offset)
        except (RuntimeError, ValueError):
            continue
        if executor is None or not (machine_code := executor.get_jit_code()):
            continue
        with open(f"{sys.argv[1]}/{count}.bin", "wb") as file:
            file.write(machine_code)
        with open(f"{sys.argv[1]}/{count}.uops", "w") as file:
            file.writelines(f"{uop[0]}\n" for uop in executor)
        count += 1
print(count, "executors")
