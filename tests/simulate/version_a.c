/* Version a of the service. */
#include "a.weft.h"

#define PREFIX a
#define V(name) a_##name
#define VU(name) A_##name
#include "tests/simulate/version_old.inc"
