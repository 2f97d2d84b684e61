/* A chain of interceptors that note what they see, and do as they are told. */
#ifndef WEFT_TESTS_SUPPORT_CHAIN_H
#define WEFT_TESTS_SUPPORT_CHAIN_H

#include "weft/intercept.h"

enum { CHAIN = 3 };

typedef struct chain chain;

typedef struct watcher {
    chain *chain;
    char name;
    weft_outcome refuse_out, refuse_in;
    uint16_t refuse_open;
    const char *text;
    const char *add_key; /* an entry is added */
    bool end_session;    /* in call_in, open_in or done */
    bool end_in_done;
    int n_out, n_in, n_open;              /* passed */
    int n_done_out, n_done_in, n_unnoted; /* n_unnoted: done without its state */
    weft_result last;                     /* text in last_text */
    char last_text[128];
    char last_added[32]; /* value of the key "answer" in the response's metadata */
    size_t n_metadata;   /* of the response */
    bool saw_token;
    uint64_t timeout_ns;
} watcher;

struct chain {
    char *trace; /* of both sides */
    watcher w[CHAIN];
    weft_interceptor interceptors[CHAIN];
    const weft_interceptor *pointers[CHAIN];
};

/* Adds "o1" (call_out of the first), "i1" (call_in), "d1" and "D1" (done of an inbound call, of one made here), "p1"
 * and "R1" (an open, the root) to trace, which has room for 256 bytes, and sets the options' chain. */
void chain_init(chain *c, char *trace, weft_session_options *options);

#endif
