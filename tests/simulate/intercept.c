/* The interceptors of a side: each sees what passes it in order, is told its end once, in reverse, adds metadata that
 * arrives, and refuses now and then. */
#include "tests/simulate/sim.h"

#include <stdio.h>

enum { KEY_MAX = 8 };

static void key_of(char key[KEY_MAX], const char *prefix, unsigned index)
{
    (void)snprintf(key, KEY_MAX, "%s%u", prefix, index);
}

static call_note *note_of(const sim_interceptor *one, const weft_call_info *info)
{
    const side *s = one->side;
    uint64_t serial = 0;
    bool found = weft_metadata_get_u64(info->metadata, "serial", &serial) && serial < s->link->book->n_calls;
    SIM_CHECK(s->world, found && info->session == s->session && *info->state == NULL && info->peer, "intercept",
              "%u%c: an interceptor is shown another call", s->link->index, s->name);
    return link_call(s->link, serial);
}

/* The one before it has let it pass, and none behind it has seen it. */
static void pass(const sim_interceptor *one, const weft_call_info *info, call_note *note)
{
    uint8_t *passed = &note->passed[info->inbound];
    SIM_CHECK(one->side->world, *passed == one->index, "intercept", "call %llu comes to interceptor %u after %u",
              (unsigned long long)note->serial, one->index, *passed);
    *passed = (uint8_t)(one->index + 1);
    *info->state = note;
    one->side->n_passed++;
}

static void add(const sim_interceptor *one, const weft_call_info *info, uint8_t *added, const char *prefix)
{
    char key[KEY_MAX];
    if (!one_in(one->side->world, 3))
        return;
    key_of(key, prefix, one->index);
    weft_metadata_entry entry = weft_metadata_u64(key, one->index, 0);
    int status = weft_call_info_add(info, &entry);
    SIM_CHECK(one->side->world, status == 0 || (status == WEFT_ENOMEM && one->side->is_faulted), "intercept",
              "adding says %d", status);
    if (status == 0)
        *added |= (uint8_t)(1u << one->index);
}

void intercept_check(const side *s, const weft_metadata *metadata, uint8_t added, const char *prefix)
{
    char key[KEY_MAX];
    for (unsigned i = 0; i < CHAIN_MAX; i++) {
        uint64_t value = UINT64_MAX;
        if (!(added & 1u << i) || s->is_faulted) /* without memory there is no metadata to be had */
            continue;
        key_of(key, prefix, i);
        SIM_CHECK(s->world, weft_metadata_get_u64(metadata, key, &value) && value == i, "call.metadata",
                  "%u%c: what interceptor %u added is lost", s->link->index, s->name, i);
    }
}

/* A refusal says that nothing of the call ran; one that says more is INTERNAL. */
static weft_outcome refuse(world *w, const char **ret_text)
{
    static const weft_outcome outcomes[] = { WEFT_OUTCOME_UNKNOWN_METHOD, WEFT_OUTCOME_INVALID_PAYLOAD,
                                             WEFT_OUTCOME_UNAVAILABLE, WEFT_OUTCOME_RESOURCE_EXHAUSTED,
                                             WEFT_OUTCOME_CANCELLED };
    *ret_text = one_in(w, 2) ? "not for you" : NULL;
    return outcomes[below(w, sizeof outcomes / sizeof *outcomes)];
}

static weft_outcome call_out(void *user, const weft_call_info *info, const char **ret_text)
{
    sim_interceptor *one = user;
    call_note *note = note_of(one, info);
    if (!note->is_probe && one_in(one->side->world, 60)) {
        weft_outcome outcome = refuse(one->side->world, ret_text);
        note->refused = (uint8_t)(outcome == WEFT_OUTCOME_CANCELLED ? WEFT_OUTCOME_INTERNAL : outcome);
        note->is_refused_here = true;
        return outcome;
    }
    add(one, info, &note->added, "out");
    pass(one, info, note);
    return WEFT_OUTCOME_OK;
}

static weft_outcome call_in(void *user, const weft_call_info *info, const char **ret_text)
{
    sim_interceptor *one = user;
    side *s = one->side;
    callback_begin(s, "intercept");
    call_note *note = note_of(one, info);
    SIM_CHECK(s->world, !note->has_run && !note->never_runs, "intercept", "call %llu has run",
              (unsigned long long)note->serial);
    intercept_check(s, info->metadata, note->added, "out");
    if (!note->is_probe && one_in(s->world, 60)) {
        weft_outcome outcome = refuse(s->world, ret_text);
        note->refused = (uint8_t)(outcome == WEFT_OUTCOME_CANCELLED ? WEFT_OUTCOME_INTERNAL : outcome);
        return outcome;
    }
    add(one, info, &note->added_back, "back");
    pass(one, info, note);
    app_act_nested(s);
    return WEFT_OUTCOME_OK;
}

static void done(void *user, const weft_call_info *info, const weft_result *result)
{
    sim_interceptor *one = user;
    side *s = one->side;
    call_note *note = *info->state;
    callback_begin(s, "intercepted");
    SIM_CHECK(s->world, note, "intercept", "what interceptor %u kept is lost", one->index);
    uint8_t *passed = &note->passed[info->inbound];
    SIM_CHECK(s->world, *passed == one->index + 1, "intercept", "interceptor %u is told the end of call %llu, after %u",
              one->index, (unsigned long long)note->serial, *passed);
    *passed = (uint8_t)one->index;
    s->n_passed--;
    if (!info->inbound)
        SIM_CHECK(s->world, !note->is_done, "intercept", "call %llu was done before", (unsigned long long)note->serial);
    else
        SIM_CHECK(s->world, result->outcome != WEFT_OUTCOME_OK || note->answer == ANSWER_OK || s->is_short, "intercept",
                  "call %llu is said to be ok", (unsigned long long)note->serial);
    s->world->coverage->rules[RULE_INTERCEPT]++;
    if (s->n_closed == 0)
        app_act_nested(s);
}

static uint16_t open_in(void *user, const weft_open_info *info, const char **ret_text)
{
    sim_interceptor *one = user;
    side *s = one->side;
    uint64_t tag = 0;
    callback_begin(s, "intercept an open");
    bool found = info->is_root || (weft_metadata_get_u64(info->metadata, "tag", &tag) && tag < s->link->book->n_conns);
    SIM_CHECK(s->world, found, "intercept", "an open without its metadata");
    conn_note *note = link_conn(s->link, tag);
    SIM_CHECK(s->world, note->decision == UNDECIDED, "intercept", "tag %llu is decided", (unsigned long long)tag);
    if (info->is_root || note->is_meet || !one_in(s->world, 40))
        return 0;
    note->decision = REJECTED;
    note->code = WEFT_CODE_APPLICATION + 44;
    *ret_text = "not here";
    return note->code;
}

void intercept_choose(side *s)
{
    world *w = s->world;
    if (!(w->features & FEATURE_INTERCEPT) || one_in(w, 4))
        return;
    s->n_chain = 1 + below(w, CHAIN_MAX);
    for (unsigned i = 0; i < s->n_chain; i++) {
        sim_interceptor *one = &s->chain[i];
        *one = (sim_interceptor){ { sizeof one->interceptor, one, call_out, call_in, done, open_in }, s, i };
        s->chained[i] = &one->interceptor;
    }
    s->options.interceptors = s->chained;
    s->options.n_interceptors = s->n_chain;
}
