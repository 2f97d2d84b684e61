/* weft/uv.h: for programs that share a libuv loop with weft. Needs _POSIX_C_SOURCE as uv.h does. */
#ifndef WEFT_UV_H
#define WEFT_UV_H

#include "weft/runtime.h"
#include <uv.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The loop that the runtime runs on: its own, or the application's. */
WEFT_API uv_loop_t *weft_runtime_loop(weft_runtime *runtime);

#ifdef __cplusplus
}
#endif
#endif
