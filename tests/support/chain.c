/* Interceptors that note what they see. */
#include "tests/support/chain.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static void note(watcher *w, char what)
{
    size_t len = strlen(w->chain->trace);
    if (len + 3 > 200)
        return;
    w->chain->trace[len] = what;
    w->chain->trace[len + 1] = w->name;
    w->chain->trace[len + 2] = '\0';
}

static void add_entry(const watcher *w, const weft_call_info *info)
{
    weft_metadata_entry entry = weft_metadata_str(w->add_key, WEFT_STR("added"), 0);
    int status = weft_call_info_add(info, &entry);
    assert_true(status == 0 || status == WEFT_ENOMEM);
}

static void watch_begin(watcher *w, const weft_call_info *info)
{
    assert_int_equal(info->size, sizeof *info);
    assert_string_equal(info->service, "test.Pair");
    assert_true(strcmp(info->method, "echo") == 0 || strcmp(info->method, "hold") == 0 ||
                strcmp(info->method, "load") == 0);
    assert_string_equal(info->peer->transport, "mem");
    assert_non_null(info->session);
    assert_null(*info->state);
    *info->state = w;
    w->timeout_ns = info->timeout_ns;
    w->saw_token = weft_metadata_find(info->metadata, "token") != NULL;
    if (w->add_key)
        add_entry(w, info);
}

static weft_outcome watch_out(void *user, const weft_call_info *info, const char **ret_text)
{
    watcher *w = user;
    assert_false(info->inbound);
    assert_null(*ret_text);
    note(w, 'o');
    watch_begin(w, info);
    *ret_text = w->text;
    if (w->refuse_out == WEFT_OUTCOME_OK)
        w->n_out++;
    return w->refuse_out;
}

static weft_outcome watch_in(void *user, const weft_call_info *info, const char **ret_text)
{
    watcher *w = user;
    assert_true(info->inbound);
    note(w, 'i');
    watch_begin(w, info);
    *ret_text = w->text;
    if (w->refuse_in == WEFT_OUTCOME_OK)
        w->n_in++;
    if (w->end_session)
        weft_session_abort(info->session);
    return w->refuse_in;
}

static void watch_done(void *user, const weft_call_info *info, const weft_result *result)
{
    watcher *w = user;
    weft_str added = { "", 0 };
    note(w, info->inbound ? 'd' : 'D');
    if (info->inbound)
        w->n_done_in++;
    else
        w->n_done_out++;
    w->n_unnoted += *info->state != w;
    assert_int_equal(info->metadata->n, 0);
    assert_non_null(result->metadata);
    weft_metadata_entry entry = weft_metadata_str("late", WEFT_STR(""), 0);
    assert_int_equal(weft_call_info_add(info, &entry), WEFT_EINVAL);
    w->last = *result;
    w->n_metadata = result->metadata->n;
    (void)snprintf(w->last_text, sizeof w->last_text, "%.*s", (int)result->text.len, result->text.ptr);
    (void)weft_metadata_get_str(result->metadata, "answer", &added);
    (void)snprintf(w->last_added, sizeof w->last_added, "%.*s", (int)added.len, added.ptr);
    if (w->end_in_done)
        weft_session_abort(info->session);
}

static uint16_t watch_open(void *user, const weft_open_info *info, const char **ret_text)
{
    watcher *w = user;
    assert_int_equal(info->size, sizeof *info);
    assert_true(weft_str_equal(info->service, WEFT_STR("test.Pair")));
    assert_string_equal(info->peer->address, "pair");
    assert_non_null(info->metadata);
    note(w, info->is_root ? 'R' : 'p');
    *ret_text = w->text;
    w->n_open++;
    if (w->end_session)
        weft_session_abort(info->session);
    return w->refuse_open;
}

void chain_init(chain *c, char *trace, weft_session_options *options)
{
    memset(c, 0, sizeof *c);
    c->trace = trace;
    for (int i = 0; i < CHAIN; i++) {
        c->w[i].chain = c;
        c->w[i].name = (char)('1' + i);
        c->interceptors[i] = (weft_interceptor){ .size = sizeof(weft_interceptor),
                                                 .user = &c->w[i],
                                                 .call_out = watch_out,
                                                 .call_in = watch_in,
                                                 .done = watch_done,
                                                 .open_in = watch_open };
        c->pointers[i] = &c->interceptors[i];
    }
    options->interceptors = c->pointers;
    options->n_interceptors = CHAIN;
}
