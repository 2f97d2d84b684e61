/* What the server serves: nothing in here knows what loop it runs on. */
#ifndef POLL_LOOP_SERVICE_H
#define POLL_LOOP_SERVICE_H

#include "weft/session.h"

/* Options of a session that serves the calculator. */
weft_session_options service_options(void);

#endif
