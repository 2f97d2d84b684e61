#!/usr/bin/env python3
"""Holds the parser against idl/grammar.ebnf.

    grammar.py ROOT WEFTC

Reads the grammar, recognises files by it alone, and expects:
- every file of tests/idl/good and tests/idl/format to be in the language, and `weftc format` to take it;
- no file of tests/idl/bad-syntax to be in the language, and `weftc format` to refuse it;
- of files made at random from the grammar: `weftc format` takes them all; of those with a token dropped, doubled or
  swapped: both give the same verdict. The seed is fixed.
"""
import os
import random
import re
import subprocess
import sys
import tempfile

SEED = 20240229
N_GENERATED = 150
N_MUTATED = 450


def read_grammar(path):
    """Rules as trees: ("seq", [..]), ("alt", [..]), ("opt", x), ("rep", x), ("text", t), ("rule", name); and tokens."""
    text = re.sub(r"\(\*.*?\*\)", "", open(path, encoding="utf-8").read(), flags=re.S)
    rules, tokens = {}, {}
    for name, body in re.findall(r"^([A-Z]+)\s*=\s*\?(.*)\? ;$", text, flags=re.M):
        tokens[name] = body
    text = re.sub(r"^[A-Z]+\s*=\s*\?.*\? ;$", "", text, flags=re.M)
    words = re.findall(r'"[^"]*"|[A-Za-z_]+|[=;|\[\]{}()]', text)
    at = 0

    def alternatives():
        nonlocal at
        found = [sequence()]
        while words[at] == "|":
            at += 1
            found.append(sequence())
        return found[0] if len(found) == 1 else ("alt", found)

    def sequence():
        nonlocal at
        found = []
        closing = {"[": ("opt", "]"), "{": ("rep", "}"), "(": (None, ")")}
        while words[at] not in ("|", ";", "]", "}", ")"):
            word = words[at]
            at += 1
            if word in closing:
                kind, end = closing[word]
                inner = alternatives()
                assert words[at] == end, "%s expected, %s found" % (end, words[at])
                at += 1
                found.append((kind, inner) if kind else inner)
            elif word[0] == '"':
                found.append(("text", word[1:-1]))
            else:
                found.append(("rule", word))
        return ("seq", found)

    while at < len(words):
        name = words[at]
        assert words[at + 1] == "=", name
        at += 2
        rules[name] = alternatives()
        assert words[at] == ";", name
        at += 1
    return rules, tokens


def literals(tree):
    if tree[0] == "text":
        return {tree[1]}
    if tree[0] == "rule":
        return set()
    inner = tree[1] if isinstance(tree[1], list) else [tree[1]]
    return set().union(*map(literals, inner)) if inner else set()


class Language:
    def __init__(self, path):
        self.rules, tokens = read_grammar(path)
        self.tokens = {name: re.compile(pattern) for name, pattern in tokens.items()}
        texts = set().union(*map(literals, self.rules.values()))
        self.signs = sorted((t for t in texts if not t[0].isalpha()), key=len, reverse=True)

    def lex(self, text):
        """[(token kind or None for signs, text)], or None."""
        found, at = [], 0
        while at < len(text):
            skip = re.compile(r"[ \t\n]+|\r\n|//[^\n\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*").match(text, at)
            if skip:
                at = skip.end()
                continue
            best = None
            for kind, pattern in self.tokens.items():
                match = pattern.match(text, at)
                if match and match.end() > at and (best is None or match.end() > best[2]):
                    best = (kind, match.group(), match.end())
            for sign in self.signs:
                if best is None and text.startswith(sign, at):
                    best = (None, sign, at + len(sign))
            if best is None:
                return None
            found.append(best[:2])
            at = best[2]
        return found

    def ends(self, tree, tokens, at, memo):
        """All places where the tree, begun at `at`, may end."""
        kind = tree[0]
        if kind == "text":
            return {at + 1} if at < len(tokens) and tokens[at][1] == tree[1] and tokens[at][0] in (None, "NAME") else set()
        if kind == "rule" and tree[1] in self.tokens:
            return {at + 1} if at < len(tokens) and tokens[at][0] == tree[1] else set()
        if kind == "rule":
            key = (tree[1], at)
            if key not in memo:
                memo[key] = self.ends(self.rules[tree[1]], tokens, at, memo)
            return memo[key]
        if kind == "alt":
            return set().union(*(self.ends(t, tokens, at, memo) for t in tree[1]))
        if kind == "opt":
            return {at} | self.ends(tree[1], tokens, at, memo)
        if kind == "rep":
            reached, new = {at}, {at}
            while new:
                new = set().union(*(self.ends(tree[1], tokens, a, memo) for a in new)) - reached
                reached |= new
            return reached
        places = {at}
        for part in tree[1]:
            places = set().union(*(self.ends(part, tokens, a, memo) for a in places)) if places else places
        return places

    def has(self, data):
        try:
            tokens = self.lex(data.decode("utf-8"))
        except UnicodeDecodeError:
            return False
        return tokens is not None and self.has_tokens(tokens)

    def has_tokens(self, tokens):
        return len(tokens) in self.ends(("rule", "file"), tokens, 0, {})

    SAMPLES = {"NAME": ["a", "Foo", "struct", "enum", "reserved", "type", "x_1", "list", "package", "none", "_"],
               "INTEGER": ["0", "17", "1_000", "0xff", "0b101"], "FLOAT": ["1.5", "0.1e-9", "2e9"],
               "STRING": ['""', '"a b"', '"\\n\\x00\\u{1F600}"', '"// no comment"']}

    def make(self, tree, rng, depth):
        kind = tree[0]
        if kind == "text":
            return [tree[1]]
        if kind == "rule":
            if tree[1] in self.tokens:
                return [rng.choice(self.SAMPLES[tree[1]])]
            return self.make(self.rules[tree[1]], rng, depth + 1)
        if kind == "alt":
            return self.make(rng.choice(tree[1]), rng, depth)
        if kind in ("opt", "rep"):
            n = 0 if depth > 14 else rng.choice([0, 1]) if kind == "opt" else rng.choice([0, 0, 1, 1, 2, 3])
            return [token for _ in range(n) for token in self.make(tree[1], rng, depth)]
        return [token for part in tree[1] for token in self.make(part, rng, depth)]


class Parser:
    def __init__(self, weftc, folder):
        self.weftc, self.folder = weftc, folder

    def has(self, files):
        """{name: verdict} for {name: bytes}, each file by itself, in one run of weftc."""
        names = {}
        for name, data in files.items():
            path = os.path.join(self.folder, name.replace("/", "_"))
            with open(path, "wb") as out:
                out.write(data)
            names[path] = name
        verdicts = {}
        for path, name in names.items():
            run = subprocess.run([self.weftc, "format", path], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
            if run.returncode not in (0, 1):
                sys.exit("weftc format ended with %d on %s:\n%s" % (run.returncode, name, run.stderr.decode()))
            verdicts[name] = run.returncode == 0
        return verdicts


def corpus(root, folder):
    base = os.path.join(root, "tests", "idl", folder)
    return {folder + "/" + n: open(os.path.join(base, n), "rb").read()
            for n in sorted(os.listdir(base)) if n.endswith(".weft")}


def mutate(tokens, rng):
    tokens = list(tokens)
    for _ in range(rng.choice([1, 1, 2])):
        if not tokens:
            break
        i = rng.randrange(len(tokens))
        how = rng.randrange(4)
        if how == 0:
            del tokens[i]
        elif how == 1:
            tokens.insert(i, tokens[i])
        elif how == 2:
            j = rng.randrange(len(tokens))
            tokens[i], tokens[j] = tokens[j], tokens[i]
        else:
            tokens[i] = rng.choice(["{", "}", "(", ")", ";", ",", "<", ">", "=", "@", "a", "struct", "1", '"s"', "-", "."])
    return tokens


def main():
    root, weftc = sys.argv[1], sys.argv[2]
    language = Language(os.path.join(root, "idl", "grammar.ebnf"))
    rng = random.Random(SEED)
    expected, files = {}, {}
    for folder, verdict in (("good", True), ("format", True), ("bad-syntax", False)):
        for name, data in corpus(root, folder).items():
            files[name], expected[name] = data, verdict
            if language.has(data) != verdict:
                sys.exit("%s: the grammar says %s" % (name, "yes" if not verdict else "no"))
    made = []
    while len(made) < N_GENERATED:
        tokens = language.make(("rule", "file"), rng, 0)
        if len(tokens) < 400:
            made.append(tokens)
    for i, tokens in enumerate(made):
        name = "made-%d.weft" % i
        files[name], expected[name] = " ".join(tokens).encode(), True
    for i in range(N_MUTATED):
        name = "mutated-%d.weft" % i
        files[name] = " ".join(mutate(rng.choice(made), rng)).encode()
        expected[name] = language.has(files[name])
    with tempfile.TemporaryDirectory() as folder:
        verdicts = Parser(weftc, folder).has(files)
    wrong = [n for n in files if verdicts[n] != expected[n]]
    for name in wrong:
        print("%s: the grammar says %s, the parser %s:\n%s" % (
            name, "yes" if expected[name] else "no", "yes" if verdicts[name] else "no",
            files[name].decode("utf-8", "replace")))
    print("%d files, %d of them in the language; %d verdicts differ" % (len(files), sum(expected.values()), len(wrong)))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
