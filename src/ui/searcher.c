/* Owns the thread that searches. Must not know what is done with an answer. */
#include "ui/searcher.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/signal_stack.h"

/* Everything below the lock is shared, and touched only while it is held;
 * `newest` is also read without, to see whether to go on. */
struct searcher_work {
    pthread_t thread;
    struct db *db; /* the thread's own */
    const struct db *main;
    int pipe[2];        /* a byte for each answer that waits */
    atomic_uint newest; /* number of the newest question; 0 is none */
    unsigned current;   /* the thread's: which one it answers */
    pthread_mutex_t lock;
    pthread_cond_t asked, answered;
    bool quit;
    char *text; /* the question */
    bool typing, limit;
    unsigned begun, done; /* numbers of what was begun and finally answered */
    bool waiting;         /* an answer waits */
    struct search_answer answer;
};

void search_answer_release(struct search_answer *answer)
{
    free(answer->text);
    query_release(&answer->query);
    db_hits_release(&answer->hits);
    free(answer->ids);
    free(answer->suggestion);
    err_release(&answer->err);
    *answer = (struct search_answer){ 0 };
}

/* --- the thread -------------------------------------------------------- */

static int is_superseded(void *context)
{
    struct searcher_work *work = context;
    return atomic_load(&work->newest) != work->current;
}

/* Hands an answer over unless something newer was asked; it is the other
 * side's then. */
static bool deliver(struct searcher_work *work, struct search_answer *answer, bool final)
{
    pthread_mutex_lock(&work->lock);
    bool wanted = !is_superseded(work);
    if (wanted) {
        search_answer_release(&work->answer);
        work->answer = *answer;
        *answer = (struct search_answer){ 0 };
        if (final)
            work->done = work->current;
        /* The pipe holds one byte at most, so this never waits. */
        if (!work->waiting && write(work->pipe[1], "", 1) == 1)
            work->waiting = true;
        pthread_cond_signal(&work->answered);
    }
    pthread_mutex_unlock(&work->lock);
    return wanted;
}

static bool find(struct searcher_work *work, const char *text, bool typing, bool limit,
    struct search_answer *answer)
{
    *answer = (struct search_answer){ .text = mem_dup(text), .limit = limit };
    if (work->db == NULL && !db_open_beside(&work->db, work->main, &answer->err))
        return false;
    db_stop_when(work->db, is_superseded, work);
    return query_parse(&answer->query, text, typing, &answer->err)
           && (limit ? db_search_talks(
                   work->db, &answer->query, &answer->ids, &answer->id_count, &answer->err)
                     : db_search(
                         work->db, &answer->query, SEARCH_HITS, &answer->hits, &answer->err));
}

static void answer_one(struct searcher_work *work, const char *text, bool typing, bool limit)
{
    struct search_answer answer;
    bool ok = find(work, text, typing, limit, &answer);
    bool empty = ok && !limit && answer.hits.count == 0;
    if (deliver(work, &answer, !empty) && empty) {
        answer = (struct search_answer){ .text = mem_dup(text) };
        if (query_parse(&answer.query, text, typing, &answer.err))
            answer.suggestion = db_suggest(work->db, text, &answer.query);
        deliver(work, &answer, true);
    }
    search_answer_release(&answer);
}

static void *run(void *context)
{
    struct searcher_work *work = context;
    struct signal_stack stack = { 0 };
    signal_stack_begin(&stack);
    pthread_mutex_lock(&work->lock);
    while (!work->quit) {
        if (work->text == NULL) {
            pthread_cond_wait(&work->asked, &work->lock);
            continue;
        }
        char *text = work->text;
        bool typing = work->typing, limit = work->limit;
        work->text = NULL;
        work->current = work->begun;
        pthread_mutex_unlock(&work->lock);
        answer_one(work, text, typing, limit);
        free(text);
        pthread_mutex_lock(&work->lock);
    }
    pthread_mutex_unlock(&work->lock);
    db_close(work->db);
    signal_stack_end(&stack);
    return NULL;
}

/* --- the interface's side ---------------------------------------------- */

static void free_work(struct searcher_work *work)
{
    search_answer_release(&work->answer);
    free(work->text);
    pthread_cond_destroy(&work->asked);
    pthread_cond_destroy(&work->answered);
    pthread_mutex_destroy(&work->lock);
    close(work->pipe[0]);
    close(work->pipe[1]);
    free(work);
}

static bool start(struct searcher *searcher, struct err *err)
{
    struct searcher_work *work = mem_zero(1, sizeof *work);
    pthread_condattr_t monotonic;
    sigset_t all, before;
    work->main = searcher->db;
    if (pipe2(work->pipe, O_CLOEXEC | O_NONBLOCK) != 0) {
        free(work);
        return err_set(err, "cannot search: %s", strerror(errno));
    }
    pthread_mutex_init(&work->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&work->asked, &monotonic);
    pthread_cond_init(&work->answered, &monotonic);
    pthread_condattr_destroy(&monotonic);
    /* Signals are the main thread's, but for those of a crash here. */
    static const int crashes[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGSYS, SIGTRAP };
    sigfillset(&all);
    for (size_t i = 0; i < sizeof crashes / sizeof crashes[0]; i++)
        sigdelset(&all, crashes[i]);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int code = pthread_create(&work->thread, NULL, run, work);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (code != 0) {
        free_work(work);
        return err_set(err, "cannot start a thread to search with; close some programs");
    }
    searcher->work = work;
    return true;
}

void searcher_release(struct searcher *searcher)
{
    struct searcher_work *work = searcher->work;
    if (work != NULL) {
        pthread_mutex_lock(&work->lock);
        work->quit = true;
        atomic_fetch_add(&work->newest, 1);
        pthread_cond_signal(&work->asked);
        pthread_mutex_unlock(&work->lock);
        pthread_join(work->thread, NULL);
        free_work(work);
    }
    *searcher = (struct searcher){ 0 };
}

static void drop_answer(struct searcher_work *work)
{
    char byte;
    search_answer_release(&work->answer);
    if (work->waiting && read(work->pipe[0], &byte, 1) == 1)
        work->waiting = false;
}

/* Makes text (NULL: nothing) what is asked. */
static void replace(struct searcher_work *work, char *text, bool typing, bool limit)
{
    pthread_mutex_lock(&work->lock);
    free(work->text);
    work->text = text;
    work->typing = typing;
    work->limit = limit;
    work->begun = atomic_fetch_add(&work->newest, 1) + 1;
    if (text == NULL)
        work->done = work->begun;
    drop_answer(work);
    pthread_cond_signal(&work->asked);
    pthread_mutex_unlock(&work->lock);
}

bool searcher_ask(
    struct searcher *searcher, const char *text, bool typing, bool limit, struct err *err)
{
    if (searcher->work == NULL && !start(searcher, err))
        return false;
    replace(searcher->work, mem_dup(text), typing, limit);
    return true;
}

void searcher_forget(struct searcher *searcher)
{
    if (searcher->work != NULL)
        replace(searcher->work, NULL, false, false);
}

bool searcher_is_busy(struct searcher *searcher)
{
    struct searcher_work *work = searcher->work;
    if (work == NULL)
        return false;
    pthread_mutex_lock(&work->lock);
    bool busy = work->done != work->begun;
    pthread_mutex_unlock(&work->lock);
    return busy;
}

static struct timespec after(int milliseconds)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += milliseconds % 1000 * 1000000L;
    until.tv_sec += milliseconds / 1000 + until.tv_nsec / 1000000000L;
    until.tv_nsec %= 1000000000L;
    return until;
}

bool searcher_take(
    struct searcher *searcher, int milliseconds, bool final, struct search_answer *answer)
{
    struct searcher_work *work = searcher->work;
    if (work == NULL)
        return false;
    struct timespec until = after(milliseconds > 0 ? milliseconds : 0);
    pthread_mutex_lock(&work->lock);
    int code = 0;
    while (work->done != work->begun && (final || !work->waiting) && milliseconds != 0
           && code == 0)
        code = milliseconds < 0 ? pthread_cond_wait(&work->answered, &work->lock)
                                : pthread_cond_timedwait(&work->answered, &work->lock, &until);
    bool taken = work->waiting;
    if (taken) {
        *answer = work->answer;
        work->answer = (struct search_answer){ 0 };
        drop_answer(work);
    }
    pthread_mutex_unlock(&work->lock);
    return taken;
}

int searcher_fd(const struct searcher *searcher)
{
    return searcher->work != NULL ? searcher->work->pipe[0] : -1;
}
