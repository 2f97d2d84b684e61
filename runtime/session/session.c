/* The application's view of a session: counted, and there to be asked after its engine is freed. */
#include "runtime/base/mem.h"
#include "runtime/base/options.h"
#include "runtime/session/parts.h"

/* ---- its life ---- */

/* A copy of *text, in the place of the one before where it fits: a session may have any number of conduits. */
static int session_keep_text(weft_session *session, char **place, uint32_t *room, const char **text)
{
    size_t len = strlen(*text);
    if (!*place || len >= *room) {
        char *copy = weft_arena_alloc(session->arena, len + 1, 1);
        if (!copy)
            return WEFT_ENOMEM;
        memcpy(copy, *text, len + 1);
        *place = copy;
        *room = (uint32_t)len + 1;
    } else if (*place != *text) {
        memmove(*place, *text, len + 1);
    }
    *text = *place;
    return 0;
}

int weft__session_set_peer(weft_session *session, const weft_peer *peer_or_null)
{
    weft_peer peer = { sizeof peer, "", "", false, 0, 0, 0 };
    if (peer_or_null) {
        int status = weft__options_copy(&peer, sizeof peer, peer_or_null);
        if (status < 0)
            return status;
        if (session_keep_text(session, &session->transport, &session->transport_room, &peer.transport) < 0 ||
            session_keep_text(session, &session->address, &session->address_room, &peer.address) < 0)
            return WEFT_ENOMEM;
    }
    session->peer = peer;
    return 0;
}

/* Where there is no memory the old evidence stays. */
void weft__session_move_peer(weft_session *session, const weft_session *from)
{
    (void)weft__session_set_peer(session, &from->peer);
}

int weft__session_new(weft_engine *engine, uint64_t id, const weft_peer *peer_or_null)
{
    weft_session *session = weft__alloc_zero(&engine->allocator, sizeof *session);
    if (!session)
        return WEFT_ENOMEM;
    session->allocator = engine->allocator;
    session->engine = engine;
    session->id = id;
    session->holds = 1;
    int status = weft__arena_new_small(&engine->allocator, &session->arena);
    if (status == 0)
        status = weft__session_set_peer(session, peer_or_null);
    if (status < 0) {
        weft__session_unhold(session);
        return status;
    }
    engine->session = session;
    return 0;
}

static void session_free_if_unused(weft_session *session)
{
    if (session->refs > 0 || session->holds > 0)
        return;
    weft_allocator allocator = session->allocator;
    weft_arena_free(session->arena);
    weft__free(&allocator, session, sizeof *session);
}

void weft__session_unhold(weft_session *session)
{
    session->holds--;
    session_free_if_unused(session);
}

/* ---- the application's view ---- */

weft_session *weft_session_retain(weft_session *session)
{
    session->refs++;
    return session;
}

void weft_session_release(weft_session *session_or_null)
{
    weft_session *session = session_or_null;
    if (!session || !WEFT_CHECK(session->refs > 0))
        return;
    if (session->refs == 1 && session->engine && session->engine->state != WEFT__SESSION_ENDED)
        weft_session_close(session, WEFT_CODE_NONE, NULL);
    session->refs--;
    session_free_if_unused(session);
}

uint64_t weft_session_id(const weft_session *session)
{
    return session->id;
}

bool weft_session_is_ready(const weft_session *session)
{
    return session->engine && session->engine->state == WEFT__SESSION_READY;
}

const weft_peer *weft_session_peer(const weft_session *session)
{
    return &session->peer;
}

weft_connection *weft_session_root(const weft_session *session)
{
    return weft_session_is_ready(session) ? session->engine->root : NULL;
}

const weft_metadata *weft_session_metadata(const weft_session *session)
{
    return &session->metadata;
}
