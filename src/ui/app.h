/* The interface as a whole: keys in, cells out. It knows no terminal. */
#ifndef TALKBOOK_UI_APP_H
#define TALKBOOK_UI_APP_H

#include "cmd/config.h"
#include "db/db.h"
#include "exchange/draft.h"
#include "ui/finder.h"
#include "ui/help.h"
#include "ui/host.h"
#include "ui/items.h"
#include "ui/layout.h"
#include "ui/links.h"
#include "ui/list.h"
#include "ui/page.h"
#include "ui/prompt.h"
#include "ui/reader.h"
#include "ui/searcher.h"
#include "ui/watch.h"

/* What lies over the panes. */
enum app_over { OVER_NOTHING, OVER_LINKS, OVER_ITEMS, OVER_PAGE };

enum app_focus { FOCUS_LIST, FOCUS_READER };

struct app {
    struct db *db;           /* borrowed */
    struct options *options; /* borrowed */
    struct keymap *keymap;   /* borrowed */
    struct ui_host host;
    int rows, cols;
    struct layout layout;
    enum app_focus focus;
    struct list list;
    struct reader reader;
    struct help help;
    bool helping;         /* the help lies over everything */
    struct finder finder; /* over everything, the help too */
    enum app_over over;
    struct links links;
    struct items items;
    bool from_items; /* the reader was opened from there; going back leads there */
    struct page page;
    struct prompt prompt;
    struct draft guard;  /* holds what `guarded` says of a note that is being typed */
    char *guarded;       /* owned; NULL: nothing */
    size_t unguarded;    /* how many changes it had since */
    bool unguarded_said; /* that the last draft of it failed */
    struct searcher searcher;
    int patience;     /* milliseconds to wait for answers before painting; below 0
                       * a key is done when its answer is there */
    char *asked;      /* the question that was sent last; owned */
    char *suggestion; /* in place of a question without hits; owned */
    char *unwritten;  /* for the history; owned */
    char *before;     /* the search that gR was asked from; owned */
    size_t before_selected;
    bool history_read;
    char *query, *limit; /* as typed, while they hold; owned */
    struct {             /* the same and the place when the prompt was opened */
        char *query, *limit;
        size_t selected, top;
    } held;
    char *message; /* in the status line; owned */
    bool message_is_error;
    int64_t version; /* db_version() when the list was read */
    struct watch watch;
    bool quit;
};

enum app_button { BUTTON_LEFT, BUTTON_WHEEL_UP, BUTTON_WHEEL_DOWN };

/* Reads the list; false with err where that fails. */
bool app_init(struct app *app, struct db *db, struct options *options, struct keymap *keymap,
    const struct ui_host *host, struct err *err);
void app_release(struct app *app);

/* Events. Keys are those of cmd/key.h. */
void app_key(struct app *app, uint32_t key);
void app_mouse(struct app *app, enum app_button button, int row, int col);
void app_resize(struct app *app, int rows, int cols);

/* From time to time while nothing happens: shows what other programs wrote.
 * Returns whether anything may look different. */
bool app_tick(struct app *app);

/* Shows what searches have found, waiting at most so many milliseconds (below 0:
 * as long as it takes) for one under way. */
void app_take_answers(struct app *app, int milliseconds);

/* Reads and lays out what will be seen. Needed before app_draw(). */
void app_prepare(struct app *app);
void app_draw(const struct app *app, struct grid *grid);

/* --- for the files of the app only ------------------------------------- */

/* Says something in the status line. */
void app_say(struct app *app, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Says err's message as an error and releases it; returns false. */
bool app_complain(struct app *app, struct err *err);

/* Reads everything anew after a change; the reader keeps its place. */
void app_refresh(struct app *app);

/* The same after others wrote: a search or a limit is asked again. */
void app_reload(struct app *app);

/* Makes the reader show what is selected. */
void app_follow(struct app *app, bool force);

/* The talk that commands mean: the one the reader shows, or NULL with a word
 * in the status line. */
const struct talk *app_talk(struct app *app);

/* Follows a link of a text: a web address outside, "#t=754" in the video, "talk:…"
 * and "tag:…" here. Says what happened. */
void app_open_link(struct app *app, const char *url);

/* Opens a web address outside. */
bool app_open_url(struct app *app, const char *url);

/* Watching: at the start and the end; once in a while, returning whether anything may
 * look different; going to a second of the talk's video; the line at the bottom. */
void app_watch_begin(struct app *app);
void app_watch_end(struct app *app);
bool app_watch_tick(struct app *app);
void app_go_to_time(struct app *app, int seconds);
void app_watch_add_status(const struct app *app, struct buf *out);

/* Puts the time in the video into the note that is being typed. */
void app_insert_stamp(struct app *app);

/* A note that begins with `before`: at the prompt, or with a text at once. */
void app_annotate(struct app *app, const char *before, const char *text);

/* What a note would be attached to: a talk's key or a topic's slug, the other NULL;
 * false with a word where nothing is selected that takes notes. */
bool app_note_place(struct app *app, const char **talk, const char **topic);

/* Whether anything can be saved; says why where not, before anybody types. */
bool app_may_save(struct app *app);

/* A note that is being typed lies on the disk, too, as a draft, in case the program ends
 * without a chance to do anything: writes what is new of it; removes it, once the note is
 * saved or given up; leaves it behind, as the program ends. True where the prompt now
 * says that it failed, which it does once. */
bool app_guard_typed(struct app *app);
void app_unguard_typed(struct app *app);
void app_keep_typed(struct app *app);

/* The same for a note that cannot be saved any more, and says where its text lies; false,
 * with a word, where it lies nowhere. */
bool app_leave_typed(struct app *app);

/* Tells of texts that an editor or a crash left behind. */
void app_offer_drafts(struct app *app);

/* The note that e and D mean; where none is in sight the nearest is shown and NULL
 * returned, with a word, so that nobody changes what they do not see. */
const struct note *app_note_in_sight(struct app *app);

/* Sets the talk's themes; "" for the catalog's. */
void app_set_themes(struct app *app, const char *names);

/* Goes on in the editor with the note that is being typed. */
void app_note_to_editor(struct app *app);

/* What lies over the panes, NULL for nothing. */
struct view *app_overlay(struct app *app);

/* Shows a note where it belongs, at the line (from 1) that begins with a text; "" for
 * its head. */
void app_open_item(struct app *app); /* the selected one of the list of notes */
bool app_go_to_note(struct app *app, int64_t id, size_t line);

/* Shows how two texts differ, over the panes; nothing where they are the same. */
bool app_show_difference(struct app *app, const char *title, const char *old_name,
    const char *old, const char *new_name, const char *new);

/* The view that moves and scrolls mean now. */
struct view *app_view(struct app *app);

/* Carries out a command. */
void app_run(struct app *app, const struct command_call *call);

/* Selects a talk in the list, leaving the search and the limit where they hide
 * it; false where it is not in the list then either. */
bool app_go_to_talk(struct app *app, int64_t id);

/* The finder's side: keys and clicks while it is open, and where it stands. */
void app_finder_key(struct app *app, uint32_t key);
void app_finder_command(struct app *app, enum command_id command);
void app_finder_mouse(struct app *app, enum app_button button, int row);
struct rect app_finder_rect(const struct app *app);

/* Runs a line typed at the : prompt. */
void app_run_line(struct app *app, const char *line);

/* The prompt's side: a key while it is active, opening it. */
void app_prompt_key(struct app *app, uint32_t key);
void app_prompt_command(struct app *app, enum command_id command);
void app_open_prompt(struct app *app, enum prompt_kind kind, const char *text);

/* Whether nothing but blanks was typed; NULL counts as that. */
bool app_is_blank(const char *text);

/* Searching and limiting by a query; NULL or "" ends them: while typing where
 * the list was before, else with the selected talk still selected. What is
 * shown changes when the answer is taken. */
bool app_search(struct app *app, const char *text, bool typing, struct err *err);
bool app_limit(struct app *app, const char *text, bool typing, struct err *err);

/* Sees to it that the answer to text is shown; it is asked where it was not. */
bool app_finish_search(struct app *app, const char *text, bool limit, struct err *err);

/* Shows the talks like a talk; app_leave_search() goes back to where that was
 * asked. */
bool app_show_related(struct app *app, int64_t talk_id, struct err *err);

/* Ends the search that is shown. */
bool app_leave_search(struct app *app, struct err *err);

/* The search, or else the limit, that is shown, as it would have to be written to
 * mean the same when nobody types; NULL for none. The caller frees it. */
char *app_shown_query(const struct app *app);

/* Asks the search and the limit that are shown again, and waits. */
bool app_repeat_search(struct app *app, struct err *err);

/* Writes down the search and the limit, and goes back to them. */
void app_hold_search(struct app *app);
bool app_restore_search(struct app *app, bool limit, struct err *err);

/* The searches that were accepted: read when the prompt first opens, written
 * when there is time. */
void app_load_history(struct app *app, enum prompt_kind kind);
void app_remember_search(struct app *app, const char *text);
void app_write_history(struct app *app);

/* Adds a note to what the reader shows, or a free one, and goes there. Says what
 * failed. */
bool app_add_note(struct app *app, bool free_one, const char *body);

/* One function a command of SCOPE_APP: a missing one does not link. */
#define COMMAND_PANE(id)
#define COMMAND_FINDER(id)
#define COMMAND_PROMPT(id)
#define COMMAND_APP(id)                                void do_##id(struct app *app, const struct command_call *call);
#define COMMAND(scope, id, name, keys, argument, help) COMMAND_##scope(id)
#include "cmd/commands.def"
#undef COMMAND
#undef COMMAND_PANE
#undef COMMAND_FINDER
#undef COMMAND_PROMPT
#undef COMMAND_APP

#endif
