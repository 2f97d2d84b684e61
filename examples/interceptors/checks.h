/* Interceptors that know nothing of the service: what they need is in their user. */
#ifndef CHECKS_H
#define CHECKS_H

#include "weft/weft.h"

/* A secret that both sides know. As the client's it goes with each call; as the server's it is asked for in front of
 * each handler, and before the arguments are decoded. The text outlives the sessions. */
weft_interceptor token_interceptor(const char *secret);

/* Lets only one user's processes open connections: the kernel says who is at the other end of a unix socket. */
weft_interceptor uid_interceptor(const uint32_t *uid);

/* Counts calls of the counterpart's by method and outcome. */
typedef struct counter {
    struct {
        char method[64];
        unsigned n[11];
    } methods[16];
    size_t n_methods;
} counter;
weft_interceptor count_interceptor(counter *c);
void count_print(const counter *c);

#endif
