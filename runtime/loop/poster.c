/* Posting from other threads: the one part of a runtime that more than one thread touches. A poster may outlive its
 * runtime. */
#include "runtime/loop/loop.h"

#include "runtime/base/mem.h"
#include "runtime/conduit/syserr.h"

struct weft_poster {
    weft_allocator allocator;
    uv_mutex_t mutex; /* over all that follows */
    weft__link posts;
    uv_async_t *async; /* NULL once the runtime has ended */
    weft_group *group; /* NULL: the runtime serves alone */
    size_t n_refs;
};

int weft__poster_new(weft_runtime *runtime, weft_poster **ret_poster)
{
    weft_poster *poster = weft__alloc_zero(&runtime->env.allocator, sizeof *poster);
    int rc;
    if (!poster)
        return WEFT_ENOMEM;
    rc = uv_mutex_init(&poster->mutex);
    if (rc < 0) {
        weft__free(&runtime->env.allocator, poster, sizeof *poster);
        return weft__map_status(rc);
    }
    poster->allocator = runtime->env.allocator;
    weft__list_init(&poster->posts);
    poster->async = &runtime->async;
    poster->n_refs = 1;
    *ret_poster = poster;
    return 0;
}

weft_poster *weft_runtime_poster(weft_runtime *runtime)
{
    weft_poster *poster = runtime->poster;
    uv_mutex_lock(&poster->mutex);
    poster->n_refs++;
    uv_mutex_unlock(&poster->mutex);
    return poster;
}

void weft_poster_release(weft_poster *poster_or_null)
{
    weft_poster *poster = poster_or_null;
    size_t n_refs;
    if (!poster)
        return;
    uv_mutex_lock(&poster->mutex);
    n_refs = --poster->n_refs;
    uv_mutex_unlock(&poster->mutex);
    if (n_refs > 0)
        return;
    uv_mutex_destroy(&poster->mutex);
    weft_group_release(poster->group);
    weft_allocator allocator = poster->allocator;
    weft__free(&allocator, poster, sizeof *poster);
}

int weft__poster_send(weft_poster *poster, weft__post *post)
{
    bool closed;
    uv_mutex_lock(&poster->mutex);
    closed = poster->async == NULL;
    if (!closed) {
        weft__list_append(&poster->posts, &post->link);
        /* Under the lock, so that the async is not closed meanwhile. */
        (void)uv_async_send(poster->async);
    }
    uv_mutex_unlock(&poster->mutex);
    return closed ? WEFT_ECLOSED : 0;
}

int weft_post(weft_poster *poster, weft_post_fn run, weft_post_fn dropped_or_null, void *user)
{
    weft__post *one;
    int rc;
    if (!poster || !run)
        return WEFT_EINVAL;
    one = weft__alloc_zero(&poster->allocator, sizeof *one);
    if (!one)
        return WEFT_ENOMEM;
    one->run = run;
    one->dropped = dropped_or_null;
    one->user = user;
    one->is_posters = true;
    rc = weft__poster_send(poster, one);
    if (rc < 0)
        weft__free(&poster->allocator, one, sizeof *one);
    return rc;
}

int weft__poster_join(weft_poster *poster, weft_group *group)
{
    bool joins;
    int rc = 0;
    weft_group_retain(group); /* a group's lock is taken before a poster's, never the other way round */
    uv_mutex_lock(&poster->mutex);
    joins = poster->group == NULL;
    if (joins)
        poster->group = group;
    else if (poster->group != group)
        rc = WEFT_EALREADY;
    uv_mutex_unlock(&poster->mutex);
    if (!joins)
        weft_group_release(group);
    return rc;
}

weft_group *weft__poster_group(weft_poster *poster)
{
    weft_group *group;
    uv_mutex_lock(&poster->mutex);
    group = poster->group;
    uv_mutex_unlock(&poster->mutex);
    return group;
}

static void poster_take(weft_poster *poster, bool close, weft__link *ret_posts)
{
    weft__link *link;
    weft__list_init(ret_posts);
    uv_mutex_lock(&poster->mutex);
    while ((link = weft__list_take(&poster->posts)) != NULL)
        weft__list_append(ret_posts, link);
    if (close)
        poster->async = NULL;
    uv_mutex_unlock(&poster->mutex);
}

/* It may be its sender's again as soon as it runs. */
static weft__post poster_open(weft_poster *poster, weft__link *link)
{
    weft__post *post = weft__container(link, weft__post, link);
    weft__post copy = *post;
    if (copy.is_posters)
        weft__free(&poster->allocator, post, sizeof *post);
    return copy;
}

void weft__poster_run(weft_poster *poster)
{
    weft__link posts, *link;
    poster_take(poster, false, &posts);
    weft__loop_enter();
    while ((link = weft__list_take(&posts)) != NULL) {
        weft__post one = poster_open(poster, link);
        one.run(one.user);
    }
    weft__loop_leave();
}

bool weft__poster_has_posts(weft_poster *poster)
{
    bool has;
    uv_mutex_lock(&poster->mutex);
    has = !weft__list_is_empty(&poster->posts);
    uv_mutex_unlock(&poster->mutex);
    return has;
}

void weft__poster_close(weft_poster *poster)
{
    weft__link posts, *link;
    poster_take(poster, true, &posts);
    weft__loop_enter();
    while ((link = weft__list_take(&posts)) != NULL) {
        weft__post one = poster_open(poster, link);
        if (one.dropped)
            one.dropped(one.user);
    }
    weft__loop_leave();
}
