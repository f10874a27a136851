/* Running the real program with one of its calls failing (preload_faults.c), on a copy of
 * a home that is made once. */
#ifndef TALKBOOK_TESTS_FAULTS_H
#define TALKBOOK_TESTS_FAULTS_H

#include "program.h"
#include "support.h"

struct fault {
    const char *kind; /* "alloc", "read", "write", "sync", "open", "lock", "name", "change" */
    const char *what; /* an errno's number, "short", "kill" */
    bool on;          /* all later calls fail, too */
};

struct faults {
    char *whole; /* the home as it was made */
    char *home;  /* the copy that programs run on; faults_renew() makes it anew */
    char *path;  /* its database */
    bool hit;    /* the last run came to its fault; faults_run() sees to it */
    struct program program;
    char *texts[4]; /* of faults_env() */
    const char *env[6];
};

/* Makes the first home by running `make` on it; faults_end() removes everything. */
void faults_begin(struct faults *f, void (*make)(struct faults *f));
void faults_end(struct faults *f);

/* The home as it was made. */
void faults_renew(struct faults *f);

/* Whether a program came to its fault since faults_env(). */
bool faults_was_hit(const struct faults *f);

/* Runs the program in home with the k-th of the calls failing; fault may be NULL. */
int faults_run(struct faults *f, const struct fault *fault, long k, const char *const argv[]);

/* What the environment needs for that, NULL at its end, valid until the next call; counts
 * only what a program of that name does. */
const char *const *faults_env(
    struct faults *f, const struct fault *fault, long k, const char *program);

/* Whether malloc can be made to fail: not where a sanitizer has its own. */
bool faults_memory(void);

/* NULL, or what is wrong with the database: not sound, or a note that is not there with
 * its text though the home as it was made had it (present or in a revision). The caller
 * frees it. */
char *faults_check(struct faults *f);

#endif
