# Uses an HTML report as a person would, in headless Chromium, and prints what there is to see.
#
# browser.py REPORT [SCREENSHOTS]
#
# Chromium is driven by its DevTools protocol over a pipe: messages of JSON with a zero byte behind each,
# written to the browser's file descriptor 3 and read from its 4. With a directory for SCREENSHOTS it keeps
# what it saw there.
import base64
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

report = pathlib.Path(sys.argv[1]).resolve()
screenshots = sys.argv[2] if len(sys.argv) > 2 else None


class Browser:
    def __init__(self, profile):
        command = (
            shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
        )
        their_in, our_out = os.pipe()
        our_in, their_out = os.pipe()

        def connect():
            # Numbers above 9, so that neither copy overwrites the other.
            os.dup2(os.dup2(their_in, 20), 3)
            os.dup2(os.dup2(their_out, 21), 4)

        self.process = subprocess.Popen(
            [
                command,
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--disable-background-networking",
                "--window-size=1400,900",
                f"--user-data-dir={profile}",
                "--remote-debugging-pipe",
                "about:blank",
            ],
            preexec_fn=connect,
            close_fds=False,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(their_in)
        os.close(their_out)
        self.out, self.input = os.fdopen(our_out, "wb"), os.fdopen(our_in, "rb")
        self.number, self.session, self.buffer, self.events = 0, None, b"", []
        pages = [t for t in self.call("Target.getTargets")["targetInfos"] if t["type"] == "page"]
        self.session = self.call("Target.attachToTarget", targetId=pages[0]["targetId"], flatten=True)[
            "sessionId"
        ]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(domain + ".enable")

    def receive(self):
        while b"\0" not in self.buffer:
            more = os.read(self.input.fileno(), 1 << 16)
            if not more:
                sys.exit("the browser has gone")
            self.buffer += more
        text, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(text)

    def call(self, method, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        self.out.write(json.dumps(message).encode() + b"\0")
        self.out.flush()
        while True:
            answer = self.receive()
            if answer.get("id") == self.number:
                if "error" in answer:
                    sys.exit(f"{method}: {answer['error']['message']}")
                return answer["result"]
            self.events.append(answer)

    def wait(self, method):
        while not any(e.get("method") == method for e in self.events):
            self.events.append(self.receive())

    def ask(self, expression):
        """The value of a JavaScript expression, after what was typed and clicked has been drawn."""
        result = self.call(
            "Runtime.evaluate",
            awaitPromise=True,
            returnByValue=True,
            expression="new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() =>"
            f" done({expression}))))",
        )
        if "exceptionDetails" in result:
            sys.exit(f"{expression}: {result['exceptionDetails']}")
        return result["result"].get("value")

    def press(self, key):
        text = {"Enter": "\r"}.get(key, key if len(key) == 1 else "")
        codes = {"Enter": 13, "Escape": 27, "ArrowDown": 40}
        code = codes.get(key, 0)
        self.call("Input.dispatchKeyEvent", type="keyDown", key=key, text=text, windowsVirtualKeyCode=code)
        self.call("Input.dispatchKeyEvent", type="keyUp", key=key, windowsVirtualKeyCode=code)

    def type(self, text):
        self.call("Input.insertText", text=text)

    def place(self, selector):
        place = self.ask(
            f"(r => r && [r.x + r.width / 2, r.y + r.height / 2])"
            f"(document.querySelector({json.dumps(selector)})?.getBoundingClientRect())"
        )
        if not place:
            sys.exit(f"nothing is {selector}")
        return dict(x=place[0], y=place[1])

    def click(self, selector):
        place = self.place(selector)
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, button="left", clickCount=1, **place)

    def hover(self, selector):
        self.ask(f"document.querySelector({json.dumps(selector)})?.scrollIntoView({{block: 'center'}})")
        self.call("Input.dispatchMouseEvent", type="mouseMoved", **self.place(selector))

    def keep(self, name):
        if screenshots:
            data = self.call("Page.captureScreenshot", format="png")["data"]
            pathlib.Path(screenshots, name + ".png").write_bytes(base64.b64decode(data))


NAMES = "[...document.querySelectorAll('.list tbody tr')].map(r => r.dataset.name)"
BACK = "getComputedStyle(document.body).backgroundColor"


def column(browser, number):
    cells = browser.ask(
        f"[...document.querySelectorAll('.list tbody tr')].map(r => r.cells[{number}].textContent)"
    )
    return [int(c.replace(",", "").replace("\u2013", "-1")) for c in cells]


def main(browser):
    browser.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "light"}])
    browser.call("Page.navigate", url=report.as_uri())
    browser.wait("Page.loadEventFired")
    everything = browser.ask(NAMES)
    print("opened:", browser.ask("document.title"))
    print("stencils:", len(everything), "sorted by name:", everything == sorted(everything))
    browser.keep("index-light")

    for order in ("descending", "ascending"):
        browser.click("th[data-key=code]")
        sizes = column(browser, 1)
        print(
            "sorted by size,",
            browser.ask("document.querySelector('th[data-key=code]').ariaSort") + ":",
            sizes == sorted(sizes, reverse=order == "descending") and len(sizes) == len(everything),
        )
    browser.keep("sorted")

    word = sys.argv[3] if len(sys.argv) > 3 else "CHECK"
    browser.press("/")
    browser.type(word.lower())
    found = browser.ask(NAMES)
    print(
        "searched:",
        len(found),
        "all match:",
        all(word in name for name in found),
        "none left out:",
        len(found) == sum(word in name for name in everything),
    )
    browser.keep("search")
    browser.press("Enter")  # leaves the field, selects the first row
    browser.press("Enter")  # opens it
    shown = browser.ask("document.querySelector('h1').textContent")
    print("opened by keyboard:", shown == found[0])
    print(
        "instructions:",
        browser.ask("document.querySelectorAll('.code .offset').length") > 0,
        "holes:",
        browser.ask("document.querySelectorAll('.hole').length") > 0,
        "definition:",
        browser.ask("document.querySelector('.source pre')?.textContent.length > 0"),
    )
    browser.hover(".hole")
    print(
        "explained:",
        browser.ask("!document.getElementById('tip').hidden"),
        "|",
        browser.ask("document.querySelector('#tip b').textContent"),
    )
    browser.keep("stencil-light")
    browser.ask(
        "location.hash = '#/s/' + JSON.parse(document.getElementById('data').textContent).sets.at(-1)"
        ".stencils.find(s => s.lines.some(l => l[4] >= 0)).name"
    )
    print(
        "arrows that are to be seen:",
        browser.ask(
            "(box => { const arrows = [...document.querySelectorAll('.arrow')]"
            ".map(a => a.getBoundingClientRect());"
            " return arrows.length > 0"
            " && arrows.every(a => a.bottom <= box.bottom && a.right <= box.right); })"
            "(document.querySelector('.code svg').getBoundingClientRect())"
        ),
    )
    browser.keep("arrows")
    browser.press("t")
    dark = browser.ask(BACK)
    browser.keep("stencil-dark")
    browser.press("u")
    browser.keep("search-dark")
    browser.press("t")
    print("dark mode is another colour:", dark != browser.ask(BACK))
    browser.press("h")
    print("helpers:", browser.ask("document.querySelectorAll('.list tbody tr').length") > 0)
    browser.keep("helpers")
    browser.press("j")
    browser.press("Enter")
    print("helper:", browser.ask("document.querySelector('h1').textContent"))
    browser.keep("helper")
    if browser.ask("[...document.querySelectorAll('nav a')].some(a => a.hash.startsWith('#/diff'))"):
        browser.press("d")
        print("differences:", browser.ask(NAMES + ".length"))
        browser.keep("diff")
        browser.press("j")
        browser.press("Enter")
        print("side by side:", browser.ask("document.querySelectorAll('.diff .old, .diff .new').length") > 0)
        browser.keep("diff-stencil")
    browser.press("?")
    print("keys are told:", browser.ask("document.getElementById('help').open"))
    browser.keep("keys")

    requests = [
        e["params"]["request"]["url"]
        for e in browser.events
        if e.get("method") == "Network.requestWillBeSent"
    ]
    others = [u for u in requests if u.split("#")[0] not in (report.as_uri(), "about:blank")]
    print("requests to anything else:", len(others), *others)
    faults = [
        e
        for e in browser.events
        if e.get("method") == "Runtime.exceptionThrown"
        or (e.get("method") == "Log.entryAdded" and e["params"]["entry"]["level"] == "error")
    ]
    print("script errors:", len(faults), *[json.dumps(f["params"]) for f in faults])


with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
    browser = Browser(profile)
    try:
        main(browser)
    finally:
        browser.process.kill()
        browser.process.wait()
