/* A confirmed note survives the end of its program at any moment; many programs save at
 * once and none is refused; a backup is a copy of one moment. */
#include "support.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/log.h"
#include "torture.h"

/* What a child confirms, in one write that is whole or not there. */
struct confirmed {
    int64_t id;
    int round, number; /* the text is "round.number" */
    bool edit;
};

static void text_of(char text[64], int round, int number, bool edit)
{
    snprintf(text, 64, "kept %d.%d%s", round, number, edit ? " edited" : "");
}

/* Saves until it is killed; never returns. */
static void save_for_ever(const char *path, int round, int to)
{
    struct err err = { 0 };
    struct db *db;
    char text[64];
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (!db_open(&db, path, &err))
        _exit(2);
    for (int i = 0;; i++) {
        struct confirmed confirmed = { .round = round, .number = i };
        text_of(text, round, i, false);
        if (!db_note_add(db, NULL, NULL, text, &confirmed.id, &err))
            _exit(3);
        if (write(to, &confirmed, sizeof confirmed) != sizeof confirmed)
            _exit(4);
        if (i % 3 != 0)
            continue;
        confirmed.edit = true;
        text_of(text, round, i, true);
        if (!db_note_save(db, confirmed.id, 1, text, &err))
            _exit(5);
        if (write(to, &confirmed, sizeof confirmed) != sizeof confirmed)
            _exit(6);
    }
}

static void wait_microseconds(long time)
{
    struct timespec pause = { time / 1000000, time % 1000000 * 1000 };
    nanosleep(&pause, NULL);
}

static bool is_there(struct db *db, const struct confirmed *confirmed)
{
    struct err err = { 0 };
    struct note note;
    char text[64], first[64];
    text_of(text, confirmed->round, confirmed->number, confirmed->edit);
    text_of(first, confirmed->round, confirmed->number, true);
    if (!db_note_read(db, confirmed->id, &note, &err)) {
        err_release(&err);
        return false;
    }
    /* The first text gives way to the second, which may have come before the end. */
    bool same = strcmp(note.body, text) == 0
                || (!confirmed->edit && note.rev == 2 && strcmp(note.body, first) == 0);
    note_release(&note);
    return same;
}

static pid_t start(const char *path, int round, int ends[2])
{
    assert_int_equal(pipe(ends), 0);
    fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        close(ends[0]);
        save_for_ever(path, round, ends[1]);
    }
    close(ends[1]);
    return child;
}

static bool take(int from, struct buf *list)
{
    struct confirmed confirmed;
    if (read(from, &confirmed, sizeof confirmed) != sizeof confirmed)
        return false;
    buf_add(list, (const char *)&confirmed, sizeof confirmed);
    return true;
}

/* Kills it; what it confirmed goes to *list. */
static void end(pid_t child, int from, struct buf *list)
{
    int status;
    kill(child, SIGKILL);
    while (take(from, list))
        ;
    close(from);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

/* Microseconds that a child takes here for its start and some notes. */
static long usual_time(const char *path, struct buf *list)
{
    int ends[2];
    double begun = log_clock();
    pid_t child = start(path, -1, ends);
    for (int i = 0; i < 5; i++)
        assert_true(take(ends[0], list));
    long time = (long)((log_clock() - begun) * 1000);
    end(child, ends[0], list);
    return time > 1000 ? time : 1000;
}

static void kill_one(const char *path, int round, long after, struct buf *list)
{
    int ends[2];
    pid_t child = start(path, round, ends);
    wait_microseconds(after);
    end(child, ends[0], list);
}

static int count_lost(const char *path, const struct buf *list, size_t from)
{
    struct err err = { 0 };
    struct db *db;
    int lost = 0;
    if (!db_open(&db, path, &err))
        fail_msg("%s", err_text(&err));
    for (size_t at = from; at < list->len; at += sizeof(struct confirmed)) {
        struct confirmed confirmed;
        memcpy(&confirmed, list->data + at, sizeof confirmed);
        lost += !is_there(db, &confirmed);
    }
    db_close(db);
    return lost;
}

static void assert_sound(const char *path)
{
    char *sound = support_sql_text(path, "PRAGMA integrity_check", NULL);
    assert_string_equal(sound, "ok");
    free(sound);
}

static void test_kill(void **state)
{
    (void)state;
    char *dir = support_dir(), *path = support_path(dir, "talkbook.db");
    db_close(support_db(dir));
    struct buf list = { 0 };
    uint64_t random = 99;
    int rounds = torture_rounds(10000, 100), lost = 0;
    long usual = usual_time(path, &list);
    for (int round = 0; round < rounds; round++) {
        size_t known = list.len;
        kill_one(path, round, (long)(support_random(&random) % (2 * (uint32_t)usual)), &list);
        /* Where it is opened after each end, or after some, by others. */
        if (round % 3 == 0)
            lost += count_lost(path, &list, known);
    }
    lost += count_lost(path, &list, 0);
    assert_sound(path);
    print_message("figure: killed %d times, %zu notes and changes confirmed, %d lost\n", rounds,
        list.len / sizeof(struct confirmed), lost);
    assert_int_equal(lost, 0);
    assert_true(list.len / sizeof(struct confirmed) > (size_t)rounds / 10);
    buf_release(&list);
    free(path);
    support_remove(dir);
}

/* Backups while two programs write: each is sound and has at least what was confirmed
 * before it was begun. */
static void test_backup(void **state)
{
    (void)state;
    char *dir = support_dir(), *path = support_path(dir, "talkbook.db");
    char *copy = support_path(dir, "copy.db");
    struct db *db;
    struct err err = { 0 };
    int rounds = torture_rounds(200, 8), ends[2];
    pid_t writers[2];
    db_close(support_db(dir));
    assert_int_equal(pipe(ends), 0);
    for (int i = 0; i < 2; i++)
        if ((writers[i] = fork()) == 0)
            save_for_ever(path, i, ends[1]);
    close(ends[1]);
    assert_true(db_open(&db, path, &err));
    struct buf list = { 0 };
    for (int i = 0; i < rounds; i++) {
        struct confirmed confirmed;
        for (int n = 0; n < 3; n++) {
            assert_int_equal(read(ends[0], &confirmed, sizeof confirmed), sizeof confirmed);
            buf_add(&list, (const char *)&confirmed, sizeof confirmed);
        }
        if (!db_backup(db, copy, &err))
            fail_msg("%s", err_text(&err));
        assert_sound(copy);
        assert_int_equal(count_lost(copy, &list, 0), 0);
        unlink(copy);
    }
    for (int i = 0; i < 2; i++) {
        kill(writers[i], SIGKILL);
        waitpid(writers[i], NULL, 0);
    }
    close(ends[0]);
    print_message(
        "figure: %d backups beside two writers: all sound, %zu confirmed notes in them\n",
        rounds, list.len / sizeof(struct confirmed));
    db_close(db);
    buf_release(&list);
    free(path), free(copy);
    support_remove(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_kill),
        cmocka_unit_test(test_backup) };
    torture_in_memory();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
