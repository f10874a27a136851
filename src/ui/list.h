/* The list of talks: a foldable tree of groups, or the hits of a search. */
#ifndef TALKBOOK_UI_LIST_H
#define TALKBOOK_UI_LIST_H

#include "db/db.h"
#include "db/search.h"
#include "model/match.h"
#include "ui/view.h"

enum list_row_kind {
    LIST_GROUP,    /* outer heading */
    LIST_SUBGROUP, /* inner heading */
    LIST_TALK,
    LIST_TOPIC, /* a topic among the hits */
    LIST_NOTE,  /* a note of its own among them */
};

struct list_row {
    enum list_row_kind kind;
    uint32_t heading; /* index into headings; 0 among hits */
    int64_t id;       /* of the talk, topic or note; 0: not read yet, see list_row_at() */
};

/* What a heading has below it. */
struct list_group {
    bool folded, outer_folded; /* the latter on the first heading of a group */
    bool loaded;
    int64_t *ids;
    size_t count;
    struct db_counts counts; /* of what is shown: less under a limit */
};

/* A row's talk, or a topic's name or a note's first line as its title, read when
 * the row was seen. */
struct list_seen {
    struct list_row row;
    struct talk talk;
};

struct list {
    struct view view;
    struct db *db;
    enum db_group group;
    enum db_sort sort;
    struct db_headings headings;
    struct list_group *groups; /* one a heading */
    struct db_counts total;    /* of what is shown, each talk once */
    struct list_row *rows;
    size_t count, cap;
    size_t selected, top;
    int height, width;
    /* A search: the hits in place of the tree. */
    bool searching;
    size_t tree_selected, tree_top; /* where the tree was left */
    struct db_hits hits;
    struct matcher matcher;
    /* A limit: only these talks, sorted ids. */
    bool limited;
    int64_t *allowed;
    size_t allowed_count;
    struct db_marked *marked; /* of what the limit's counts are made */
    size_t marked_count;
    /* What was read for the rows in sight. */
    struct list_seen *seen; /* a row's slot is its index modulo seen_size */
    size_t seen_size;       /* no less than the rows in sight */
    struct err err;         /* of the last read that failed */
};

extern const struct view_ops list_ops;

void list_init(struct list *list, struct db *db, enum db_group group, enum db_sort sort);
void list_release(struct list *list);

/* Reads headings and what is unfolded anew; folds and the selection stay. */
bool list_reload(struct list *list, struct err *err);

/* Groups or sorts anew, with the selected talk still selected. */
bool list_regroup(struct list *list, enum db_group group, enum db_sort sort, struct err *err);

/* Shows the hits of a query, which are the list's from now on; list_end_search()
 * goes back to the tree, with `keep` to the selected talk there, else to where
 * it was. */
void list_show_hits(struct list *list, const struct query *query, struct db_hits *hits);
void list_end_search(struct list *list, bool keep);

/* Shows only the talks with these ascending ids, which are the list's from now
 * on; NULL shows all. */
bool list_limit(struct list *list, int64_t *ids, size_t count, struct err *err);

/* The hit that is selected; NULL outside a search. */
const struct db_hit *list_hit(const struct list *list);

/* A row, with the id of its talk read if need be; NULL past the end. */
const struct list_row *list_row_at(struct list *list, size_t at);

/* The selected row; NULL in an empty list. */
const struct list_row *list_selected(struct list *list);

/* The heading of a row of kind LIST_GROUP or LIST_SUBGROUP. */
const struct db_heading *list_heading(const struct list *list, const struct list_row *row);

/* Counts of a group row: of all its headings for an outer one. */
struct db_counts list_counts(const struct list *list, const struct list_row *row);

/* Selects the row of a talk, unfolding what hides it; false where it is not in
 * the list. */
bool list_select_talk(struct list *list, int64_t id);

/* Folds or unfolds the group that the selected row belongs to. */
void list_fold(struct list *list, bool fold);
void list_fold_toggle(struct list *list);
void list_fold_all(struct list *list, bool fold);

/* What was read for a row, by its index; NULL where it was not, or failed. */
const struct talk *list_talk(const struct list *list, size_t at);

/* Forgets what was read of talks, so that marks show as they are. */
void list_forget(struct list *list);

#endif
