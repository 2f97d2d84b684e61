/* weft/version.h: the version of the headers, and of the library that runs. */
#ifndef WEFT_VERSION_H
#define WEFT_VERSION_H

#include "weft/base.h"

#ifdef __cplusplus
extern "C" {
#endif

#define WEFT_VERSION_MAJOR 0
#define WEFT_VERSION_MINOR 1
#define WEFT_VERSION_PATCH 0
#define WEFT_VERSION "0.1.0"

/* "0.1.0": of the library. Any thread. */
WEFT_API const char *weft_version(void);

#ifdef __cplusplus
}
#endif
#endif
