/* Owns what is asserted of a run of the program. Must not know a subcommand
 * beyond show. */
#include "cli_check.h"

#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/utf8.h"

int cli_set_up(void **state)
{
    struct program *program = mem_zero(1, sizeof *program);
    program->home = support_dir();
    *state = program;
    return 0;
}

int cli_tear_down(void **state)
{
    struct program *program = *state;
    support_remove((char *)program->home);
    program_release(program);
    free(program);
    return 0;
}

void assert_inert(const char *text, size_t len)
{
    size_t bad = utf8_find_invalid(text, len);
    if (bad != len)
        fail_msg("not UTF-8 at byte %zu: %.40s", bad, text + bad);
    for (size_t at = 0; at < len;) {
        uint32_t cp;
        size_t used = utf8_decode(text + at, len - at, &cp);
        bool control = (cp < 0x20 && cp != '\n' && cp != '\t') || (cp >= 0x7F && cp < 0xA0);
        bool bidi = cp == 0x61C || (cp >= 0x200B && cp <= 0x200F)
                    || (cp >= 0x2028 && cp <= 0x202E) || (cp >= 0x2060 && cp <= 0x206F)
                    || cp == 0x180E || cp == 0xFEFF || (cp >= 0xFFF9 && cp <= 0xFFFB)
                    || (cp >= 0xE0000 && cp < 0xE1000);
        if (control || bidi)
            fail_msg("U+%04X at byte %zu: %.40s", (unsigned)cp, at, text + at + used);
        at += used;
    }
}

void assert_inert_document(const char *text, size_t len)
{
    assert_int_equal(utf8_find_invalid(text, len), len);
    for (size_t at = 0; at < len;) {
        uint32_t cp;
        bool line_end = strncmp(text + at, "\r\n", 2) == 0;
        at += utf8_decode(text + at, len - at, &cp);
        bool control = cp < 0x20 && cp != '\n' && cp != '\t' && !line_end;
        if (control || (cp >= 0x7F && cp < 0xA0) || cp == 0x61C || cp == 0x200E || cp == 0x200F
            || (cp >= 0x2028 && cp <= 0x202E) || (cp >= 0x2066 && cp <= 0x206F))
            fail_msg("U+%04X in a document: %.40s", (unsigned)cp, text + at);
    }
}

static void assert_success(const struct program *program)
{
    if (program->status != 0 || program->err.len != 0)
        fail_msg("status %d: %s", program->status, program_err(program));
}

void assert_fine(const struct program *program, ...)
{
    assert_success(program);
    assert_inert(program_out(program), program->out.len);
}

void assert_fine_document(const struct program *program, ...)
{
    assert_success(program);
    assert_inert_document(program_out(program), program->out.len);
}

void assert_one_line(const struct program *program, int status, const char *part)
{
    const char *err = program_err(program);
    if (program->status != status)
        fail_msg("status %d: %s%s", program->status, err, program_out(program));
    assert_string_equal(program_out(program), "");
    if (strncmp(err, "talkbook: ", 10) != 0 || strstr(err, part) == NULL)
        fail_msg("'%s' does not say '%s'", err, part);
    assert_inert(err, program->err.len);
    assert_int_equal(strcspn(err, "\n") + 1, program->err.len);
}

void assert_json(const struct program *program, const char *expression, const char *expected)
{
    struct buf sql = { 0 };
    if (support_sql_int(":memory:", "SELECT json_valid(?1)", program_out(program)) != 1)
        fail_msg("not JSON: %.400s", program_out(program));
    buf_addf(&sql, "SELECT %s", expression);
    char *value = support_sql_text(":memory:", sql.data, program_out(program));
    if (strcmp(value, expected) != 0)
        fail_msg("%s is '%s', not '%s', in %.2000s", expression, value, expected,
            program_out(program));
    free(value);
    buf_release(&sql);
}

void assert_json_int(const struct program *program, const char *expression, int64_t expected)
{
    char text[24];
    snprintf(text, sizeof text, "%lld", (long long)expected);
    assert_json(program, expression, text);
}

char *json_of_talk(struct program *program, const char *talk, const char *field)
{
    char sql[80];
    snprintf(sql, sizeof sql, "SELECT json_extract(?1, '$.%s')", field);
    run_ok(program, "show", "--json", talk, NULL);
    return support_sql_text(":memory:", sql, program_out(program));
}

int count_lines(const struct program *program, const char *regex)
{
    regex_t compiled;
    regmatch_t match;
    int count = 0;
    assert_int_equal(regcomp(&compiled, regex, REG_EXTENDED | REG_NEWLINE), 0);
    for (const char *at = program_out(program); *at != '\0';) {
        char *line = mem_dup_n(at, strcspn(at, "\n"));
        count += regexec(&compiled, line, 1, &match, 0) == 0;
        at += strlen(line) + (at[strlen(line)] == '\n');
        free(line);
    }
    regfree(&compiled);
    return count;
}
