/* What both versions' handlers do: they note what they were given. */
#include "tests/protocol/schema/rig.h"

#include <stdio.h>

static void note(mix *m, uint64_t number, weft_str text)
{
    m->n_handled++;
    m->number = number;
    (void)snprintf(m->text, sizeof m->text, "%.*s", (int)text.len, text.ptr);
}

static void note_item(mix *m, weft_str name, weft_str more)
{
    size_t len = strlen(m->items);
    m->n_items++;
    (void)snprintf(m->items + len, sizeof m->items - len, "%.*s/%.*s ", (int)name.len, name.ptr, (int)more.len,
                   more.ptr);
}

static void note_end(mix *m, const weft_channel_end *end)
{
    m->n_ends++;
    m->end = end->kind;
}

/* ---- the newer one ---- */

static void new_echo(void *self, new_mix_echo_call call, const new_mix_echo_args *args)
{
    mix *m = self;
    note(m, args->times, args->tree.title);
    if (args->tree.leaves.len > 0)
        note_item(m, args->tree.leaves.items[0].name, args->tree.leaves.items[0].note);
    if (m->keeps) {
        assert_int_equal(new_mix_echo_keep(call, &args), 0);
        m->held = call.call;
        m->kept = args;
        return;
    }
    if (weft_str_equal(args->tree.title, WEFT_STR("missing"))) {
        new_fault fault = new_fault_make_missing(args->tree.title);
        assert_int_equal(new_mix_echo_fail(call, &fault), 0);
        return;
    }
    int status = new_mix_echo_return(call, &args->tree);
    assert_true(status == 0 || (status == WEFT_ENOMEM && m->alloc->failed));
    if (status < 0)
        (void)weft_call_drop(call.call);
}

static void new_same(void *self, new_mix_same_call call, const new_mix_same_args *args)
{
    mix *m = self;
    note(m, args->number, WEFT_STR("same"));
    if (m->holds)
        m->held = call.call;
    else
        assert_int_equal(new_mix_same_return(call, args->number + 1), 0);
}

static void new_again(void *self, new_mix_again_call call, const new_mix_again_args *args)
{
    mix *m = self;
    note(m, args->number, WEFT_STR("again"));
    if (m->holds)
        m->held = call.call;
    else
        assert_int_equal(new_mix_again_return(call, args->number + 1), 0);
}

static void new_twice(void *self, new_mix_twice_call call, const new_mix_twice_args *args)
{
    mix *m = self;
    note(m, args->number, WEFT_STR("twice"));
    if (m->holds)
        m->held = call.call;
    else
        assert_int_equal(new_mix_twice_return(call, args->number + 1), 0);
}

static void new_widen(void *self, new_mix_widen_call call, const new_mix_widen_args *args)
{
    note(self, args->number, WEFT_STR("widen"));
    assert_int_equal(new_mix_widen_return(call, (uint16_t)args->number), 0);
}

static void new_clash(void *self, new_mix_clash_call call, const new_mix_clash_args *args)
{
    note(self, args->number, WEFT_STR("clash"));
    assert_int_equal(new_mix_clash_return(call, 1), 0);
}

static void new_answer(void *self, new_mix_answer_call call, const new_mix_answer_args *args)
{
    note(self, args->number, WEFT_STR("answer"));
    assert_int_equal(new_mix_answer_return(call, WEFT_STR("words")), 0);
}

static bool new_feed_item(void *user, new_leaf_rx rx, const new_leaf *item)
{
    (void)rx;
    note_item(user, item->name, item->note);
    return true;
}

static void new_feed_end(void *user, const weft_channel_end *end)
{
    mix *m = user;
    new_mix_feed_call call = { m->held };
    note_end(m, end);
    (void)new_mix_feed_return(call, (uint32_t)m->n_items);
}

static void new_feed(void *self, new_mix_feed_call call, const new_mix_feed_args *args, new_leaf_rx items)
{
    static const new_leaf_reader reader = { sizeof reader, new_feed_item, new_feed_end };
    mix *m = self;
    note(m, 0, args->name);
    m->held = call.call;
    assert_int_equal(new_leaf_read(items, &reader, m), 0);
}

static void new_drink(void *self, new_mix_drink_call call, const new_mix_drink_args *args, new_leaf_tx items,
                      new_str_tx log)
{
    mix *m = self;
    note(m, args->count, WEFT_STR("drink"));
    m->has_extra = log.channel.slot != NULL;
    for (uint16_t i = 0; i < args->count; i++) {
        new_leaf leaf;
        new_leaf_init(&leaf);
        leaf.name = WEFT_STR("drop");
        leaf.colour = i == 0 ? new_colour_make_blue() : new_colour_make_red();
        assert_int_equal(new_leaf_send(items, &leaf), 0);
    }
    assert_int_equal(weft_channel_finish(items.channel), 0);
    assert_int_equal(new_mix_drink_return(call, args->count), 0);
}

static void new_spill(void *self, new_mix_spill_call call, new_str_tx items)
{
    note(self, 0, WEFT_STR("spill"));
    assert_int_equal(new_str_send(items, WEFT_STR("words")), 0);
    assert_int_equal(new_mix_spill_return(call, 1), 0);
}

static void new_newer_only(void *self, new_mix_newer_only_call call, const new_mix_newer_only_args *args)
{
    note(self, args->number, WEFT_STR("newer only"));
    assert_int_equal(new_mix_newer_only_return(call, args->number), 0);
}

const new_mix_handler mix_new_handler = { .size = sizeof mix_new_handler,
                                          .echo = new_echo,
                                          .same = new_same,
                                          .again = new_again,
                                          .twice = new_twice,
                                          .widen = new_widen,
                                          .clash = new_clash,
                                          .answer = new_answer,
                                          .feed = new_feed,
                                          .drink = new_drink,
                                          .spill = new_spill,
                                          .newer_only = new_newer_only };

/* ---- the older one ---- */

static void old_echo(void *self, old_mix_echo_call call, const old_mix_echo_args *args)
{
    note(self, args->times, args->tree.label);
    assert_int_equal(old_mix_echo_return(call, &args->tree), 0);
}

static void old_same(void *self, old_mix_same_call call, const old_mix_same_args *args)
{
    note(self, args->number, WEFT_STR("same"));
    assert_int_equal(old_mix_same_return(call, args->number + 1), 0);
}

static void old_again(void *self, old_mix_again_call call, const old_mix_again_args *args)
{
    note(self, args->number, WEFT_STR("again"));
    assert_int_equal(old_mix_again_return(call, args->number + 1), 0);
}

static void old_widen(void *self, old_mix_widen_call call, const old_mix_widen_args *args)
{
    note(self, args->number, args->label);
    assert_int_equal(old_mix_widen_return(call, args->number), 0);
}

static bool old_feed_item(void *user, old_leaf_rx rx, const old_leaf *item)
{
    (void)rx;
    note_item(user, item->name, WEFT_STR(""));
    return true;
}

static void old_feed_end(void *user, const weft_channel_end *end)
{
    mix *m = user;
    old_mix_feed_call call = { m->held };
    note_end(m, end);
    (void)old_mix_feed_return(call, (uint32_t)m->n_items);
}

static void old_feed(void *self, old_mix_feed_call call, const old_mix_feed_args *args, old_leaf_rx items,
                     old_u8_rx extra)
{
    static const old_leaf_reader reader = { sizeof reader, old_feed_item, old_feed_end };
    mix *m = self;
    note(m, 0, args->name);
    m->has_extra = extra.channel.slot != NULL;
    m->held = call.call;
    assert_int_equal(old_leaf_read(items, &reader, m), 0);
}

const old_mix_handler mix_old_handler = { .size = sizeof mix_old_handler,
                                          .echo = old_echo,
                                          .same = old_same,
                                          .again = old_again,
                                          .widen = old_widen,
                                          .feed = old_feed };
