/* The sessions that counterparts may come back to [resume.acceptor]: by their keys [resume.key], and those that are
 * without a conduit, oldest first, with what they hold.
 *
 * A key is looked up by a keyed hash of it, so that how long that takes says nothing of the keys that are there, and
 * then compared in constant time.
 *
 * In a group (runtime/session/group.h) other threads look keys up: all that changes what they read takes the lock. */
#include "runtime/session/group.h"
#include "runtime/base/hash.h"
#include "runtime/base/mem.h"
#include "runtime/base/options.h"
#include "runtime/session/parts.h"
#include "runtime/session/resume.h"
#include "runtime/session/session_log.h"

struct weft_registry {
    weft_allocator allocator;
    uint32_t refs;
    uint8_t seed[32];
    uint64_t n_keys; /* derived so far */
    uint8_t lookup_secret[32];
    uint64_t table_seed;
    weft__table keys;   /* weft__resume by weft__key.place */
    weft__table peers;  /* weft__parker by id */
    weft__link parkers; /* those of which some are parked */
    weft__link parked;  /* weft__resume.parked, oldest first */
    uint32_t max_parked;
    uint64_t max_parked_bytes;
    void *user;
    weft_group *group; /* NULL: none */
    weft__link of_group;
    weft_registry_stats stats;
};

/* Of what a session holds that is not counted by itself. */
enum { WEIGHT = 8192 };
/* What is drawn from the seed, apart from keys, which count from 0. */
#define DERIVE_SECRET (UINT64_MAX - 1)
#define DERIVE_TABLES UINT64_MAX

/* ---- one ---- */

void weft_registry_options_init(weft_registry_options *options, size_t size)
{
    weft_registry_options defaults;
    memset(&defaults, 0, sizeof defaults);
    defaults.max_parked = WEFT_PARKED_DEFAULT;
    defaults.max_parked_bytes = WEFT_PARKED_BYTES_DEFAULT;
    weft__options_give(options, size, &defaults, sizeof defaults);
}

int weft_registry_new(const weft_registry_options *options, weft_registry **ret_registry)
{
    weft_registry_options o;
    weft_registry_options_init(&o, sizeof o);
    int status = options ? weft__options_copy(&o, sizeof o, options) : WEFT_EINVAL;
    if (status < 0)
        return status;
    weft_allocator allocator = weft__allocator_of(o.allocator);
    weft_registry *registry = weft__alloc_zero(&allocator, sizeof *registry);
    if (!registry)
        return WEFT_ENOMEM;
    registry->allocator = allocator;
    registry->refs = 1;
    memcpy(registry->seed, o.seed, sizeof registry->seed);
    weft__wipe(o.seed, sizeof o.seed);
    weft__derive(registry->seed, DERIVE_SECRET, registry->lookup_secret, sizeof registry->lookup_secret);
    weft__derive(registry->seed, DERIVE_TABLES, (uint8_t *)&registry->table_seed, sizeof registry->table_seed);
    registry->table_seed |= 1;
    registry->max_parked = o.max_parked;
    registry->max_parked_bytes = o.max_parked_bytes;
    registry->user = o.user;
    weft__list_init(&registry->parkers);
    weft__list_init(&registry->parked);
    *ret_registry = registry;
    return 0;
}

weft_registry *weft__registry_retain(weft_registry *registry)
{
    registry->refs++;
    return registry;
}

void weft_registry_release(weft_registry *registry_or_null)
{
    weft_registry *registry = registry_or_null;
    if (!registry || --registry->refs > 0)
        return;
    weft_allocator allocator = registry->allocator;
    weft__group_lock(registry->group);
    weft__list_remove(&registry->of_group);
    weft__group_unlock(registry->group);
    weft_group_release(registry->group);
    weft__table_fini(&registry->keys, &allocator);
    weft__table_fini(&registry->peers, &allocator);
    weft__wipe(registry, sizeof *registry);
    weft__free(&allocator, registry, sizeof *registry);
}

int weft_registry_join(weft_registry *registry, weft_group *group)
{
    if (registry->group)
        return registry->group == group ? 0 : WEFT_EALREADY;
    registry->group = weft_group_retain(group);
    weft__group_lock(group);
    weft__list_append(&group->registries, &registry->of_group);
    weft__group_unlock(group);
    return 0;
}

void weft_registry_stats_read(const weft_registry *registry, weft_registry_stats *ret_stats, size_t size)
{
    weft_registry_stats stats = registry->stats;
    stats.size = size < sizeof stats ? size : sizeof stats;
    memcpy(ret_stats, &stats, stats.size);
}

void weft__registry_count_refused(weft_registry *registry)
{
    registry->stats.refused++;
}

void weft__registry_count_resumed(weft_registry *registry)
{
    registry->stats.resumed++;
}

void weft__registry_count_expired(weft_registry *registry)
{
    registry->stats.expired++;
}

/* ---- keys ---- */

static uint64_t key_place(const weft_registry *registry, const uint8_t key[WEFT__KEY])
{
    weft__hash hash;
    weft__hash_begin(&hash);
    weft__hash_add(&hash, weft_bytes_of(registry->lookup_secret, sizeof registry->lookup_secret));
    weft__hash_add(&hash, weft_bytes_of(key, WEFT__KEY));
    return weft__hash_end64(&hash);
}

/* Under the lock. */
static void key_void(weft_registry *registry, weft__key *key)
{
    if (key->there)
        (void)weft__table_remove(&registry->keys, registry->table_seed, key->place);
    weft__wipe(key, sizeof *key);
}

int weft__registry_issue(weft__resume *resume)
{
    weft_registry *registry = resume->registry;
    weft__key *key = &resume->issued;
    if (key->there)
        return 0;
    weft__group_lock(registry->group);
    do { /* a place that is taken is as likely as a key that is guessed */
        weft__derive(registry->seed, registry->n_keys++, key->bytes, sizeof key->bytes);
        key->place = key_place(registry, key->bytes);
    } while (weft__table_find(&registry->keys, registry->table_seed, key->place));
    int status = weft__table_insert(&registry->keys, &registry->allocator, registry->table_seed, key->place, resume);
    if (status < 0)
        weft__wipe(key, sizeof *key);
    key->there = status == 0;
    weft__group_unlock(registry->group);
    return status;
}

void weft__registry_commit(weft__resume *resume)
{
    weft_group *group = resume->registry->group;
    if (!resume->issued.there)
        return;
    weft__group_lock(group);
    key_void(resume->registry, &resume->key);
    resume->key = resume->issued;
    weft__wipe(&resume->issued, sizeof resume->issued);
    weft__group_unlock(group);
}

weft__resume *weft__registry_find(const weft_registry *registry, weft_bytes key, bool *ret_issued)
{
    if (key.len != WEFT__KEY)
        return NULL;
    weft__resume *resume = weft__table_find(&registry->keys, registry->table_seed, key_place(registry, key.ptr));
    if (!resume)
        return NULL;
    bool committed = resume->key.there && weft__equal_constant_time(resume->key.bytes, key.ptr, WEFT__KEY);
    bool issued = resume->issued.there && weft__equal_constant_time(resume->issued.bytes, key.ptr, WEFT__KEY);
    *ret_issued = issued;
    return committed || issued ? resume : NULL;
}

void *weft__registry_elsewhere(const weft_registry *registry, weft_bytes key)
{
    weft_group *group = registry->group;
    void *user = NULL;
    bool issued;
    if (!group)
        return NULL;
    weft__group_lock(group);
    for (weft__link *link = group->registries.next; link != &group->registries && !user; link = link->next) {
        const weft_registry *other = weft__container(link, weft_registry, of_group);
        if (other != registry && weft__registry_find(other, key, &issued))
            user = other->user;
    }
    weft__group_unlock(group);
    return user;
}

/* ---- who parks ---- */

static int hex_of(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The first four of the eight groups of an IPv6 address as inet_ntop writes it. false: it is none, or an IPv4 address
 * within one. */
static bool ipv6_network(weft_str text, uint16_t ret_groups[4])
{
    uint16_t groups[8] = { 0 }, all[8] = { 0 };
    size_t n = 0, gap = SIZE_MAX, n_digits = 0;
    for (size_t i = 0; i < text.len; i++) {
        int digit = hex_of((uint8_t)text.ptr[i]);
        if (digit < 0 ? text.ptr[i] != ':' : n == 8 || ++n_digits > 4)
            return false;
        if (digit >= 0) {
            groups[n] = (uint16_t)(groups[n] << 4 | digit);
            continue;
        }
        n += n_digits > 0;
        n_digits = 0;
        if (i > 0 && text.ptr[i - 1] == ':')
            gap = n;
    }
    n += n_digits > 0;
    if (gap == SIZE_MAX)
        gap = n;
    memcpy(all, groups, gap * sizeof *all);
    memcpy(all + 8 - (n - gap), groups + gap, (n - gap) * sizeof *all);
    memcpy(ret_groups, all, 4 * sizeof *all);
    return true;
}

/* An IPv6 address by its /64: who has one of it has them all. */
static void hash_address(weft__hash *hash, weft_str address)
{
    uint16_t network[4];
    if (address.len > 2 && address.ptr[0] == '[' &&
        ipv6_network(weft_str_of(address.ptr + 1, address.len - 2), network))
        weft__hash_add(hash, weft_bytes_of((const uint8_t *)network, sizeof network));
    else
        weft__hash_add(hash, weft_bytes_of(address.ptr, address.len));
}

/* [resume.acceptor] The peer: a user of this machine, an address without its port, else what the conduit is. */
static uint64_t parker_id(const weft_peer *peer)
{
    weft__hash hash;
    weft_str address = weft_str_from(peer->address);
    weft__hash_begin(&hash);
    weft__hash_add(&hash, weft_bytes_of(peer->transport, strlen(peer->transport) + 1));
    if (peer->has_unix_ids) {
        weft__hash_add(&hash, weft_bytes_of((const uint8_t *)&peer->uid, sizeof peer->uid));
    } else if (strcmp(peer->transport, "tcp") == 0) {
        while (address.len > 0 && address.ptr[address.len - 1] != ':')
            address.len--;
        if (address.len > 0)
            address.len--;
        hash_address(&hash, address);
    }
    return weft__hash_end64(&hash);
}

static int parker_enter(weft_registry *registry, weft__resume *resume)
{
    uint64_t id = parker_id(&resume->engine->session->peer);
    weft__parker *parker = weft__table_find(&registry->peers, registry->table_seed, id);
    if (!parker) {
        parker = weft__alloc_zero(&registry->allocator, sizeof *parker);
        if (!parker)
            return WEFT_ENOMEM;
        parker->id = id;
        if (weft__table_insert(&registry->peers, &registry->allocator, registry->table_seed, id, parker) < 0) {
            weft__free(&registry->allocator, parker, sizeof *parker);
            return WEFT_ENOMEM;
        }
    }
    parker->refs++;
    resume->parker = parker;
    return 0;
}

static void parker_leave(weft_registry *registry, weft__resume *resume)
{
    weft__parker *parker = resume->parker;
    resume->parker = NULL;
    if (--parker->refs > 0)
        return;
    (void)weft__table_remove(&registry->peers, registry->table_seed, parker->id);
    weft__free(&registry->allocator, parker, sizeof *parker);
}

int weft__registry_enter(weft_registry *registry, weft__resume *resume)
{
    int status = parker_enter(registry, resume);
    if (status < 0)
        return status;
    resume->registry = weft__registry_retain(registry);
    status = weft__registry_issue(resume);
    if (status < 0) {
        parker_leave(registry, resume);
        weft_registry_release(registry);
        resume->registry = NULL;
        return status;
    }
    registry->stats.sessions++;
    return 0;
}

void weft__registry_leave(weft__resume *resume)
{
    weft_registry *registry = resume->registry;
    if (!registry)
        return;
    weft__registry_unpark(resume);
    weft__group_lock(registry->group);
    key_void(registry, &resume->key);
    key_void(registry, &resume->issued);
    weft__group_unlock(registry->group);
    parker_leave(registry, resume);
    registry->stats.sessions--;
    resume->registry = NULL;
    weft_registry_release(registry);
}

/* ---- parked ones ---- */

static uint64_t weight_of(const weft_engine *engine)
{
    return WEIGHT + engine->buffered + engine->queued + engine->queued_apart + engine->out.replay->memory +
           engine->in.cap;
}

static void set_weight(weft__resume *resume, uint64_t weight)
{
    weft_registry *registry = resume->registry;
    registry->stats.parked_bytes += weight - resume->weight;
    resume->parker->bytes += weight - resume->weight;
    resume->weight = weight;
}

/* The oldest of the peer that has most: of sessions, or of bytes where those are too many. */
static weft__resume *registry_choose(const weft_registry *registry, bool by_bytes)
{
    const weft__parker *most = NULL;
    for (const weft__link *link = registry->parkers.next; link != &registry->parkers; link = link->next) {
        const weft__parker *parker = weft__container(link, weft__parker, link);
        if (!most || (by_bytes ? parker->bytes > most->bytes : parker->n > most->n))
            most = parker;
    }
    for (weft__link *link = registry->parked.next; link != &registry->parked; link = link->next) {
        weft__resume *resume = weft__container(link, weft__resume, parked);
        if (resume->parker == most)
            return resume;
    }
    return NULL;
}

/* [resume.acceptor] */
static void registry_make_room(weft_registry *registry)
{
    weft_error error = { WEFT_EBUSY, 0, WEFT_CODE_LOST, "[resume.acceptor] too many sessions without a conduit" };
    while (registry->stats.parked > registry->max_parked || registry->stats.parked_bytes > registry->max_parked_bytes) {
        weft__resume *resume = registry_choose(registry, registry->stats.parked <= registry->max_parked);
        if (!WEFT_CHECK(resume))
            return;
        weft_engine *engine = resume->engine;
        registry->stats.evicted++;
        weft__engine_log(engine, WEFT_LOG_WARNING, WEFT_LOG_SESSION, "a session without a conduit has to go",
                         weft__log_number("parked", registry->stats.parked),
                         weft__log_number("bytes", registry->stats.parked_bytes));
        weft__session_lost(engine, &error, false);
        engine->phase = WEFT_PHASE_CLOSED;
        weft__engine_wake(engine);
    }
}

void weft__registry_park(weft__resume *resume)
{
    weft_registry *registry = weft__registry_retain(resume->registry);
    if (!weft__link_is_in(&resume->parked)) {
        weft__list_append(&registry->parked, &resume->parked);
        registry->stats.parked++;
        if (resume->parker->n++ == 0)
            weft__list_append(&registry->parkers, &resume->parker->link);
    }
    set_weight(resume, weight_of(resume->engine));
    registry_make_room(registry);
    weft_registry_release(registry);
}

void weft__registry_unpark(weft__resume *resume)
{
    weft_registry *registry = resume->registry;
    if (!weft__link_is_in(&resume->parked))
        return;
    set_weight(resume, 0);
    weft__list_remove(&resume->parked);
    registry->stats.parked--;
    if (--resume->parker->n == 0)
        weft__list_remove(&resume->parker->link);
}

void weft__registry_weigh(weft__resume *resume)
{
    if (weft__link_is_in(&resume->parked) && weight_of(resume->engine) != resume->weight)
        weft__registry_park(resume);
}
