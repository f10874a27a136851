/* Owns what is searched for and the list limited to: asking, taking the answers,
 * going back. Must not know how answers are found. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ui/app.h"
#include "ui/list_rows.h"

static void set_string(char **field, const char *text)
{
    char *copy = text != NULL && text[0] != '\0' ? mem_dup(text) : NULL;
    free(*field);
    *field = copy;
}

bool app_is_blank(const char *text)
{
    return text == NULL || text[strspn(text, " \t")] == '\0';
}

/* --- what is shown ----------------------------------------------------- */

static void end_search(struct app *app, bool keep)
{
    if (!app->list.searching)
        return;
    reader_set_matcher(&app->reader, NULL);
    list_end_search(&app->list, keep);
    set_string(&app->query, NULL);
}

static void show_hits(struct app *app, struct search_answer *answer)
{
    struct buf hint = { 0 };
    bool prompting = app->prompt.active && app->prompt.kind == PROMPT_SEARCH;
    /* The matcher is the list's: the reader lets go of it before it changes. */
    reader_set_matcher(&app->reader, NULL);
    list_show_hits(&app->list, &answer->query, &answer->hits);
    reader_set_matcher(&app->reader, &app->list.matcher);
    set_string(&app->query, answer->text);
    set_string(&app->suggestion, answer->suggestion);
    if (app->suggestion != NULL)
        buf_addf(&hint, "%s? Tab takes it", app->suggestion);
    if (prompting)
        prompt_set_hint(&app->prompt, hint.data);
    buf_release(&hint);
}

static bool show_limit(struct app *app, struct search_answer *answer, struct err *err)
{
    int64_t *ids = answer->ids;
    answer->ids = NULL;
    if (!list_limit(&app->list, ids, answer->id_count, err))
        return false;
    set_string(&app->limit, answer->text);
    return true;
}

static bool show_answer(struct app *app, struct search_answer *answer, struct err *err)
{
    if (answer->err.text != NULL) {
        set_string(&app->asked, NULL);
        *err = answer->err;
        answer->err = (struct err){ 0 };
        return false;
    }
    if (answer->limit)
        return show_limit(app, answer, err);
    show_hits(app, answer);
    return true;
}

/* --- asking ------------------------------------------------------------ */

/* Takes what has been answered, waiting as searcher_take() does. */
static bool take(struct app *app, int milliseconds, struct err *err)
{
    struct search_answer answer = { 0 };
    if (!searcher_take(&app->searcher, milliseconds, app->patience < 0, &answer))
        return true;
    db_read_begin(app->db);
    bool ok = show_answer(app, &answer, err);
    db_read_end(app->db);
    search_answer_release(&answer);
    return ok;
}

void app_take_answers(struct app *app, int milliseconds)
{
    struct err err = { 0 };
    if (take(app, milliseconds, &err))
        return;
    if (app->prompt.active)
        prompt_set_error(&app->prompt, err_text(&err));
    else
        app_complain(app, &err);
    err_release(&err);
}

/* Asks; a headless application waits for the answer. @name is a saved search. */
static bool ask(struct app *app, const char *text, bool typing, bool limit, struct err *err)
{
    struct query query;
    char *saved = text[0] == '@' ? db_saved_get(app->db, text + 1) : NULL;
    const char *real = saved != NULL ? saved : text;
    bool ok = query_parse(&query, real, typing, err);
    query_release(&query);
    if (ok) {
        set_string(&app->suggestion, NULL);
        ok = searcher_ask(&app->searcher, real, typing, limit, err);
    }
    if (ok)
        set_string(&app->asked, text);
    free(saved);
    return ok && (app->patience >= 0 || take(app, -1, err));
}

bool app_search(struct app *app, const char *text, bool typing, struct err *err)
{
    if (!app_is_blank(text))
        return ask(app, text, typing, false, err);
    searcher_forget(&app->searcher);
    set_string(&app->asked, NULL);
    set_string(&app->suggestion, NULL);
    end_search(app, !typing);
    return true;
}

bool app_limit(struct app *app, const char *text, bool typing, struct err *err)
{
    if (!app_is_blank(text)) {
        end_search(app, !typing);
        return ask(app, text, typing, true, err);
    }
    searcher_forget(&app->searcher);
    set_string(&app->asked, NULL);
    end_search(app, !typing);
    set_string(&app->limit, NULL);
    return list_limit(&app->list, NULL, 0, err);
}

bool app_finish_search(struct app *app, const char *text, bool limit, struct err *err)
{
    const char *holds = limit ? app->limit : app->query;
    bool asked = app->asked != NULL && strcmp(app->asked, text) == 0;
    bool busy = searcher_is_busy(&app->searcher);
    /* What is shown already stays as it is, with the hit that was chosen. */
    if (!busy && holds != NULL && strcmp(holds, text) == 0)
        return true;
    if (!asked && !(limit ? app_limit(app, text, true, err) : app_search(app, text, true, err)))
        return false;
    return take(app, -1, err);
}

char *app_shown_query(const struct app *app)
{
    const char *text = app->query != NULL ? app->query : app->limit;
    struct query typed, written;
    struct err err = { 0 };
    struct buf out = { 0 };
    if (text == NULL)
        return NULL;
    buf_adds(&out, text);
    /* The last word counted as a beginning. */
    bool both = query_parse(&typed, text, true, &err);
    if (both && query_parse(&written, text, false, &err) && typed.count > 0
        && written.count == typed.count
        && typed.terms[typed.count - 1].prefix != written.terms[written.count - 1].prefix)
        buf_addc(&out, '*');
    if (both)
        query_release(&written);
    query_release(&typed);
    err_release(&err);
    return buf_take(&out);
}

static bool shows_related(const struct app *app)
{
    return app->query != NULL && strncmp(app->query, "related:", 8) == 0;
}

bool app_show_related(struct app *app, int64_t talk_id, struct err *err)
{
    struct buf query = { 0 };
    /* From related talks to those of one of them: back is where the first were asked. */
    if (!shows_related(app)) {
        set_string(&app->before, app->query);
        app->before_selected = app->list.selected;
    }
    buf_addf(&query, "related:%lld", (long long)talk_id);
    bool ok = ask(app, query.data, false, false, err);
    buf_release(&query);
    return ok;
}

bool app_leave_search(struct app *app, struct err *err)
{
    bool related = shows_related(app);
    if (!related || app->before == NULL) {
        set_string(&app->before, NULL);
        /* From related talks back to the one they were asked for. */
        return app_search(app, NULL, related, err);
    }
    char *before = app->before;
    app->before = NULL;
    bool ok = ask(app, before, true, false, err) && take(app, -1, err);
    app->list.selected = app->before_selected;
    list_clamp(&app->list);
    free(before);
    return ok;
}

/* --- going back -------------------------------------------------------- */

/* Brings back a search and a limit, and waits for the answers. */
static bool bring_back(
    struct app *app, const char *query, const char *limit, bool limits, struct err *err)
{
    char *asked = query != NULL ? mem_dup(query) : NULL;
    char *limited = limit != NULL ? mem_dup(limit) : NULL;
    bool ok = (!limits || (app_limit(app, limited, true, err) && take(app, -1, err)))
              && app_search(app, asked, true, err) && take(app, -1, err);
    free(asked);
    free(limited);
    return ok;
}

bool app_repeat_search(struct app *app, struct err *err)
{
    bool any = app->query != NULL || app->limit != NULL;
    return !any || bring_back(app, app->query, app->limit, app->limit != NULL, err);
}

void app_hold_search(struct app *app)
{
    set_string(&app->held.query, app->query);
    set_string(&app->held.limit, app->limit);
    app->held.selected = app->list.selected;
    app->held.top = app->list.top;
}

bool app_restore_search(struct app *app, bool limit, struct err *err)
{
    if (!bring_back(app, app->held.query, app->held.limit, limit, err))
        return false;
    app->list.selected = app->held.selected;
    app->list.top = app->held.top;
    list_clamp(&app->list);
    return true;
}

/* --- history ----------------------------------------------------------- */

void app_load_history(struct app *app, enum prompt_kind kind)
{
    struct err err = { 0 };
    struct db_searches searches;
    if (kind != PROMPT_SEARCH || app->history_read)
        return;
    app->history_read = true;
    if (db_asked_read(app->db, &searches, &err))
        for (size_t i = 0; i < searches.count; i++)
            prompt_remember(&app->prompt, PROMPT_SEARCH, searches.items[i].query);
    db_searches_release(&searches);
    err_release(&err);
}

void app_remember_search(struct app *app, const char *text)
{
    app_write_history(app);
    set_string(&app->unwritten, text);
}

void app_write_history(struct app *app)
{
    struct err err = { 0 };
    bool kept = app->unwritten != NULL && db_read_only(app->db) == NULL
                && !db_asked_add(app->db, app->unwritten, &err);
    err_release(&err);
    /* Another program is writing: at the next tick. */
    if (!kept)
        set_string(&app->unwritten, NULL);
}
