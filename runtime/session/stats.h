/* Counting: what an engine keeps, and the weft_stats in which several come together. */
#ifndef WEFT_RUNTIME_SESSION_STATS_H
#define WEFT_RUNTIME_SESSION_STATS_H

#include "runtime/base/list.h"
#include "weft/engine.h"
#include "weft/gen.h"

enum { WEFT__STATS_ENDED = WEFT_STATS_LOST + 1, WEFT__IN = 0, WEFT__OUT = 1 };

/* Of an engine; late is counted elsewhere. [2]: WEFT__IN, WEFT__OUT */
typedef struct weft__counts {
    uint64_t bytes_in;
    uint64_t bytes_out;   /* of sessions that were replaced; of this one: engine->out */
    uint64_t messages[2]; /* of connections that are gone */
    uint64_t items[2];
    uint64_t violations;
    uint64_t schemas[2];
    uint64_t plans, plans_failed;
    uint64_t disconnected, resumed, replaced;
    uint64_t opens[2], opens_accepted[2], opens_rejected[2];
    uint64_t calls[2];
    uint64_t ended[2][WEFT__STATS_ENDED];
} weft__counts;

/* Of a connection. */
typedef struct weft__traffic {
    uint64_t bytes[2];
    uint64_t messages[2];
} weft__traffic;

typedef struct weft__method_counts {
    const char *name;
    uint64_t ended[2][WEFT__STATS_ENDED];
} weft__method_counts;

/* Found by the service's id, which stands for its name and methods; the names are copies, since tables may go. */
typedef struct weft__service_counts {
    weft__link link;
    uint64_t id;
    size_t size;                    /* of all of it */
    const weft_service_type *table; /* that it was made for, and may be gone */
    const char *name;
    uint32_t n_methods;
    weft__method_counts methods[]; /* and one more, for what is none of them */
} weft__service_counts;

struct weft_stats {
    weft_allocator allocator;
    uint32_t refs;
    weft__link engines;
    weft__link services;
    weft__service_counts *nothing; /* for connections that serve nothing */
    weft_totals gone;              /* of sessions: how they began and ended; in `all`: of engines that are freed */
};

/* Tables of a later weftc have longer methods. index < n_methods */
static inline const weft_method *weft__method_at(const weft_service_type *service, uint32_t index)
{
    return (const weft_method *)(const void *)((const char *)service->methods + (size_t)index * service->method_size);
}

weft_stats *weft__stats_retain(weft_stats *stats);
/* 0 or WEFT_ENOMEM. *ret_counts: by method, and one more for what is none of them; as long as stats. */
int weft__stats_service(weft_stats *stats, const weft_service_type *service, weft__method_counts **ret_counts);
void weft__stats_leave(weft_engine *engine); /* before it is freed */
/* How a call made here counts that ended without a response. */
unsigned weft__stats_ended_of(int code);
void weft__stats_handshake_failed(weft_stats *stats, int code);
const char *weft__stats_ended_name(unsigned ended);

#endif
