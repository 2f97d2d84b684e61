"""Results of the bench as ratios: lines on a terminal, the table and the plots of docs/performance.md."""
import os
import platform
import re
import statistics
import subprocess
import tempfile

from harness import FLOOR, ROOT, WEFT, Cell

PLAIN = "plain"
FIELDS = ["calls/s", "p50 us", "p99 us", "client cpu s/M", "server cpu s/M", "server kB", "proxies cpu s/M"]
HEAD = (f"{'cell':24} {'peer':10} {'calls/s':>11} {'p50 us':>9} {'p99 us':>9} {'cpu s/M':>8} {'server kB':>9} "
        f"{'rate':>8} {'p50':>7} {'cpu':>7}")
FOOT = ("rate, p50, cpu: as a multiple of the floor's; of open, stream and sink, which the floor has not: its add's at 64\n"
        "of proxies, resumption, a slow reader beside: a multiple of weft's without; then the CPU of one proxy for a call by the cheaper end's")
DOCUMENT = os.path.join(ROOT, "docs", "performance.md")
PLOTS = os.path.join(ROOT, "docs", "performance")
LIBRARIES = ["libuv1", "libmsgpackc2", "libcapnp-0.9.2", "libgrpc++1.51", "libnng1", "libzmq5", "libthrift-0.17.0",
             "libtirpc3", "libsystemd0"]
NAMES = {"zmq": "ZeroMQ", "sdbus": "sd-bus", "nng": "NNG", "capnp": "Cap'n Proto", "grpc": "gRPC", "sunrpc": "SUN RPC",
         "thrift": "Thrift"}


def machine():
    """What the figures depend on. No names of hosts or paths."""
    model, tcp = platform.machine(), ""
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        found = re.search(r"^model name\s*: (.*)$", file.read(), re.M)
        model = found.group(1) if found else model
    try:
        with open("/proc/sys/net/ipv4/tcp_congestion_control", encoding="utf-8") as file:
            tcp = file.read().strip()
    except OSError:
        pass
    versions = {}
    for name in LIBRARIES:
        asked = subprocess.run(["dpkg-query", "-W", "-f=${Version}", name], capture_output=True, text=True, check=False)
        if asked.returncode == 0:
            versions[name] = asked.stdout
    compiler = subprocess.run(["gcc", "-dumpfullversion"], capture_output=True, text=True, check=False).stdout.strip()
    return {"processor": f"{os.cpu_count()} x {model}", "kernel": re.match(r"[\d.]*", platform.release()).group(), "gcc": compiler, "tcp": tcp,
            "load": round(os.getloadavg()[1], 1), "versions": versions}


# ---- figures ----

def rate(line):
    return line[0]


def p50(line):
    return line[1]


def p99(line):
    return line[2]


def cpu(line):
    """Of client and server together."""
    return line[3] + line[4]


def median(lines, figure):
    return statistics.median(map(figure, lines))


def ratio(lines, floor, figure):
    """The median of the rounds' ratios; None where either has none (items have no latency)."""
    pairs = [(figure(a), figure(b)) for a, b in zip(lines, floor)]
    return statistics.median(a / b for a, b in pairs) if all(a and b for a, b in pairs) else None


def proxy_share(lines, n_proxies):
    """The CPU time of one proxy for a call, of which it forwards both frames, by that of the cheaper end."""
    return statistics.median(line[6] / n_proxies / min(line[3], line[4]) for line in lines)


def shown(value, digits=2):
    return "-" if value is None else f"{value:.{digits}f}" if value >= 0.1 else f"{value:.3f}"


def print_cell(text, peers):
    cell = Cell(text)
    for peer, lines in peers.items():
        base = peers[PLAIN] if not cell.is_plain() and peer != FLOOR else peers[FLOOR]
        row = (f"{text:24} {peer:10} {median(lines, rate):11.0f} {median(lines, p50):9.1f} {median(lines, p99):9.1f} "
               f"{median(lines, cpu):8.3f} {median(lines, lambda line: line[5]):9.0f} "
               + " ".join(f"{shown(ratio(lines, base, figure)):>{width}}" for figure, width in
                          ((rate, 8), (p50, 7), (cpu, 7))))
        if cell.n_proxies and peer == WEFT:
            row += f"  {proxy_share(lines, cell.n_proxies):.2f}"
        print(row, flush=True)


def print_all(results):
    print(HEAD)
    for text, peers in results["cells"].items():
        print_cell(text, peers)
    print(FOOT)


# ---- the table ----

def names(results):
    """Peers in the order of how they do at 64 in flight."""
    peers = {peer for cell in results["cells"].values() for peer in cell} - {FLOOR, PLAIN}
    add = results["cells"].get("unix/add/0/64", {})

    def place(peer):
        return (peer != WEFT, -ratio(add[peer], add[FLOOR], rate) if peer in add else 1, peer)
    return sorted(peers, key=place)


def table(heads, rows):
    lines = ["| " + " | ".join(heads) + " |", "| --- |" + " ---: |" * (len(heads) - 1)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def cell_name(text):
    cell = Cell(text)
    if cell.work == "beside":
        return f"{cell.transport}, add beside a stream that nobody reads"
    sizes = {0: "", 64: " 64 B", 1024: " 1 KiB", 65536: " 64 KiB", 1048576: " 1 MiB"}
    return f"{cell.transport}, {cell.work}{sizes.get(cell.size, f' {cell.size} B')}"


def unary_table(results, depth, figure):
    cells = {text: cell for text, cell in results["cells"].items()
             if Cell(text).is_plain() and Cell(text).work in ("add", "echo") and Cell(text).depth == depth}
    peers = [peer for peer in names(results) if any(peer in cell for cell in cells.values())]
    rows = []
    for text, cell in cells.items():
        absolute = median(cell[FLOOR], figure)
        absolute = f"{absolute:,.0f}" if figure is rate else f"{absolute:.1f}" if figure is p50 else f"{absolute:.3f}"
        rows.append([cell_name(text), absolute]
                    + [shown(ratio(cell[peer], cell[FLOOR], figure)) if peer in cell else "" for peer in peers])
    unit = "us" if figure is p50 else "calls/s" if figure is rate else "cpu s/M"
    return table(["", f"floor, {unit}", *(NAMES.get(peer, peer) for peer in peers)], rows)


def other_table(results):
    rows = []
    for text, cell in results["cells"].items():
        parsed = Cell(text)
        for peer in names(results):
            if parsed.work in ("stream", "sink", "open") and parsed.is_plain() and peer in cell:
                lines = cell[peer]
                rows.append([f"{cell_name(text)}, {parsed.depth} under way" if parsed.work == "open" else cell_name(text),
                             NAMES.get(peer, peer), f"{median(lines, rate):,.0f}", shown(ratio(lines, cell[FLOOR], rate)),
                             shown(ratio(lines, cell[FLOOR], cpu))])
    return table(["", "", "a second", "rate", "cpu"], rows)


def proxy_table(results):
    rows = []
    for text, cell in results["cells"].items():
        parsed = Cell(text)
        if parsed.n_proxies and parsed.work != "beside":
            lines, plain = cell[WEFT], cell[PLAIN]
            where = "a processor of their own" if parsed.own else "the same processor"
            rows.append([f"{cell_name(text)}, {parsed.depth} in flight", f"{parsed.n_proxies} on {where}",
                         shown(ratio(lines, plain, rate)), shown(ratio(lines, plain, p50)),
                         f"{median(lines, lambda line: line[6] / parsed.n_proxies):.3f}",
                         shown(proxy_share(lines, parsed.n_proxies))])
    return table(["", "proxies", "rate by direct", "p50 by direct", "cpu of one, us a call", "by the cheaper end's"],
                 rows)


def pressure_table(results):
    rows = [[f"{cell_name(text)}, {Cell(text).depth} in flight",
             "a processor of its own" if Cell(text).own else "the same processor",
             f"{median(cell[WEFT], rate):,.0f}", f"{median(cell[PLAIN], rate):,.0f}",
             shown(ratio(cell[WEFT], cell[PLAIN], rate)), shown(ratio(cell[WEFT], cell[PLAIN], p50))]
            for text, cell in results["cells"].items() if Cell(text).work == "beside"]
    return table(["", "the proxy on", "calls/s beside it", "without it", "rate", "p50"], rows)


def resume_table(results):
    rows = [[f"{cell_name(text)}, {Cell(text).depth} in flight", f"{median(cell[WEFT], rate):,.0f}",
             f"{median(cell[PLAIN], rate):,.0f}", shown(ratio(cell[WEFT], cell[PLAIN], rate)),
             shown(ratio(cell[WEFT], cell[PLAIN], cpu))]
            for text, cell in results["cells"].items() if Cell(text).resumable]
    return table(["", "resumable, calls/s", "not, calls/s", "rate", "cpu"], rows)


def goal_rows(results):
    """What is to be reached beside what is: (goal, bound, {transport: figure})."""
    cells = results["cells"]

    def reached(cell, figure, base=FLOOR):
        there = {t: cells.get(f"{t}/{cell}") for t in ("unix", "tcp")}
        return {t: figure(c[WEFT]) if base is None else ratio(c[WEFT], c[base], figure) for t, c in there.items() if c}
    yield "`add`, 1 in flight: p50", "<= 1.12", reached("add/0/1", p50)
    yield "`add`, 1 in flight: processor time", "<= 1.12", reached("add/0/1", cpu)
    for name, cell in (("`add`", "add/0/64"), ("echo of 64 B", "echo/64/64")):
        yield f"{name}, 64 in flight: calls/s", ">= 0.5", reached(cell, rate)
        yield f"{name}, 64 in flight: processor time", "<= 2", reached(cell, cpu)
    yield "echo of 64 KiB: p50", "<= 1.1", reached("echo/65536/1", p50)
    yield "echo of 1 MiB: p50", "<= 0.9", reached("echo/1048576/1", p50)
    yield "items of 64 B from the server, by the floor's `add` at 64", ">= 0.5", reached("stream/64/1", rate)
    yield "items of 64 B to the server, by the floor's `add` at 64", ">= 0.5", reached("sink/64/1", rate)
    yield "open, call, close, 64 under way, by the floor's `add` at 64", ">= 0.03", reached("open/0/64", rate)
    yield "through one proxy on its own processor, 64 in flight: calls/s by direct", ">= 0.7", \
        reached("add/0/64/1own", rate, PLAIN)
    yield "that proxy's processor time by the cheaper end's", "< 1", \
        reached("add/0/64/1own", lambda lines: proxy_share(lines, 1), None)
    yield "resumable, 64 in flight: calls/s by those that are not", ">= 0.9", reached("add/0/64/resumable", rate, PLAIN)


def is_reached(value, bound):
    relation, limit = bound.split()
    return {"<=": value <= float(limit), ">=": value >= float(limit), "<": value < float(limit)}[relation]


def goal_table(results):
    rows = []
    for goal, bound, figures in goal_rows(results):
        values = [figures.get(transport) for transport in ("unix", "tcp")]
        rows.append([goal, bound] + [("**" + shown(v) + "**" if is_reached(v, bound) else shown(v)) if v else ""
                                     for v in values])
    return table(["goal, by the floor's unless it says otherwise", "", "unix", "tcp"], rows)


def about(results):
    m = results["machine"]
    versions = ", ".join(f"{name} {version}" for name, version in m["versions"].items())
    return (f"{m['processor']}, Linux {m['kernel']}, gcc {m['gcc']}; TCP over loopback with {m['tcp']}. {versions}. "
            f"{results['rounds']} rounds of {results['secs']:g} s; load of the machine before: {m['load']}.")


def document(results):
    parts = [about(results), "### Goals\n\nBold: reached.", goal_table(results), "### One in flight: p50, by the floor's", unary_table(results, 1, p50),
             "### One in flight: processor time of both sides, by the floor's", unary_table(results, 1, cpu),
             "### 64 in flight: calls/s, by the floor's", unary_table(results, 64, rate),
             "### 64 in flight: processor time of both sides, by the floor's", unary_table(results, 64, cpu),
             "### Items one way and connections that come and go, by the floor's `add` at 64 in flight",
             other_table(results), "### Through proxies", proxy_table(results),
             "### A slow reader behind a proxy, beside calls through the same sessions", pressure_table(results),
             "### Sessions that may be resumed", resume_table(results)]
    return "\n\n".join(parts)


# ---- the plots ----

def plot(name, title, axis, cells, peers, figure, results):
    """Bars by peer, a group for each cell, as SVG; the axis is logarithmic."""
    peers = [peer for peer in peers if any(peer in results["cells"][text] for text in cells)]
    with tempfile.TemporaryDirectory() as folder:
        data = os.path.join(folder, "data")
        with open(data, "w", encoding="utf-8") as file:
            file.write("cell " + " ".join(f'"{NAMES.get(peer, peer)}"' for peer in peers) + "\n")
            for text in cells:
                cell = results["cells"][text]
                values = [ratio(cell[peer], cell[FLOOR], figure) if peer in cell else None for peer in peers]
                file.write(f'"{cell_name(text).replace(", ", chr(92) + "n")}" ' + " ".join("?" if v is None else f"{v:.5f}" for v in values) + "\n")
        script = f"""
set terminal svg size 960,420 font "sans-serif,12" background rgb "white"
set output "{os.path.join(PLOTS, name)}.svg"
set title "{title}"
set ylabel "{axis}"
set logscale y
set grid ytics lc rgb "#dddddd"
set style data histogram
set style histogram clustered gap 1
set style fill solid 0.9 border -1
set boxwidth 0.9
set datafile missing "?"
set key outside right top
set bmargin 3
set xtics nomirror
plot {", ".join(f"'{data}' using {i + 2}:xtic(1) title columnheader" for i in range(len(peers)))}, 1 notitle lc rgb "black"
"""
        subprocess.run(["gnuplot"], input=script, text=True, check=True)


def replace(what, text):
    """The part of docs/performance.md between the marks of `what`."""
    begin, end = f"<!-- written by tests/bench/{what} --write -->\n", f"<!-- end of {what} -->"
    with open(DOCUMENT, encoding="utf-8") as file:
        head, rest = file.read().split(begin)
    with open(DOCUMENT, "w", encoding="utf-8") as file:
        file.write(f"{head}{begin}\n{text}\n\n{end}{rest.split(end)[1]}")


def write(results):
    """The tables of docs/performance.md, and the plots beside it."""
    replace("run", document(results))
    os.makedirs(PLOTS, exist_ok=True)
    peers = names(results)
    small = [cell for cell in ("unix/add/0/{}", "unix/echo/64/{}", "unix/echo/1024/{}", "tcp/add/0/{}", "tcp/echo/64/{}")]
    large = ["unix/echo/65536/1", "unix/echo/1048576/1", "tcp/echo/65536/1", "tcp/echo/1048576/1"]

    def there(cells):
        return [cell for cell in cells if cell in results["cells"]]
    plot("latency", "One call in flight: median latency", "by the floor's (lower is better)",
         there(c.format(1) for c in small), peers, p50, results)
    plot("rate", "64 calls in flight: calls a second", "by the floor's (higher is better)",
         there(c.format(64) for c in small), peers, rate, results)
    plot("large", "One large echo in flight: median latency", "by the floor's (lower is better)", there(large), peers,
         p50, results)
