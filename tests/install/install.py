#!/usr/bin/env python3
"""Uses weft the way others do: installs it, builds examples against it, and runs them.

    install.py tree        cmake --install, then the prefix is moved: nothing may remember where it was
    install.py cmake       every example by find_package(weft), with the shared libraries
    install.py template    the template project, copied: its own test, its server and its client
    install.py static      the calculator by find_package(weft), with the static ones
    install.py make        the calculator by pkg-config and make
    install.py json        a program over libweft-json by find_package(weft), shared and static, and by pkg-config; the
                           weft command against itself
    install.py sqlite      a program over libweft-sqlite, likewise
    install.py fetch       the calculator by FetchContent from the source tree
    install.py recorded    generated code and a program of the recorded version, compiled with the headers of that
                           version, against the libraries of this one

What they need to know is in the environment: WEFT_CMAKE, WEFT_SOURCE, WEFT_BUILD, WEFT_WORK, WEFT_CC, WEFT_FLAGS
(of the sanitizers, if any), WEFT_LAUNCHER (ccache, if any). Exit 77: a tool is missing.
"""
import contextlib
import glob
import os
import shutil
import subprocess
import sys

CMAKE = os.environ.get("WEFT_CMAKE", "cmake")
SOURCE = os.environ["WEFT_SOURCE"]
BUILD = os.environ["WEFT_BUILD"]
WORK = os.environ["WEFT_WORK"]
CC = os.environ.get("WEFT_CC", "cc")
FLAGS = os.environ.get("WEFT_FLAGS", "")
LAUNCHER = os.environ.get("WEFT_LAUNCHER", "")
PREFIX = os.path.join(WORK, "moved", "weft")
HERE = os.path.dirname(os.path.abspath(__file__))

ANSWERS = """2 + 3 = 5
7 / 2 = 3.5
division failed: by zero
the mean of 1, 2, 3, 4 is 2.5
nothing has no mean
"""


class Failure(Exception):
    pass


def run(*command, **more):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, **more)
    if done.returncode != 0:
        raise Failure(f"{' '.join(command)}\n{done.stdout}exit {done.returncode}")
    return done.stdout


def clean(*parts):
    path = os.path.join(WORK, *parts)
    shutil.rmtree(path, ignore_errors=True)
    return path


@contextlib.contextmanager
def serving(program):
    """The URL of a server that runs meanwhile; it must then end in order."""
    with subprocess.Popen([program, "tcp://127.0.0.1:0"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True) as server:
        try:
            line = server.stdout.readline()
            if not line.startswith("listening on "):
                raise Failure(f"the server said {line!r}")
            yield line[len("listening on "):].strip()
        finally:
            server.terminate()
            log = server.communicate()[1]
    if server.returncode != 0:
        raise Failure(f"the server ended with {server.returncode}:\n{log}")


def calculate(folder):
    """Server and client of the calculator in folder, over TCP."""
    with serving(os.path.join(folder, "calculator-server")) as url:
        answers = run(os.path.join(folder, "calculator-client"), url)
    if answers != ANSWERS:
        raise Failure(f"the client said:\n{answers}expected:\n{ANSWERS}")


def configure(source, folder, *options):
    run(CMAKE, "-S", source, "-B", folder, f"-DCMAKE_C_COMPILER={CC}", f"-DCMAKE_C_FLAGS={FLAGS}",
        f"-DCMAKE_C_COMPILER_LAUNCHER={LAUNCHER}", "-DCMAKE_BUILD_TYPE=Debug", *options)


def tree():
    first = clean("first")
    clean("moved")
    run(CMAKE, "--install", BUILD, "--prefix", os.path.join(first, "weft"))
    os.rename(first, os.path.join(WORK, "moved"))
    for path, _, names in os.walk(PREFIX):
        for name in names:
            with open(os.path.join(path, name), "rb") as file:
                text = file.read()
            if name.endswith((".cmake", ".pc", ".h")) and (first.encode() in text or SOURCE.encode() in text):
                raise Failure(f"{os.path.join(path, name)} remembers where it was made")


def a_component_that_is_not_there():
    folder = clean("component")
    os.makedirs(folder)
    with open(os.path.join(folder, "CMakeLists.txt"), "w", encoding="utf-8") as file:
        file.write("cmake_minimum_required(VERSION 3.25)\nproject(component C)\n"
                   "find_package(weft CONFIG REQUIRED COMPONENTS uv tls)\n")
    try:
        configure(folder, os.path.join(folder, "build"), f"-DCMAKE_PREFIX_PATH={PREFIX}")
    except Failure as failure:
        if "no component 'tls'" in " ".join(str(failure).split()):
            return
        raise
    raise Failure("a component that there is not was found")


def by_cmake():
    a_component_that_is_not_there()
    for listing in sorted(glob.glob(os.path.join(SOURCE, "examples", "*", "CMakeLists.txt"))):
        example = os.path.dirname(listing)
        folder = clean("cmake", os.path.basename(example))
        configure(example, folder, f"-DCMAKE_PREFIX_PATH={PREFIX}")
        run(CMAKE, "--build", folder)
        print("built", os.path.basename(example))
    calculate(os.path.join(WORK, "cmake", "calculator"))
    needed = run("ldd", os.path.join(WORK, "cmake", "poll-loop", "poll-loop-server"))
    if "libuv" in needed or "libweft-uv" in needed:
        raise Failure(f"the core alone needs libuv:\n{needed}")


def template():
    folder = clean("template")
    shutil.copytree(os.path.join(SOURCE, "examples", "template"), folder)
    build = os.path.join(folder, "build")
    configure(folder, build, f"-DCMAKE_PREFIX_PATH={PREFIX}")
    run(CMAKE, "--build", build)
    run("ctest", "--test-dir", build, "--output-on-failure", "--no-tests=error")
    client = os.path.join(build, "greeter-client")
    with serving(os.path.join(build, "greeter-server")) as url:
        for name, expected in (("World", "Hello, World! (greeting 1)\n"), ("weft", "Hello, weft! (greeting 2)\n")):
            answer = run(client, url, name)
            if answer != expected:
                raise Failure(f"the client said {answer!r} and not {expected!r}")
        refused = subprocess.run([client, url, "x" * 101], capture_output=True, text=True, check=False)
        if refused.returncode != 1 or refused.stderr != "greeter-client: a name has at most 100 bytes\n":
            raise Failure(f"a long name: {refused}")


def by_cmake_static():
    folder = clean("static")
    configure(os.path.join(SOURCE, "examples", "calculator"), folder, f"-DCMAKE_PREFIX_PATH={PREFIX}",
              "-DWEFT_LINKAGE=static")
    run(CMAKE, "--build", folder)
    if "libweft" in run("ldd", os.path.join(folder, "calculator-server")):
        raise Failure("the program needs a shared libweft")
    calculate(folder)


def package_path():
    found = glob.glob(os.path.join(PREFIX, "lib*", "**", "weft.pc"), recursive=True)
    if not found:
        raise Failure("there is no weft.pc")
    return {**os.environ, "PKG_CONFIG_PATH": os.path.dirname(found[0])}


def by_make():
    if not shutil.which("make") or not shutil.which("pkg-config"):
        return 77
    folder = clean("make")
    os.makedirs(folder)
    run("make", "-f", os.path.join(HERE, "make", "Makefile"), f"SOURCE={SOURCE}/examples/calculator", f"CC={CC}",
        f"CFLAGS={FLAGS}", f"LDFLAGS={FLAGS}", cwd=folder, env=package_path())
    calculate(folder)
    return 0


def sqlite_program(program):
    answer = run(program, os.path.join(os.path.dirname(program), "operations"))
    if answer != "0 operations\n":
        raise Failure(f"{program} said {answer}")


def sqlite():
    for linkage in ("shared", "static"):
        folder = clean("sqlite", linkage)
        configure(os.path.join(HERE, "sqlite"), folder, f"-DCMAKE_PREFIX_PATH={PREFIX}", f"-DWEFT_LINKAGE={linkage}")
        run(CMAKE, "--build", folder)
        sqlite_program(os.path.join(folder, "sqlite"))
    if shutil.which("pkg-config"):
        folder = clean("sqlite", "pc")
        os.makedirs(folder)
        flags = run("pkg-config", "--cflags", "--libs", "weft-sqlite", env=package_path()).split()
        libdir = run("pkg-config", "--variable=libdir", "weft", env=package_path()).strip()
        program = os.path.join(folder, "sqlite")
        run(CC, "-std=c11", "-g", *FLAGS.split(), os.path.join(HERE, "sqlite", "sqlite.c"), *flags,
            f"-Wl,-rpath,{libdir}", "-o", program)
        sqlite_program(program)
    return 0


def json_program(program):
    answer = run(program, '{"width": 1}')
    if answer != '{"width":2,"height":7,"name":null}\n':
        raise Failure(f"{program} said {answer}")
    refused = subprocess.run([program, '{"wide": 1}'], capture_output=True, text=True, check=False)
    if (refused.returncode, refused.stdout) != (1, "wide: there is no such field\n"):
        raise Failure(f"{program}: {refused}")


def json():
    for linkage in ("shared", "static"):
        folder = clean("json", linkage)
        configure(os.path.join(HERE, "json"), folder, f"-DCMAKE_PREFIX_PATH={PREFIX}", f"-DWEFT_LINKAGE={linkage}")
        run(CMAKE, "--build", folder)
        json_program(os.path.join(folder, "json"))
    if shutil.which("pkg-config"):
        folder = clean("json", "pc")
        os.makedirs(folder)
        weftc = run("pkg-config", "--variable=weftc", "weft", env=package_path()).strip()
        run(weftc, "build", "--c-out", folder, os.path.join(HERE, "json", "shape.weft"))
        flags = run("pkg-config", "--cflags", "--libs", "weft-json", env=package_path()).split()
        libdir = run("pkg-config", "--variable=libdir", "weft", env=package_path()).strip()
        program = os.path.join(folder, "json")
        run(CC, "-std=c11", "-g", *FLAGS.split(), f"-I{folder}", os.path.join(HERE, "json", "json.c"),
            os.path.join(folder, "shape.weft.c"), *flags, f"-Wl,-rpath,{libdir}", "-o", program)
        json_program(program)
    weft = os.path.join(PREFIX, "bin", "weft")
    echo = os.path.join(PREFIX, "share", "weft", "idl", "weft", "echo.weft")
    with subprocess.Popen([weft, "serve-echo", "tcp://127.0.0.1:0"], stdout=subprocess.PIPE, text=True) as server:
        try:
            url = server.stdout.readline().split()[-1]
            for options in ([], ["--idl", echo]):
                answer = run(weft, "call", *options, url, "Echo/echo", '{"text":"installed"}')
                if answer != '"installed"\n':
                    raise Failure(f"weft call said {answer}")
        finally:
            server.terminate()


def by_fetch_content():
    folder = clean("fetch")
    configure(os.path.join(HERE, "fetchcontent"), folder, f"-DWEFT_SOURCE={SOURCE}")
    run(CMAKE, "--build", folder, "--parallel", "2")
    calculate(os.path.join(folder, "calculator"))


def recorded():
    if not shutil.which("pkg-config"):
        return 77
    versions = sorted(glob.glob(os.path.join(HERE, "recorded", "*", "")))
    if not versions:
        raise Failure("no version is recorded")
    libraries = run("pkg-config", "--libs", "weft", env=package_path()).split()
    libdir = run("pkg-config", "--variable=libdir", "weft", env=package_path()).strip()
    for version in versions:
        program = os.path.join(clean("recorded", os.path.basename(version[:-1])), "program")
        os.makedirs(os.path.dirname(program))
        run(CC, "-std=c11", "-Wall", "-Wextra", "-Werror", "-g", *FLAGS.split(), f"-I{version}include", f"-I{version}",
            os.path.join(HERE, "recorded", "main.c"), f"{version}recorded.weft.c", *libraries,
            f"-Wl,-rpath,{libdir}", "-o", program)
        print(f"{os.path.basename(version[:-1])}: {run(program)}", end="")
    return 0


def main(mode):
    modes = {"tree": tree, "cmake": by_cmake, "template": template, "static": by_cmake_static, "make": by_make,
             "json": json, "sqlite": sqlite, "fetch": by_fetch_content, "recorded": recorded}
    if mode not in modes:
        sys.exit(__doc__)
    try:
        return modes[mode]() or 0
    except Failure as failure:
        print(failure)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) == 2 else ""))
