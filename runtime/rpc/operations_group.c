/* Tables of operations of several threads that serve the same clients: an operation that one of them knows is run by
 * none of the others [op.states].
 *
 * Whoever is asked for an operation that its own table does not have looks into the others', under the group's lock,
 * and records it as its own only where none has it, under the same lock. Where one has it, it is asked by a question,
 * which travels to that thread, waits there as long as the operation runs, and comes back with the outcome; or with the
 * word to look again, where it has gone without having run. Meanwhile the attempt waits in a stand-in for the
 * operation, of state ELSEWHERE, which no table knows.
 *
 * When a thread ends, what its table remembers stays with the group, where all find it under the lock. */
#include "runtime/rpc/operations.h"

#include "runtime/base/error.h"
#include "runtime/session/group.h"
#include "runtime/base/mem.h"

struct weft__op_question {
    weft__op_question *next;   /* in operation->others, or operations->unsent */
    weft_group *group;         /* a reference */
    uint64_t asker, asked;     /* members */
    weft__operation *stand_in; /* the asker's alone */
    uint8_t id[WEFT_OPERATION_ID];
    uint8_t digest[WEFT__DIGEST];
    uint64_t method_id;
    bool may_run_again; /* the method is idempotent too */
    /* the answer */
    bool again;    /* look again */
    weft_str text; /* not empty: this is it, with outcome; a constant */
    uint8_t outcome;
    weft__list_slice metadata;
    weft_bytes value;
    uint64_t results; /* how value is declared, and that: 0: it is not */
    weft_bytes root, types;
    uint8_t *bytes; /* what these point into */
    size_t n_bytes;
};

static weft__op_question *question_new(weft_group *group, const weft__call *call)
{
    weft__op_question *question = weft__alloc_zero(&group->allocator, sizeof *question);
    if (!question)
        return NULL;
    question->group = weft_group_retain(group);
    memcpy(question->id, call->op, sizeof question->id);
    weft__hash_digest(call->value, question->digest);
    question->method_id = call->method_id;
    question->may_run_again = call->method->flags & WEFT_METHOD_IDEMPOTENT;
    return question;
}

static void question_free(weft__op_question *question)
{
    weft_group *group = question->group;
    weft__free(&group->allocator, question->bytes, question->n_bytes);
    weft__free(&group->allocator, question, sizeof *question);
    weft_group_release(group);
}

/* ---- the answer ---- */

static void question_put_text(weft__op_question *question, weft_outcome outcome, weft_str text)
{
    question->outcome = (uint8_t)outcome;
    question->text = text;
}

static weft_bytes copy_part(uint8_t **at, weft_bytes part)
{
    weft_bytes copy = weft_bytes_of(*at, part.len);
    if (part.len > 0)
        memcpy(*at, part.ptr, part.len);
    *at += part.len;
    return copy;
}

static void question_copy(weft__op_question *question, const weft__operation *operation, weft_bytes value,
                          weft__list_slice metadata)
{
    const weft_operations *operations = operation->operations;
    const weft__op_results *results =
        weft__table_find(&operations->results, operations->table_seed, operation->results);
    const weft_bytes nothing = { NULL, 0 };
    weft_bytes root = results ? results->root : nothing, types = results ? results->types : nothing;
    question->n_bytes = value.len + metadata.raw.len + root.len + types.len;
    question->bytes = weft__alloc(&question->group->allocator, question->n_bytes + 1);
    if (!question->bytes) {
        question->n_bytes = 0;
        question_put_text(question, WEFT_OUTCOME_INDETERMINATE, WEFT_STR("out of memory"));
        return;
    }
    question->n_bytes++;
    uint8_t *at = question->bytes;
    question->outcome = operation->outcome;
    question->results = operation->results;
    question->value = copy_part(&at, value);
    question->metadata.n = metadata.n;
    question->metadata.raw = copy_part(&at, metadata.raw);
    question->root = copy_part(&at, root);
    question->types = copy_part(&at, types);
}

/* It may have to be read, from the store of operations. */
static void question_put_outcome(weft__op_question *question, const weft__operation *operation,
                                 const weft_operations *operations)
{
    weft_bytes value = operation->value;
    weft__list_slice metadata = operation->metadata;
    weft_arena *arena = NULL;
    int status = 0;
    if (operation->is_stored) {
        status = weft_arena_new(&operations->allocator, &arena);
        if (status == 0)
            status = weft__operation_read(operation, operations, arena, &value, &metadata);
    }
    if (status == 0)
        question_copy(question, operation, value, metadata);
    else
        question_put_text(question, WEFT_OUTCOME_INDETERMINATE,
                          WEFT_STR("[op.store] it ran, and its outcome cannot be read"));
    weft_arena_free(arena);
}

static bool is_same_call(const weft__op_question *question, const weft__operation *operation)
{
    return operation->method_id == question->method_id &&
           memcmp(operation->digest, question->digest, sizeof question->digest) == 0;
}

/* As far as it can be said now, by reader; false: it runs, or will. The operation may be gone. */
static bool question_answer(weft__op_question *question, weft__operation *operation, const weft_operations *reader)
{
    weft_operations *operations = operation->operations;
    if (!is_same_call(question, operation)) {
        operations->stats.conflicts++;
        question_put_text(question, WEFT_OUTCOME_CONFLICT, WEFT_STR(WEFT__OP_CONFLICT));
    } else if (operation->state == WEFT__OPERATION_SEALED) {
        operations->stats.replayed++;
        question_put_outcome(question, operation, reader);
    } else if (operation->state == WEFT__OPERATION_INDETERMINATE && question->may_run_again) {
        if (operations->has_store) /* the asker is to have it */
            weft__operation_remove(operation);
        weft__operation_free(operation);
        question->again = true;
    } else if (operation->state == WEFT__OPERATION_INDETERMINATE) {
        question_put_text(question, WEFT_OUTCOME_INDETERMINATE, WEFT_STR(WEFT__OP_STOPPED));
    } else {
        return false;
    }
    return true;
}

/* To a call that waits for nothing any more. */
static void question_tell(const weft__op_question *question, weft_operations *operations, weft__call *call)
{
    weft__operation answer;
    if (question->text.len > 0) {
        (void)weft__call_answer_text(call, question->outcome, question->text);
        return;
    }
    if (question->results && !weft__table_find(&operations->results, operations->table_seed, question->results))
        (void)weft__op_results_add(operations, question->results, question->root, question->types);
    memset(&answer, 0, sizeof answer);
    answer.operations = operations;
    answer.outcome = question->outcome;
    answer.results = question->results;
    answer.value = question->value;
    answer.metadata = question->metadata;
    weft__operation_answer(&answer, call);
}

/* ---- on its way ---- */

static weft_operations *group_member(const weft_group *group, uint64_t member)
{
    for (const weft__link *link = group->operations.next; link != &group->operations; link = link->next) {
        weft_operations *operations = weft__container(link, weft_operations, of_group);
        if (operations->member == member)
            return operations;
    }
    return NULL;
}

/* NULL: it has left. On the thread of that one. */
static weft_operations *question_at(const weft__op_question *question, uint64_t member)
{
    weft__group_lock(question->group);
    weft_operations *operations = group_member(question->group, member);
    weft__group_unlock(question->group);
    return operations;
}

static void question_free_it(void *user)
{
    question_free(user);
}

static void stand_in_free(weft__operation *stand_in)
{
    weft_operations *operations = stand_in->operations;
    weft__list_remove(&stand_in->change);
    operations->n_elsewhere--;
    weft__free(&operations->allocator, stand_in, sizeof *stand_in);
}

/* At the asker's. */
static void question_comes_back(void *user)
{
    weft__op_question *question = user;
    weft_operations *operations = question_at(question, question->asker);
    weft__operation *stand_in = question->stand_in;
    weft__link *link = operations ? weft__list_first(&stand_in->waiters) : NULL;
    if (link && question->again) {
        stand_in->runner = weft__container(link, weft__call, link);
        weft__call_in_tell_operation(stand_in->runner);
    } else if (operations) {
        weft__call *call = weft__call_in_take_waiter(&stand_in->waiters); /* NULL: it has given up */
        if (call)
            question_tell(question, operations, call);
        stand_in_free(stand_in);
    }
    question_free(question);
}

/* false: there is no memory to say so; the question is the caller's still. */
static bool question_send_back(weft__op_question *question)
{
    weft__group_lock(question->group);
    const weft_operations *asker = group_member(question->group, question->asker);
    int status = asker ? asker->post(asker->post_user, question_comes_back, question_free_it, question) : WEFT_ECLOSED;
    weft__group_unlock(question->group);
    if (status < 0 && status != WEFT_ENOMEM)
        question_free(question);
    return status != WEFT_ENOMEM;
}

/* What could not be said for want of memory is said later. */
static void question_return(weft__op_question *question, weft_operations *operations_or_null)
{
    if (question_send_back(question))
        return;
    if (!operations_or_null) {
        question_free(question); /* the call that waits has its deadline */
        return;
    }
    question->next = operations_or_null->unsent;
    operations_or_null->unsent = question;
}

void weft__operations_send_unsent(weft_operations *operations)
{
    while (operations->unsent) {
        weft__op_question *question = operations->unsent;
        weft__op_question *next = question->next;
        if (!question_send_back(question))
            return;
        operations->unsent = next;
    }
}

/* The thread that it was to ask ends, or has ended. */
static void question_finds_nobody(void *user)
{
    weft__op_question *question = user;
    question->again = true;
    question_return(question, NULL);
}

/* At the one that is asked. */
static void question_comes(void *user)
{
    weft__op_question *question = user;
    weft_operations *operations = question_at(question, question->asked);
    weft__operation *operation = operations ? weft__operations_find(operations, question->id) : NULL;
    if (!operation) {
        question_finds_nobody(question);
    } else if (question_answer(question, operation, operations)) {
        question_return(question, operations);
    } else {
        operations->stats.attached++;
        weft__operation_is_asked(operation);
        question->next = operation->others;
        operation->others = question;
    }
}

static weft__op_question *others_take(weft__operation *operation)
{
    weft__op_question *question = operation->others;
    if (question)
        operation->others = question->next;
    return question;
}

void weft__operation_others_look_again(weft__operation *operation)
{
    weft__op_question *question;
    while ((question = others_take(operation)) != NULL) {
        question->again = true;
        question_return(question, operation->operations);
    }
}

void weft__operation_tell_others(weft__operation *operation)
{
    weft__op_question *question;
    while ((question = others_take(operation)) != NULL) {
        question_put_outcome(question, operation, operation->operations);
        question_return(question, operation->operations);
    }
}

void weft__operation_tell_others_text(weft__operation *operation, weft_outcome outcome, weft_str text)
{
    weft__op_question *question;
    while ((question = others_take(operation)) != NULL) {
        question_put_text(question, outcome, text);
        question_return(question, operation->operations);
    }
}

/* ---- asking ---- */

typedef enum seek { SEEK_NOWHERE = 0, SEEK_EXPIRED, SEEK_LEFT, SEEK_ELSEWHERE } seek;

/* Under the lock. */
static seek group_seek(const weft_operations *operations, const uint8_t *id, weft_operations **ret_other,
                       weft__operation **ret_operation)
{
    const weft_group *group = operations->group;
    seek found = SEEK_NOWHERE;
    for (int left = 0; left < 2; left++) {
        const weft__link *list = left ? &group->left : &group->operations;
        for (const weft__link *link = list->next; link != list; link = link->next) {
            weft_operations *other = weft__container(link, weft_operations, of_group);
            if (other == operations)
                continue;
            *ret_operation = weft__operations_find(other, id);
            if (*ret_operation) {
                *ret_other = other;
                return left ? SEEK_LEFT : SEEK_ELSEWHERE;
            }
            if (weft__operations_has_expired(other, id))
                found = SEEK_EXPIRED;
        }
    }
    return found;
}

bool weft__operations_is_claimed(const weft_operations *operations, const uint8_t id[WEFT_OPERATION_ID])
{
    weft_operations *other;
    weft__operation *operation;
    return operations->group && group_seek(operations, id, &other, &operation) != SEEK_NOWHERE;
}

static void left_free(weft_operations *left)
{
    weft_allocator allocator = left->allocator;
    weft__list_remove(&left->of_group);
    weft__operations_index_fini(left);
    weft__free(&allocator, left, sizeof *left);
}

/* Those who have ended: their time goes on, and who remembers nothing but what has expired is heard no more. */
static void group_settle(weft_operations *operations, uint64_t now_ns)
{
    weft_group *group = operations->group;
    for (weft__link *link = group->left.next, *next; link != &group->left; link = next) {
        weft_operations *left = weft__container(link, weft_operations, of_group);
        next = link->next;
        weft__operations_time(left, now_ns);
        if (left->stats.records == 0 && weft__operations_inherit(operations, left))
            left_free(left);
    }
}

void weft__operations_group_time(weft_operations *operations, uint64_t now_ns)
{
    if (!operations->group)
        return;
    weft__group_lock(operations->group);
    group_settle(operations, now_ns);
    weft__group_unlock(operations->group);
}

/* The call waits. 0 or WEFT_ENOMEM. */
static int stand_in_new(weft_operations *operations, weft__call *call, weft__operation **ret_stand_in)
{
    if (operations->n_elsewhere >= operations->options.max_records || weft__call_keep(call) < 0)
        return WEFT_ENOMEM;
    weft__operation *stand_in = weft__alloc_zero(&operations->allocator, sizeof *stand_in);
    if (!stand_in)
        return WEFT_ENOMEM;
    stand_in->operations = operations;
    stand_in->state = WEFT__OPERATION_ELSEWHERE;
    memcpy(stand_in->id, call->op, sizeof stand_in->id);
    call->op = stand_in->id;
    weft__list_init(&stand_in->waiters);
    weft__list_append(&operations->elsewhere, &stand_in->change);
    operations->n_elsewhere++;
    weft__call_in_wait(call, stand_in, &stand_in->waiters);
    *ret_stand_in = stand_in;
    return 0;
}

/* Under the lock: it is asked. 0, or why not. */
static int group_ask(weft_operations *operations, const weft_operations *other, weft__op_question *question,
                     weft__call *call)
{
    int status = stand_in_new(operations, call, &question->stand_in);
    if (status < 0)
        return status;
    question->asker = operations->member;
    question->asked = other->member;
    status = other->post(other->post_user, question_comes, question_finds_nobody, question);
    if (status < 0) {
        (void)weft__call_in_take_waiter(&question->stand_in->waiters);
        call->op = question->id;
        stand_in_free(question->stand_in);
    }
    return status;
}

bool weft__operation_ask(weft__call *call)
{
    weft_operations *operations = call->engine->operations;
    weft_group *group = operations->group;
    weft_operations *other;
    weft__operation *operation;
    if (!group)
        return false;
    weft__op_question *question = question_new(group, call);
    if (!question) {
        (void)weft__call_answer_text(call, WEFT_OUTCOME_RESOURCE_EXHAUSTED, WEFT_STR("out of memory"));
        return true;
    }
    weft__group_lock(group);
    group_settle(operations, call->engine->now_ns);
    seek found = group_seek(operations, question->id, &other, &operation);
    int status = 0;
    if (found == SEEK_ELSEWHERE)
        status = group_ask(operations, other, question, call);
    else if (found == SEEK_LEFT)
        (void)question_answer(question, operation, operations); /* none of them runs */
    weft__group_unlock(group);
    if (found == SEEK_ELSEWHERE && status == 0)
        return true; /* the question is under way */
    bool goes_on = found == SEEK_NOWHERE || question->again;
    if (status < 0)
        (void)weft__call_answer_text(call, WEFT_OUTCOME_RESOURCE_EXHAUSTED,
                                     WEFT_STR("[op.store] another thread has it, and could not be asked"));
    else if (found == SEEK_EXPIRED)
        (void)weft__call_answer_text(call, WEFT_OUTCOME_INDETERMINATE, WEFT_STR(WEFT__OP_EXPIRED));
    else if (!goes_on)
        question_tell(question, operations, call);
    question_free(question);
    return !goes_on;
}

void weft__operation_look_again(weft__operation *stand_in)
{
    weft__call *call = weft__call_in_take_waiter(&stand_in->waiters);
    weft__operation_attempt(call); /* whose op is the stand-in's until it has another */
    stand_in_free(stand_in);
}

void weft__operation_stand_in_left(weft__operation *stand_in)
{
    if (stand_in->runner) /* it was to look again: no question comes back any more */
        stand_in_free(stand_in);
}

/* ---- coming and going ---- */

int weft_operations_join(weft_operations *operations, weft_group *group, weft_operations_post_fn post, void *post_user)
{
    if (operations->group)
        return operations->group == group ? 0 : WEFT_EALREADY;
    if (!operations->left)
        operations->left = weft__alloc_zero(&operations->allocator, sizeof *operations->left);
    if (!operations->left)
        return WEFT_ENOMEM;
    operations->group = weft_group_retain(group);
    operations->post = post;
    operations->post_user = post_user;
    weft__group_lock(group);
    operations->member = ++group->n_members;
    if (!operations->store.identity && weft__identity_is_none(&group->identity))
        group->identity = operations->identity;
    if (!operations->store.identity)
        operations->identity = group->identity;
    weft__list_append(&group->operations, &operations->of_group);
    weft__group_unlock(group);
    return 0;
}

/* Nothing of them runs any more. Those that never did may be begun by others. */
static void operations_halt(weft_operations *operations)
{
    uint32_t cursor = 0;
    weft__operation *operation;
    operations->has_store = false; /* from here on it is in memory alone */
    while ((operation = weft__table_next(&operations->records, &cursor)) != NULL) {
        weft__list_remove(&operation->change);
        if (operation->state <= WEFT__OPERATION_READY) {
            weft__operation_free(operation);
            cursor--;
        } else if (operation->state == WEFT__OPERATION_RUNNING) {
            operation->run->operation = NULL;
            weft__list_append(&operations->halted, &operation->run->link);
            operation->run = NULL;
            weft__operation_set_state(operation, WEFT__OPERATION_INDETERMINATE);
            weft__operation_keep_for(operation, operations->options.ttl_ns);
            weft__operation_tell_others_text(operation, WEFT_OUTCOME_INDETERMINATE, WEFT_STR(WEFT__OP_STOPPED));
        } else if (operation->state == WEFT__OPERATION_SEALING) { /* never to be durable, and known all the same */
            weft__operation_is_sealed(operation);
        }
    }
}

/* Under the lock: all that it remembers is left's. */
static void operations_bequeath(weft_operations *operations)
{
    weft_operations *left = operations->left;
    weft__operation *operation;
    uint32_t cursor = 0;
    *left = *operations;
    left->refs = 1;
    left->group = NULL;
    left->left = NULL;
    left->apart = NULL;
    left->unsent = NULL;
    left->options.clock = NULL;
    left->has_store = left->is_changed = left->is_syncing = left->is_over = false;
    weft__log_init(&left->log, NULL, NULL, WEFT_LOG_ERROR, 0);
    weft__list_init(&left->changed);
    weft__list_init(&left->syncing);
    weft__list_init(&left->unsaved);
    weft__list_init(&left->elsewhere);
    weft__list_init(&left->idle);
    weft__list_splice(&left->idle, &operations->idle);
    while ((operation = weft__table_next(&left->records, &cursor)) != NULL) {
        operation->operations = left;
        operation->answer.allocator = &left->allocator;
    }
    memset(&left->of_group, 0, sizeof left->of_group);
    weft__list_append(&operations->group->left, &left->of_group);
    memset(&operations->records, 0, sizeof operations->records);
    memset(&operations->clients, 0, sizeof operations->clients);
    memset(&operations->results, 0, sizeof operations->results);
    memset(&operations->timers, 0, sizeof operations->timers);
    operations->last_results = NULL;
    operations->n_idle = 0;
    operations->stats.records = operations->stats.bytes = 0;
    operations->stats.live = operations->stats.indeterminate = 0;
    operations->left = NULL;
}

void weft_operations_leave(weft_operations *operations)
{
    weft_group *group = operations->group;
    weft__link *link;
    if (!group)
        return;
    operations_halt(operations);
    weft__operations_send_unsent(operations);
    weft__group_lock(group);
    weft__list_remove(&operations->of_group);
    if (!weft__list_is_empty(&group->operations) && operations->clients.n > 0)
        operations_bequeath(operations);
    while (weft__list_is_empty(&group->operations) && (link = weft__list_first(&group->left)) != NULL)
        left_free(weft__container(link, weft_operations, of_group)); /* nobody is there to ask */
    if (weft__list_is_empty(&group->operations))
        group->identity = (weft__identity){ { 0 } };
    weft__group_unlock(group);
    operations->group = NULL;
    while ((link = weft__list_first(&operations->elsewhere)) != NULL) {
        weft__operation *stand_in = weft__container(link, weft__operation, change);
        weft__call *call = weft__call_in_take_waiter(&stand_in->waiters);
        if (call)
            (void)weft__call_answer_text(call, WEFT_OUTCOME_UNAVAILABLE, WEFT_STR("the callee stops"));
        stand_in_free(stand_in);
    }
    while (operations->unsent) {
        weft__op_question *question = operations->unsent;
        operations->unsent = question->next;
        question_free(question);
    }
    weft__free(&operations->allocator, operations->left, operations->left ? sizeof *operations->left : 0);
    operations->left = NULL;
    weft_group_release(group);
}
