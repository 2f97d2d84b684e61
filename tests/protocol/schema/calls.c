/* Calls of the rig's clients, and what they are told. */
#include "tests/protocol/schema/calls.h"

#include "weft/stats.h"

static void tell(mix_told *t, const weft_result *result)
{
    t->n++;
    t->code = result->code;
    t->outcome = result->outcome;
    t->may_have_run = result->may_have_run;
    size_t len = result->text.len < sizeof t->text - 1 ? result->text.len : sizeof t->text - 1;
    if (len > 0)
        memcpy(t->text, result->text.ptr, len);
    t->text[len] = '\0';
}

static void copy(char to[64], weft_str text)
{
    assert_true(text.len < 64);
    if (text.len > 0)
        memcpy(to, text.ptr, text.len);
    to[text.len] = '\0';
}

void mix_on_old_echo(void *user, const old_mix_echo_reply *reply)
{
    mix_told *t = user;
    tell(t, &reply->result);
    t->fault = reply->error ? (int)reply->error->kind : 0;
    if (!reply->value)
        return;
    copy(t->name, reply->value->label);
    t->has_below = reply->value->below != NULL;
    if (reply->value->leaves.len > 0) {
        copy(t->leaf, reply->value->leaves.items[0].name);
        t->colour = (int)reply->value->leaves.items[0].colour.kind;
    }
}

void mix_on_new_echo(void *user, const new_mix_echo_reply *reply)
{
    mix_told *t = user;
    tell(t, &reply->result);
    if (!reply->value)
        return;
    copy(t->name, reply->value->title);
    if (reply->value->leaves.len > 0) {
        copy(t->leaf, reply->value->leaves.items[0].note);
        t->colour = (int)reply->value->leaves.items[0].colour.kind;
    }
}

void mix_on_old_same(void *user, const old_mix_same_reply *reply)
{
    tell(user, &reply->result);
    ((mix_told *)user)->number = reply->value;
}

void mix_on_old_older_only(void *user, const old_mix_older_only_reply *reply)
{
    tell(user, &reply->result);
}

void mix_on_old_widen(void *user, const old_mix_widen_reply *reply)
{
    tell(user, &reply->result);
    ((mix_told *)user)->number = reply->value;
}

void mix_on_old_clash(void *user, const old_mix_clash_reply *reply)
{
    tell(user, &reply->result);
}

void mix_on_old_answer(void *user, const old_mix_answer_reply *reply)
{
    tell(user, &reply->result);
    ((mix_told *)user)->number = reply->value;
}

void mix_on_old_feed(void *user, const old_mix_feed_reply *reply)
{
    tell(user, &reply->result);
    ((mix_told *)user)->number = reply->value;
}

void mix_on_old_drink(void *user, const old_mix_drink_reply *reply)
{
    tell(user, &reply->result);
    ((mix_told *)user)->number = reply->value;
}

void mix_on_old_spill(void *user, const old_mix_spill_reply *reply)
{
    tell(user, &reply->result);
}

void mix_on_aside(void *user, const old_aside_tell_reply *reply)
{
    tell(user, &reply->result);
}

void mix_on_new_same(void *user, const new_mix_same_reply *reply)
{
    tell(user, &reply->result);
    ((mix_told *)user)->number = reply->value;
}

/* ---- calls ---- */

/* A tree "name" with a leaf "leaf", green, and a tree "under" below it. */
static int call_echo(weft_connection *connection, mix_told *t, const char *name, weft_call *ret_call)
{
    old_leaf leaf = { .name = WEFT_STR("leaf"), .colour = old_colour_make_green() };
    old_tree under = { .label = WEFT_STR("under") };
    old_mix_echo_args args = { { weft_str_from(name), { &leaf, 1 }, &under }, 3 };
    return old_mix_echo((old_mix_client){ connection }, &args, NULL, mix_on_old_echo, t, ret_call);
}

weft_call mix_call_echo(weft_connection *connection, mix_told *t, const char *name)
{
    weft_call call;
    assert_int_equal(call_echo(connection, t, name, &call), 0);
    return call;
}

int mix_try_echo(weft_connection *connection, mix_told *t)
{
    weft_call call;
    return call_echo(connection, t, "tried", &call);
}

void mix_call_same(weft_connection *connection, mix_told *t, uint64_t number)
{
    old_mix_same_args args = { number };
    assert_int_equal(old_mix_same((old_mix_client){ connection }, &args, NULL, mix_on_old_same, t, NULL), 0);
}

/* An older client on a newer server. */
weft_connection *mix_begin_older(mix *m)
{
    mix_init(m);
    mix_begin(m);
    weft_connection *connection = mix_open(m, &old_mix_service, NULL, NULL);
    assert_non_null(connection);
    return connection;
}

void mix_end_with(mix *m, weft_connection *connection)
{
    weft_connection_release(connection);
    mix_end(m);
}

uint64_t mix_id_of(const weft_connection *connection)
{
    weft_connection_stats stats;
    assert_int_equal(weft_connection_stats_read(connection, &stats, sizeof stats), 0);
    return stats.id;
}

weft_session_stats mix_stats_of(const mix *m, int side)
{
    weft_session_stats stats;
    assert_int_equal(weft_session_stats_read(m->sessions[side], &stats, sizeof stats), 0);
    return stats;
}
