/* What the compiler is told of functions, and cannot know. */
#ifndef WEFT_RUNTIME_BASE_INLINE_H
#define WEFT_RUNTIME_BASE_INLINE_H

/* It is worth it, though the compiler finds it too large by itself: the inner loops, and what each call goes through
 * once. */
#define WEFT__INLINE inline __attribute__((always_inline))
/* Seldom called: stays out of its callers, which then need save nothing for it, is made small, and what leads to it is
 * taken to be unlikely. */
#define WEFT__COLD __attribute__((cold, noinline))

#endif
