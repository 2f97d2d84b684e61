/* What a session remembers so that it can go on over another conduit [resume.*]. */
#ifndef WEFT_RUNTIME_SESSION_RESUME_H
#define WEFT_RUNTIME_SESSION_RESUME_H

#include "runtime/session/session.h"
#include "runtime/wire/frame.h"

enum { WEFT__KEY = 32 };

typedef struct weft__key {
    uint8_t bytes[WEFT__KEY];
    uint64_t place; /* in the registry's table */
    bool there;
} weft__key;

/* What the counterpart's Hello or Welcome said that it must say again [resume.refuse]. */
typedef struct weft__terms {
    weft__settings settings; /* without its features */
    weft__session_settings session;
    uint64_t features[2]; /* hashes: of the settings', of the session's */
} weft__terms;

/* The parked sessions of one counterpart, as far as it can be told from others. */
typedef struct weft__parker {
    weft__link link; /* in registry->parkers, while some are parked */
    uint64_t id;
    uint32_t refs; /* sessions */
    uint32_t n;
    uint64_t bytes;
} weft__parker;

/* engine->resume; NULL: the session ends with its conduit. Both sides': */
struct weft__resume {
    weft_engine *engine;
    weft__terms terms;
    uint64_t fed;       /* bytes that came behind handshakes; those of a frame that was cut are not */
    uint64_t uncounted; /* of them: of frames that are not counted */
    uint64_t told;      /* the count in our newest Ack, Hello or Welcome */
    bool ack_owed;
    weft__timer ack_timer;  /* 1 s behind the first frame that we have not acknowledged */
    weft__timer full_timer; /* 30 s at the limit of what is kept */
    weft__frame again;      /* engine->in_again: the counted frame that was cut, */
    uint8_t again_action;   /* and what is to become of it */
    weft__key key;          /* the newest that was committed; an initiator's: the newest */
    /* an acceptor's */
    weft__key issued;             /* in Welcome, until it is committed */
    struct weft_handshake *first; /* the session's own, until that is done */
    uint32_t window_ms;
    weft__timer window_timer;
    weft_registry *registry;
    weft__parker *parker;
    weft__link parked;     /* in registry->parked */
    uint64_t weight;       /* while parked: what it holds */
    weft__link handshakes; /* weft_handshake.of_session: of conduits that come to take it over */
    void (*taken)(void *user);
    void *taken_user;
};
typedef struct weft__resume weft__resume;

/* ---- resume.c ---- */
/* A session that both sides want to be resumable; engine->resume is set. 0 or WEFT_ENOMEM. */
int weft__resume_new(weft_engine *engine, const weft__hello *hello);
void weft__resume_free(weft_engine *engine);
bool weft__terms_equal(const weft__terms *terms, const weft__hello *hello);
/* Counted bytes of the whole frames that have come [resume.count]. */
uint64_t weft__resume_received(const weft_engine *engine);
/* n bytes have come. */
void weft__resume_fed(weft_engine *engine, size_t n);
uint64_t weft__resume_acknowledge(weft_engine *engine); /* the count to say in an Ack, now */
void weft__resume_on_ack(weft_engine *engine, weft_bytes body);
/* Frames wait that are counted, and there is no room for them. */
void weft__resume_is_full(weft_engine *engine);
void weft__resume_on_timer(weft_engine *engine, weft__timer *timer);
/* An acceptor's conduit has broken before Ready came: the counterpart may have said it, and come back. Until then the
 * application does not hear of the session. */
void weft__resume_unconfirmed(weft_engine *engine);
/* An acceptor's conduit has broken. */
void weft__resume_park(weft_engine *engine, const weft_error *error);
/* The handshake of a resumption is done: what out holds goes out first, then what the counterpart has not received. */
void weft__resume_done(weft_engine *engine, weft__out *out, uint64_t received);
/* The session is over, and the counterpart did not say so: behind the own Goodbye that is its orderly end. */
void weft__session_lost(weft_engine *engine, const weft_error *error, bool by_peer);

/* ---- handshake_resume.c ---- */
/* The session that these handshakes were to resume is gone. */
void weft__handshakes_forsaken(weft__resume *resume);

/* ---- registry.c ---- */
weft_registry *weft__registry_retain(weft_registry *registry);
/* A session that may come back enters, with a first key issued. 0 or WEFT_ENOMEM. */
int weft__registry_enter(weft_registry *registry, weft__resume *resume);
void weft__registry_leave(weft__resume *resume);
/* Makes resume->issued, if it is not there. 0 or WEFT_ENOMEM. */
int weft__registry_issue(weft__resume *resume);
void weft__registry_commit(weft__resume *resume);
/* The session whose key this is, committed or issued (*ret_issued); NULL: none. */
weft__resume *weft__registry_find(const weft_registry *registry, weft_bytes key, bool *ret_issued);
/* The user of the other registry of the group that has a session of this key. NULL: none. */
void *weft__registry_elsewhere(const weft_registry *registry, weft_bytes key);
/* Without a conduit; others, or this one, may have to go for it. */
void weft__registry_park(weft__resume *resume);
void weft__registry_unpark(weft__resume *resume);
/* A parked one holds something else than before. */
void weft__registry_weigh(weft__resume *resume);
void weft__registry_count_refused(weft_registry *registry);
void weft__registry_count_resumed(weft_registry *registry);
void weft__registry_count_expired(weft_registry *registry);

#endif
