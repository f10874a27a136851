/* The child's side of json_box.h. */
#ifndef TALKBOOK_BASE_JSON_SERVE_H
#define TALKBOOK_BASE_JSON_SERVE_H

#include "base/json_box.h"

/* Reads documents from fd and answers, until there are no more. */
void json_serve(int fd, const struct json_box_limits *limits);

#endif
