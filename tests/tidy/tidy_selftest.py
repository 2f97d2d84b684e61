#!/usr/bin/env python3
"""Proves that tidy.py finds what it looks for: each case is a small tree with one fault, and the finding it must give."""
import os
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import tidy  # noqa: E402

OPEN = "/* A subject. */\n"


def checks(files):
    """The names of the checks that complain about a tree of these files, as `path check`."""
    with tempfile.TemporaryDirectory() as root:
        for path, text in files.items():
            os.makedirs(os.path.join(root, os.path.dirname(path)), exist_ok=True)
            with open(os.path.join(root, path), "w", encoding="utf-8") as file:
                file.write(text)
        found = tidy.Tree(root).check()
    return [f"{path}:{line} {text.rsplit('[', 1)[1][:-1]}" for path, line, text in found]


def function(n_lines):
    return OPEN + "int f(void)\n{\n" + "    ;\n" * (n_lines - 2) + "}\n"


class Tidy(unittest.TestCase):
    def finds(self, path, text, *expected, **others):
        files = {path: text}
        files.update({name.replace("__", "/"): body for name, body in others.items()})
        self.assertEqual(checks(files), [f"{path}:{e}" for e in expected])

    def test_a_clean_file_gives_nothing(self):
        self.finds("runtime/wire/a.c", OPEN + '#include "runtime/base/buf.h"\n#include "weft/base.h"\n#include <string.h>\n')

    def test_a_lower_layer_may_not_include_a_higher_one(self):
        self.finds("runtime/base/a.c", OPEN + '#include "runtime/wire/frame.h"\n', "2 layer")
        self.finds("runtime/session/a.c", OPEN + '#include "runtime/rpc/x.h"\n', "2 layer")
        self.finds("runtime/rpc/a.c", OPEN + '#include "runtime/loop/x.h"\n', "2 layer")

    def test_schema_and_session_do_not_know_each_other(self):
        self.finds("runtime/schema/a.c", OPEN + '#include "runtime/session/x.h"\n', "2 layer")
        self.finds("runtime/session/a.c", OPEN + '#include "runtime/schema/x.h"\n', "2 layer")

    def test_idl_and_codegen_never_stand_on_session(self):
        self.finds("idl/a.c", OPEN + '#include "runtime/session/x.h"\n', "2 layer")
        self.finds("codegen/c/a.c", OPEN + '#include "weft/session.h"\n', "2 layer")

    def test_public_headers_include_public_headers_only(self):
        self.finds("include/weft/a.h", OPEN + '#include "runtime/base/buf.h"\n', "2 layer")

    def test_internal_headers_are_written_from_the_root(self):
        self.finds("runtime/base/a.c", OPEN + '#include "buf.h"\n', "2 include-path")

    def test_the_core_has_no_clock_and_no_stdio(self):
        self.finds("runtime/session/a.c", OPEN + "#include <time.h>\n", "2 core-header")
        self.finds("idl/a.c", OPEN + "#include <stdio.h>\n", "2 core-header")
        self.finds("runtime/base/a.h", OPEN + "#  include <sys/types.h>\n", "2 core-header")
        self.finds("codegen/c/a.c", OPEN + "#include <stdio.h>\n", "2 core-header")
        self.finds("codegen/main.c", OPEN + "#include <stdio.h>\n")

    def test_third_party_headers_stay_behind_their_fences(self):
        self.finds("runtime/session/a.c", OPEN + "#include <uv.h>\n", "2 fenced-header")
        self.finds("runtime/schema/a.c", OPEN + "#include <msgpack.h>\n", "2 fenced-header")
        self.finds("idl/a.c", OPEN + "#include <sodium.h>\n", "2 fenced-header")
        self.finds("include/weft/weft.h", OPEN + '#include "weft/uv.h"\n', "2 fenced-header")
        self.finds("runtime/loop/a.c", OPEN + "#include <uv.h>\n")

    def test_libsodium_is_used_in_one_file(self):
        self.finds("runtime/base/b.c", OPEN + "#include <sodium.h>\n", "2 fenced-header",
                   **{"runtime__base__a.c": OPEN + "#include <sodium.h>\n"})

    def test_generated_code_includes_gen_h_only(self):
        self.finds("tests/codegen/golden/kv.weft.h", '#include "weft/gen.h"\n#include <stdio.h>\n', "2 generated-include")

    def test_a_function_fits_on_a_screen(self):
        self.finds("runtime/base/a.c", function(70))
        self.finds("runtime/base/a.c", function(71), "3 function-length")

    def test_a_table_is_no_function(self):
        self.finds("runtime/base/a.c", OPEN + "static const int t[] = {\n" + "    1,\n" * 100 + "};\n")

    def test_extern_c_is_no_level(self):
        self.finds("include/weft/a.h", OPEN + '#ifdef __cplusplus\nextern "C" {\n#endif\nstatic inline int f(void)\n{\n'
                   + "    ;\n" * 70 + "}\n#ifdef __cplusplus\n}\n#endif\n", "6 function-length")

    def test_a_file_has_one_subject(self):
        self.finds("runtime/base/a.c", OPEN + "int x;\n" * 600, "601 file-length")

    def test_lines_end_in_time(self):
        self.finds("idl/a.c", OPEN + "/* " + "x" * 120 + " */\n", "2 line-length")
        self.finds("idl/a.c", OPEN + "int x; \n\tint y;\n", "2 trailing-space", "3 tab")

    def test_a_file_says_its_subject(self):
        self.finds("runtime/base/a.h", "#ifndef A\n#endif\n", "1 opening")

    def test_the_library_neither_prints_nor_ends_the_process(self):
        self.finds("runtime/loop/a.c", OPEN + "void f(void) { printf(x); }\n", "2 banned-call")
        self.finds("idl/a.c", OPEN + "void f(void) { abort(); }\n", "2 banned-call")
        self.finds("runtime/loop/a.c", OPEN + "void f(void) { strcpy(a, b); }\n", "2 banned-call")

    def test_only_base_allocates(self):
        self.finds("runtime/wire/a.c", OPEN + "void f(void) { g = malloc(1); }\n", "2 banned-call")
        self.finds("runtime/base/a.c", OPEN + "void f(void) { g = malloc(1); }\n")

    def test_members_comments_and_literals_are_no_calls(self):
        self.finds("runtime/wire/a.c", OPEN + 'void f(void)\n{\n    a->free(b);\n    c.realloc(d); /* malloc(1) */\n'
                   '    s = "abort()"; // exit(1)\n    my_free(x);\n}\n')

    def test_nothing_waits_for_time(self):
        self.finds("tests/unit/a_test.c", OPEN + "void f(void) { usleep(1); }\n", "2 banned-call")

    def test_unfinished_words_are_found_everywhere(self):
        word = "TO" + "DO"
        self.finds("runtime/base/a.c", OPEN + f"/* {word} */\n", "2 unfinished")
        self.finds("docs/guide.md", f"{word}: write this\n", "1 unfinished")


if __name__ == "__main__":
    unittest.main()
