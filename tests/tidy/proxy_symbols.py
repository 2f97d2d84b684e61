#!/usr/bin/env python3
"""A proxy never decodes: its objects refer to no symbol of the schema and rpc layers, nor of generated code.

    proxy_symbols.py NM OBJECT...     the objects of base, wire, session, schema and rpc; those of the proxy are named so
"""
import os
import subprocess
import sys


def symbols(nm, path, defined):
    out = subprocess.run([nm, "--defined-only" if defined else "--undefined-only", "--extern-only", path],
                         stdout=subprocess.PIPE, text=True, check=True).stdout
    return {line.split()[-1] for line in out.split("\n") if line.strip()}


def main(nm, *objects):
    proxy = [path for path in objects if os.path.basename(path).startswith("proxy")]
    forbidden = [path for path in objects if "/schema/" in path or "/rpc/" in path]
    allowed = [path for path in objects if path not in forbidden]
    if len(proxy) < 2 or not forbidden or len(allowed) <= len(proxy):
        return f"too few objects to look at: {len(proxy)} of the proxy, {len(forbidden)} that it may not know"
    known = set().union(*(symbols(nm, path, True) for path in allowed))
    unknown = set().union(*(symbols(nm, path, True) for path in forbidden))
    failures = []
    for path in proxy:
        for name in sorted(symbols(nm, path, False)):
            if name in unknown or (name.startswith("weft") and name not in known) or name.startswith("weft_gen_"):
                failures.append(f"{os.path.basename(path)} refers to {name}")
    return "\n".join(failures)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]) or None)
