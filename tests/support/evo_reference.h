/* What reading one type as another means, by names alone: a slow and obvious reading of [schema.plan] and
 * [schema.plan.errors], for what weft__plan_make and weft__decode do to be held against. It takes tables of both sides
 * as each side's weftc makes them. */
#ifndef WEFT_TESTS_SUPPORT_EVO_REFERENCE_H
#define WEFT_TESTS_SUPPORT_EVO_REFERENCE_H

#include "runtime/schema/plan.h"
#include "tests/support/evo.h"

enum { EVO_FINDINGS_MAX = 1024 };

/* Something that the rules say of a place inside a pair of types. */
typedef struct evo_finding {
    weft__plan_rule rule;
    const weft_type *remote_owner, *local_owner; /* the structs or enums with ids around the place */
    const char *place;                           /* from there: "tags[]" */
} evo_finding;

typedef struct evo_findings {
    evo_finding items[EVO_FINDINGS_MAX];
    uint32_t n;
} evo_findings;

/* Everything that the rules say of the pair and of all pairs of structs and enums inside it, each once. */
void evo_judge(const weft_type *remote, const weft_type *local, weft_arena *arena, evo_findings *ret_findings);
/* Does the rule make a plan impossible? */
bool evo_rule_is_fatal(weft__plan_rule rule);
/* Follows a path as a finding has it from the root, and says where it leads. false: nowhere. */
bool evo_follow(const weft_type *remote, const weft_type *local, weft_str path, weft_arena *arena,
                evo_finding *ret_place);
/* The value as the reader sees it; NULL: its message fails, since it holds an unknown variant of a closed enum. Of
 * pairs for which evo_judge finds nothing fatal. */
const evo_value *evo_translate(const weft_type *remote, const weft_type *local, const evo_value *value,
                               weft_arena *arena);

#endif
