/* A talk as the catalog has it, with the person's marks on it. */
#ifndef TALKBOOK_MODEL_TALK_H
#define TALKBOOK_MODEL_TALK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

enum { TALK_RATING_MAX = 5 };

/* Stands between names in lists: it is in no name. */
#define TALK_SEPARATOR "\x1f"

/* Every string is owned and never NULL once the talk was read ("" is absent).
 * What a list row needs is always read; the rest only by a full read. */
struct talk {
    int64_t id; /* row in this database; not stable across imports */
    char *key;  /* stable: "pycon-us-2025/evolving-django" */
    char *title;
    char *speakers;  /* "A, B" */
    char *starts_at; /* ISO 8601 with offset, see base/date.h */
    int video_seconds;
    bool highlight, starred, watched;
    int rating;   /* 1-5, 0 for none */
    int notes;    /* how many, without the trash */
    int position; /* seconds of the video that were reached */
    /* full read only */
    char *ends_at;
    char *room;
    char *kind;
    char *language;
    char *level;
    char *conference;
    char *themes; /* names, "Speed, Safety" */
    char *topic;  /* name */
    char *tags;   /* "gpu later" */
    char *url;
    char *video_url;
    char *summary;  /* Markdown */
    char *keywords; /* the catalog's own, "gpu, web"; tags are the person's */
    char *among;    /* the conference where there are several, else "" */
    /* export only: as speakers and themes, with TALK_SEPARATOR between */
    char *speaker_list, *theme_list;
};

/* Frees what the talk owns and zeroes it. */
void talk_release(struct talk *talk);

/* Appends how far a talk was watched until it is marked as watched, "37%", or the
 * time where the video's length is not known; nothing below 1 %. */
void talk_add_progress(const struct talk *talk, struct buf *out);

#endif
