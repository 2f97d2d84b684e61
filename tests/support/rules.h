/* Which rules of the protocol a test run has proved. */
#ifndef WEFT_TESTS_SUPPORT_RULES_H
#define WEFT_TESTS_SUPPORT_RULES_H

/* Says that the running test proves the rule `id`, as docs/protocol.md spells it without brackets:
   WEFT_RULE("frame.max"); With WEFT_RULES_FILE set in the environment, appends the line "id<TAB>program" to that file,
   once a process and id; many test programs may share the file. Without it, does nothing. A file that cannot be written
   fails the test. */
#define WEFT_RULE(id) weft_test_rule("" id)

void weft_test_rule(const char *id);

#endif
