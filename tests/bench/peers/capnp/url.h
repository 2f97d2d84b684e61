/* kj's words for an address. */
#ifndef WEFT_TESTS_BENCH_PEERS_CAPNP_URL_H
#define WEFT_TESTS_BENCH_PEERS_CAPNP_URL_H

#include "tests/bench/peers/work.h"

static inline const char *capnp_url(const char *address)
{
    return work_url(address, "unix:", "127.0.0.1:");
}

#endif
