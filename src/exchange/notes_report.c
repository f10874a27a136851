/* Owns counting what became of notes, and comparing their times. */
#include "exchange/notes_report.h"

#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/mem.h"
#include "db/outside.h"

const char *const notes_outcome_names[NOTES__COUNT] = {
    [NOTES_ADDED] = "added",
    [NOTES_CHANGED] = "changed",
    [NOTES_MERGED] = "merged",
    [NOTES_UNCHANGED] = "unchanged",
    [NOTES_DELETED] = "deleted",
    [NOTES_CONFLICTS] = "conflicts",
    [NOTES_REJECTED] = "rejected",
};

void notes_report_release(struct notes_report *report)
{
    for (size_t i = 0; i < report->count; i++) {
        free(report->remarks[i].name);
        free(report->remarks[i].reason);
    }
    free(report->remarks);
    free(report->one_talk);
    *report = (struct notes_report){ 0 };
}

void notes_report_add(struct notes_report *report, enum notes_outcome outcome, const char *name,
    const char *reason)
{
    report->outcomes[outcome]++;
    if (reason != NULL)
        notes_report_tell(report, outcome, name, reason);
}

void notes_report_tell(struct notes_report *report, enum notes_outcome outcome,
    const char *name, const char *reason)
{
    report->remarks =
        mem_grow(report->remarks, &report->cap, report->count + 1, sizeof *report->remarks);
    report->remarks[report->count++] =
        (struct notes_remark){ outcome, mem_dup(name), mem_dup(reason) };
}

bool notes_report_talk(
    struct notes_report *report, struct db *db, const char *talk_key, struct err *err)
{
    int64_t id = 0;
    if (talk_key[0] == '\0')
        return true;
    if (!db_talk_of_key(db, talk_key, &id, err))
        return false;
    report->without_talk += id == 0;
    if (id == 0 && report->one_talk == NULL)
        report->one_talk = mem_dup(talk_key);
    return true;
}

bool notes_is_moment(const char *text)
{
    struct date date;
    return date_parse(text, &date) && date.hour >= 0;
}

bool notes_is_later(const char *a, const char *b)
{
    struct date first, second;
    bool one = date_parse(a, &first), other = date_parse(b, &second);
    if (!one || !other)
        return one && !other;
    int64_t ahead = date_seconds(&first) - date_seconds(&second);
    return ahead != 0 ? ahead > 0 : strcmp(a, b) > 0;
}

const char *notes_later(const char *a, const char *b)
{
    return notes_is_later(a, b) ? a : b;
}
