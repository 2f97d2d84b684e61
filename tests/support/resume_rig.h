/* Two engines (pair.h) of which the client asks for resumption and the server agrees, and a connection between them. */
#ifndef WEFT_TESTS_SUPPORT_RESUME_RIG_H
#define WEFT_TESTS_SUPPORT_RESUME_RIG_H

#include "tests/support/pair.h"

typedef struct resume_rig {
    weft_test_alloc alloc;
    pair p; /* with a registry of the default limits */
    weft_connection *conn;
    int n_answered;
} resume_rig;

/* The client's options. */
weft_session_options resume_rig_client(void);
void resume_rig_init(resume_rig *r);
/* init, both are ready, conn is open. */
void resume_rig_begin(resume_rig *r, weft_session_options client, weft_session_options server);
/* The same with the options that there are by themselves. */
void resume_rig_ready(resume_rig *r);
/* Frees everything, and asserts that nothing is left. */
void resume_rig_end(resume_rig *r);
/* Another conduit, as soon as the client wants one; then all moves. */
void resume_rig_dial(resume_rig *r);
/* The next call that the server holds, of this method, is answered. */
void resume_rig_answer(resume_rig *r, uint32_t method);
weft_registry_stats resume_rig_stats(const resume_rig *r);

#endif
