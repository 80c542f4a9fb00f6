"""random_programs.py COUNT SEED PEBBLE...: runs random programs by interpreter and JIT (PEBBLE may be several
words) and compares what they print. Values change their types while compiled code runs, so guards fail
everywhere."""
import random
import subprocess
import sys
import tempfile


class Program:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.functions = []

    def expression(self, names, depth=0):
        pick = self.random.random()
        if depth > 2 or pick < 0.35:
            return self.random.choice(
                names + ["1", "2", "7", "0.5", "3.25", "-4", str(self.random.randrange(1 << 40))]
            )
        if pick < 0.75:
            operator = self.random.choice(["+", "-", "*", "+", "-", "/", "%"])
            right = (
                self.random.choice(["3", "5", "2.5", "11"])
                if operator in "/%"
                else self.expression(names, depth + 1)
            )
            if operator == "%":
                scaled = f"int(({self.expression(names, depth + 1)}) * 1.0 / 1000000.0)"
                return f"({scaled} % {self.random.choice(['3', '5', '11'])})"
            return f"({self.expression(names, depth + 1)} {operator} {right})"
        if pick < 0.85 and self.functions:
            name, count = self.random.choice(self.functions)
            return f"{name}({', '.join(self.expression(names, depth + 1) for _ in range(count))})"
        if pick < 0.9:
            return f"length(text({self.random.choice(names)}))"
        return f"sqrt(float({self.random.choice(names)}) * float({self.random.choice(names)}))"

    def condition(self, names):
        left, right = self.expression(names, 2), self.expression(names, 2)
        return f"{left} {self.random.choice(['<', '<=', '>', '>=', '==', '!='])} {right}"

    def statements(self, names, depth, counters=()):
        lines = []
        for _ in range(self.random.randrange(1, 5)):
            pick = self.random.random()
            name, readable = self.random.choice(names), names + list(counters)
            if pick < 0.45:
                # Kept small, so that integers overflow now and then only.
                lines.append(f"{name} = {self.expression(readable)};")
                if self.random.random() < 0.7:
                    lines.append(
                        f"if {name} > 100000 {{ {name} = 3; }} else if {name} < -100000 {{ {name} = 0.5; }}"
                    )
            elif pick < 0.6:
                lines.append(f"a[{self.random.randrange(4)}] = {self.expression(readable)};")
            elif pick < 0.7:
                lines.append(f"{name} = a[{self.random.randrange(4)}];")
            elif pick < 0.85 and depth < 2:
                lines += [
                    f"if {self.condition(readable)} {{",
                    *self.statements(names, depth + 1, counters),
                    "} else {",
                    *self.statements(names, depth + 1, counters),
                    "}",
                ]
            elif depth < 2:
                counter = f"i{depth}{self.random.randrange(1000)}"
                lines += [
                    f"for {counter} = 0, {self.random.randrange(2, 9)} {{",
                    *self.statements(names, depth + 1, (*counters, counter)),
                    *(
                        ["if " + self.condition(readable) + " { break; }"]
                        if self.random.random() < 0.3
                        else []
                    ),
                    "}",
                ]
            else:
                lines.append(f"a[{self.random.randrange(4)}] = {name};")
        return lines

    def text(self):
        lines = []
        for number in range(self.random.randrange(1, 4)):
            names = [f"p{i}" for i in range(self.random.randrange(1, 4))]
            body = self.statements(names + ["x"], 1)
            lines += [
                f"fun f{number}({', '.join(names)}) {{",
                "let a = [1, 2.5, 3, 4];",
                f"let x = {names[0]};",
                *body,
                f"return {self.expression(names + ['x'])};",
                "}",
            ]
            self.functions.append((f"f{number}", len(names)))
        lines += [
            "let a = [1, 2, 3.5, 4];",
            "let x = 1;",
            "let y = 2.5;",
            "let z = 3;",
            "for round = 0, 60 {",
            *self.statements(["x", "y", "z"], 0, ("round",)),
            "if round % 7 == 0 { print x; print y; print a; } }",
            "print x; print y; print z; print a;",
        ]
        return "\n".join(lines) + "\n"


def run(command, file):
    result = subprocess.run([*command, file], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60)
    return result.stdout + b"status %d\n" % result.returncode


count, seed, *pebble = sys.argv[1:]
good = 0
with tempfile.TemporaryDirectory() as directory:
    file = directory + "/random.peb"
    for number in range(int(seed), int(seed) + int(count)):
        with open(file, "w") as out:
            out.write(Program(number).text())
        expected = run([*pebble, "--no-jit"], file)
        good += expected.endswith(b"status 0\n")
        for threshold in ("1", "3", "20"):
            found = run([*pebble, "--threshold", threshold], file)
            if found != expected:
                sys.stdout.write(open(file).read())
                sys.exit(
                    f"seed {number}, threshold {threshold}: expected\n{expected.decode()}\n"
                        f"found\n{found.decode()}"
                )
print(f"programs={count} without_error={good}")
