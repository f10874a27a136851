/* Owns counting anew what headings say. Must not know how they are kept. */
#include "tally_check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void count_talk(struct db *db, int64_t id, struct db_counts *counts)
{
    struct err err = { 0 };
    struct talk talk;
    struct note_list notes = { 0 };
    assert_true(db_talk_read(db, id, DB_READ_ROW, &talk, &err));
    assert_true(db_notes_read(db, talk.key, NULL, 0, 1000000, &notes, &err));
    if ((int)notes.count != talk.notes)
        fail_msg("%s says %d notes and has %zu", talk.key, talk.notes, notes.count);
    counts->talks++;
    counts->watched += talk.watched;
    counts->starred += talk.starred;
    counts->notes += talk.notes;
    note_list_release(&notes);
    talk_release(&talk);
}

static void assert_counts(
    const char *what, const struct db_counts *said, const struct db_counts *counted)
{
    if (memcmp(said, counted, sizeof *said) != 0)
        fail_msg("%s: says %d/%d/%d/%d, counted %d/%d/%d/%d", what, said->talks, said->watched,
            said->starred, said->notes, counted->talks, counted->watched, counted->starred,
            counted->notes);
}

static void add(struct db_counts *sum, const struct db_counts *more)
{
    sum->talks += more->talks;
    sum->watched += more->watched;
    sum->starred += more->starred;
    sum->notes += more->notes;
}

static void check_group(struct db *db, enum db_group group)
{
    struct err err = { 0 };
    struct db_headings headings;
    struct db_counts sum = { 0 };
    bool once = group == DB_BY_TOPIC || group == DB_BY_DAY || group == DB_BY_ROOM
                || group == DB_BY_CONFERENCE;
    if (!db_headings_read(db, group, &headings, &err))
        fail_msg("%s", err_text(&err));
    for (size_t i = 0; i < headings.count; i++) {
        struct db_heading *heading = &headings.items[i];
        struct db_counts counted = { 0 };
        int64_t *ids;
        size_t count;
        assert_true(heading->key != NULL && heading->label != NULL);
        assert_true((heading->subkey[0] != '\0')
                    == (group == DB_BY_THEME || group == DB_BY_CONFERENCE));
        assert_true(db_heading_talks(db, group, DB_SORT_TIME, heading, &ids, &count, &err));
        for (size_t k = 0; k < count; k++)
            count_talk(db, ids[k], &counted);
        free(ids);
        assert_counts(heading->label, &heading->counts, &counted);
        add(&sum, &counted);
    }
    assert_int_equal(
        headings.total.talks, support_sql_int(db_path(db), "SELECT count(*) FROM talk", NULL));
    if (once)
        assert_counts(db_group_names[group], &headings.total, &sum);
    db_headings_release(&headings);
}

void tally_check(struct db *db)
{
    for (int group = 0; group < DB_BY_SAVED; group++)
        check_group(db, (enum db_group)group);
}
