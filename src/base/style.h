/* What a run of text means. ui/theme.c turns meanings into colours; nobody
 * else knows a colour. */
#ifndef TALKBOOK_BASE_STYLE_H
#define TALKBOOK_BASE_STYLE_H

enum style {
    STYLE_TEXT,
    /* Markdown */
    STYLE_HEADING1,
    STYLE_HEADING2,
    STYLE_HEADING3,
    STYLE_HEADING4,
    STYLE_HEADING5,
    STYLE_HEADING6,
    STYLE_LINK,
    STYLE_URL,
    STYLE_IMAGE,
    STYLE_CODE,
    STYLE_CODE_PLAIN, /* what is nothing special in highlighted code */
    STYLE_CODE_KEYWORD,
    STYLE_CODE_STRING,
    STYLE_CODE_COMMENT,
    STYLE_CODE_NUMBER, /* and other constants */
    STYLE_CODE_NAME,   /* keys, variables, decorators, a diff's places */
    STYLE_CODE_ADDED,
    STYLE_CODE_REMOVED,
    STYLE_CODE_LABEL, /* a fence's language */
    STYLE_QUOTE,      /* the bar before a quote and its text */
    STYLE_MARKER,     /* bullets, numbers, task boxes */
    STYLE_RULE,
    STYLE_TABLE, /* a table's lines */
    STYLE_HTML,
    STYLE_HIGHLIGHT, /* ==marked== */
    STYLE_STAMP,     /* [12:34] */
    /* The reader's own lines */
    STYLE_TITLE,
    STYLE_SPEAKER,
    STYLE_META,
    STYLE_LABEL,
    STYLE_NOTE_HEAD,
    STYLE_DIM,
    /* Lists */
    STYLE_GROUP1,
    STYLE_GROUP2,
    STYLE_COUNT, /* numbers beside a heading */
    STYLE_STAR,
    STYLE_WATCHED,
    STYLE_NOTED,
    STYLE_RATING,
    STYLE_HIT_NOTE, /* an excerpt below a hit */
    /* The frame */
    STYLE_BAR, /* top and status line */
    STYLE_BAR_KEY,
    STYLE_BORDER,
    STYLE_PROMPT,
    STYLE_ERROR,
    STYLE_SUCCESS,
    STYLE__COUNT
};

/* What lies over a style; bits. */
enum face {
    FACE_BOLD = 1,
    FACE_ITALIC = 2,
    FACE_STRIKE = 4,
    FACE_UNDERLINE = 8,
    FACE_MATCH = 16,    /* a found word */
    FACE_CURRENT = 32,  /* the match that n and N stand on */
    FACE_SELECTED = 64, /* the selected row of the pane with the focus */
    FACE_SHADOW = 128,  /* the selected row of the other pane */
};

#endif
