/* The service: what a server offers. */
#ifndef GREETER_SERVICE_H
#define GREETER_SERVICE_H

#include "weft/session.h"

typedef struct greeter {
    uint64_t count; /* greetings so far */
} greeter;

/* Options of sessions that are served by g, which outlives them. */
weft_session_options greeter_session_options(greeter *g);

#endif
