/* Owns the talk's memory and how progress is written. Must not know where talks come from. */
#include "model/talk.h"

#include <stdlib.h>

#include "base/date.h"

void talk_release(struct talk *talk)
{
    char *const owned[] = { talk->key, talk->title, talk->speakers, talk->starts_at,
        talk->ends_at, talk->room, talk->kind, talk->language, talk->level, talk->conference,
        talk->themes, talk->topic, talk->speaker_list, talk->theme_list, talk->tags, talk->url,
        talk->video_url, talk->summary, talk->keywords, talk->among };
    for (size_t i = 0; i < sizeof owned / sizeof owned[0]; i++)
        free(owned[i]);
    *talk = (struct talk){ 0 };
}

void talk_add_progress(const struct talk *talk, struct buf *out)
{
    int64_t percent =
        talk->video_seconds > 0 ? (int64_t)talk->position * 100 / talk->video_seconds : 1;
    if (talk->position == 0 || talk->watched || percent < 1)
        return;
    if (talk->video_seconds > 0)
        buf_addf(out, "%d%%", percent > 100 ? 100 : (int)percent);
    else
        date_add_length(out, talk->position);
}
