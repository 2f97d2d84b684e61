/* Version c of the service. */
#include "c.weft.h"

#define PREFIX c
#define V(name) c_##name
#define VU(name) C_##name
#include "tests/simulate/version_old.inc"
