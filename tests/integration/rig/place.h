/* A folder with room for a unix socket, a rig, and children: what the tests of listening at a path stand on. */
#ifndef WEFT_TESTS_INTEGRATION_PLACE_H
#define WEFT_TESTS_INTEGRATION_PLACE_H

#include "tests/integration/rig/rig.h"

#include <sys/types.h>

typedef struct place {
    rig *r;
    int n_descriptors;
    char folder[64];
    char path[128]; /* of the socket */
    char lock[160];
    char url[160];
} place;

/* Whether there is something of this name, whatever it is. */
bool place_has(const char *path);

/* What a test leaves in the folder itself it removes itself; there are as many descriptors as before. */
int place_setup(void **state);
int place_teardown(void **state);
/* Of the group: libuv keeps descriptors of its own for the process from the first loop on. */
int place_setup_all(void **state);

enum { PLACE_CHILD_OK = 0, PLACE_CHILD_FAILED = 3, PLACE_NOBODY = 65534 };

/* A child that waits for its parent goes with it. */
pid_t place_fork(void);
/* It leaves without the parent's cleaning up, and without the instruments that look for what is left. */
void place_child_ends(bool well);
void place_assert_child(pid_t child, int expected);

#endif
