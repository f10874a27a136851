/* Owns the talk's memory. Must not know where talks come from. */
#include "model/talk.h"

#include <stdlib.h>

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
