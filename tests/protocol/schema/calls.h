/* Calls of the rig's clients, and what they are told. */
#ifndef WEFT_TESTS_PROTOCOL_SCHEMA_CALLS_H
#define WEFT_TESTS_PROTOCOL_SCHEMA_CALLS_H

#include "tests/protocol/schema/rig.h"
#include "weft/stats.h"

typedef struct mix_told {
    int n;
    int code;
    weft_outcome outcome;
    bool may_have_run;
    char text[512];
    uint64_t number;
    char name[64]; /* of a tree: its label */
    bool has_below;
    char leaf[64]; /* of the first leaf */
    int colour;
    int fault; /* its kind */
} mix_told;

void mix_on_old_echo(void *user, const old_mix_echo_reply *reply);
void mix_on_new_echo(void *user, const new_mix_echo_reply *reply);
void mix_on_old_same(void *user, const old_mix_same_reply *reply);
void mix_on_old_older_only(void *user, const old_mix_older_only_reply *reply);
void mix_on_old_widen(void *user, const old_mix_widen_reply *reply);
void mix_on_old_clash(void *user, const old_mix_clash_reply *reply);
void mix_on_old_answer(void *user, const old_mix_answer_reply *reply);
void mix_on_old_feed(void *user, const old_mix_feed_reply *reply);
void mix_on_old_drink(void *user, const old_mix_drink_reply *reply);
void mix_on_old_spill(void *user, const old_mix_spill_reply *reply);
void mix_on_aside(void *user, const old_aside_tell_reply *reply);
void mix_on_new_same(void *user, const new_mix_same_reply *reply);
/* A tree of this name with a leaf "leaf", green, and a tree "under" below it. */
weft_call mix_call_echo(weft_connection *connection, mix_told *t, const char *name);
int mix_try_echo(weft_connection *connection, mix_told *t);
void mix_call_same(weft_connection *connection, mix_told *t, uint64_t number);
/* An older client on a newer server. */
weft_connection *mix_begin_older(mix *m);
void mix_end_with(mix *m, weft_connection *connection);
uint64_t mix_id_of(const weft_connection *connection);
weft_session_stats mix_stats_of(const mix *m, int side);

#define MIX_SAID(m, side, connection, text) assert_string_equal(mix_said_on(m, side, mix_id_of(connection)), text)

#endif
