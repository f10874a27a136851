/* Owns which talks are like a talk. Must not know how they are shown. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "db/candidates.h"
#include "db/search.h"
#include "model/match.h"

enum {
    WORDS = 16,    /* rarest words of the talk that are looked for elsewhere */
    SHORTEST = 3,  /* bytes of a word that counts */
    COMMON = 2000, /* documents above which a word says nothing */
};

/* What is shared beside words, in units of a word that two talks alone have. */
static const struct {
    enum db_stmt stmt;
    double weight;
} ties[] = {
    { DB_RELATED_SPEAKERS, 1.5 },
    { DB_RELATED_TAGS, 1.0 },
    { DB_RELATED_TOPIC, 1.25 },
};

struct shared_word {
    char *word; /* folded */
    double weight;
};

struct relating {
    struct db *db;
    int64_t doc;
    double talks; /* in the database */
    struct shared_word *words;
    size_t count, cap;
    struct candidates found;
};

static int compare_words(const void *a, const void *b)
{
    double x = ((const struct shared_word *)a)->weight;
    double y = ((const struct shared_word *)b)->weight;
    return x < y ? 1 : x > y ? -1 : 0;
}

static int compare_text(const void *a, const void *b)
{
    return strcmp(((const struct shared_word *)a)->word, ((const struct shared_word *)b)->word);
}

/* Adds the words of a text, each with a weight; the same word comes again. */
static void add_words(struct relating *relating, const char *text, double weight)
{
    struct buf folded = { 0 };
    match_add_words(text, &folded);
    for (size_t at = 0; at < folded.len;) {
        size_t len = strcspn(folded.data + at, " ");
        if (len >= SHORTEST) {
            relating->words = mem_grow(relating->words, &relating->cap, relating->count + 1,
                sizeof relating->words[0]);
            relating->words[relating->count++] =
                (struct shared_word){ mem_dup_n(folded.data + at, len), weight };
        }
        at += len + (folded.data[at + len] == ' ');
    }
    buf_release(&folded);
}

/* Each word once, with the highest of its weights. */
static void unite_words(struct relating *relating)
{
    size_t kept = 0;
    if (relating->count > 0)
        qsort(relating->words, relating->count, sizeof relating->words[0], compare_text);
    for (size_t i = 0; i < relating->count; i++) {
        struct shared_word *last = kept > 0 ? &relating->words[kept - 1] : NULL;
        if (last == NULL || strcmp(last->word, relating->words[i].word) != 0) {
            relating->words[kept++] = relating->words[i];
            continue;
        }
        last->weight = fmax(last->weight, relating->words[i].weight);
        free(relating->words[i].word);
    }
    relating->count = kept;
}

/* Weighs each word by how rare it is; one that only this talk has relates it
 * to nothing. */
static bool weigh_words(struct relating *relating, struct err *err)
{
    for (size_t i = 0; i < relating->count; i++) {
        struct buf text = { 0 };
        int64_t count = 0;
        buf_addf(&text, "\"%s\"", relating->words[i].word);
        bool ok = db_get_int(
            relating->db, DB_SEARCH_COUNT_TALKS, &count, err, "sd", text.data, COMMON);
        buf_release(&text);
        if (!ok)
            return false;
        double rarity = log(relating->talks / (double)count) / log(relating->talks);
        bool says = count > 1 && count < COMMON && rarity > 0.3;
        relating->words[i].weight *= says ? rarity * rarity : 0;
    }
    if (relating->count > 0)
        qsort(relating->words, relating->count, sizeof relating->words[0], compare_words);
    return true;
}

/* Adds weight to every talk that a bound statement gives. */
static bool add_hits(
    struct relating *relating, sqlite3_stmt *stmt, double weight, struct err *err)
{
    bool row = true;
    while (row) {
        if (!db_step(relating->db, stmt, &row, err))
            return false;
        int64_t doc = row ? sqlite3_column_int64(stmt, 0) : relating->doc;
        if (doc != relating->doc && (doc & 3) == DB_DOC_TALK)
            candidates_sum(&relating->found, doc, weight);
    }
    return true;
}

static bool add_shared(struct relating *relating, struct err *err)
{
    for (size_t i = 0; i < relating->count && i < WORDS && relating->words[i].weight > 0; i++) {
        struct buf text = { 0 };
        sqlite3_stmt *stmt = db_prepare(relating->db, DB_SEARCH_TALK_DOCS, err);
        buf_addf(&text, "\"%s\"", relating->words[i].word);
        bool ok = stmt != NULL;
        if (ok) {
            db_bind(stmt, "s", text.data);
            ok = add_hits(relating, stmt, relating->words[i].weight, err);
        }
        buf_release(&text);
        if (!ok)
            return false;
    }
    for (size_t i = 0; i < sizeof ties / sizeof ties[0]; i++) {
        sqlite3_stmt *stmt = db_prepare(relating->db, ties[i].stmt, err);
        if (stmt == NULL)
            return false;
        db_bind(stmt, "id", relating->doc >> DB_DOC__BITS, COMMON);
        if (!add_hits(relating, stmt, ties[i].weight, err))
            return false;
    }
    return true;
}

static void relating_release(struct relating *relating)
{
    for (size_t i = 0; i < relating->count; i++)
        free(relating->words[i].word);
    free(relating->words);
    candidates_release(&relating->found);
}

static bool find(struct relating *relating, int64_t id, struct err *err)
{
    struct talk talk;
    int64_t talks = 0;
    if (!db_talk_read(relating->db, id, DB_READ_FULL, &talk, err))
        return false;
    relating->doc = db_doc(DB_DOC_TALK, id);
    add_words(relating, talk.title, 2);
    add_words(relating, talk.tags, 2);
    add_words(relating, talk.summary, 1);
    talk_release(&talk);
    unite_words(relating);
    if (!db_get_int(relating->db, DB_TALK_COUNT, &talks, err, ""))
        return false;
    relating->talks = (double)talks + 1;
    return weigh_words(relating, err) && add_shared(relating, err);
}

bool db_related(
    struct db *db, int64_t talk_id, size_t max, struct db_hits *hits, struct err *err)
{
    struct relating relating = { .db = db };
    *hits = (struct db_hits){ 0 };
    db_read_begin(db);
    bool ok = find(&relating, talk_id, err);
    db_read_end(db);
    if (ok) {
        candidates_sort(&relating.found);
        size_t count = relating.found.count < max ? relating.found.count : max;
        hits->items = mem_zero(count, sizeof hits->items[0]);
        hits->count = count;
        for (size_t i = 0; i < count; i++)
            hits->items[i] =
                (struct db_hit){ DB_HIT_TALK, relating.found.items[i].doc >> DB_DOC__BITS, 0,
                    candidate_score(&relating.found.items[i]) };
    }
    relating_release(&relating);
    return ok;
}
