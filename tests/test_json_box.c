/* JSON read in a child: the same documents as without it, whatever their size and however
 * many are under way; and children that die, hang, lie or are killed, each of which is a
 * clear word and nothing worse. */
#include "support.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/json_box.h"
#include "base/mem.h"
#include "base/sandbox.h"
#include "base/sanitized.h"
#include "box_check.h"
#include "torture.h"

static const struct json_box_limits ample = { (size_t)64 << 20, { 4000000, 1000 },
    (uint64_t)512 << 20, 60 };
static const struct json_box_limits hasty = { (size_t)1 << 20, { 1000, 100 },
    (uint64_t)128 << 20, 1 };

static void assert_same(const struct json_doc *a, const struct json_doc *b)
{
    assert_int_equal(a->count, b->count);
    for (size_t i = 0; i < a->count; i++) {
        const struct json_node *x = &a->nodes[i], *y = &b->nodes[i];
        if (x->type != y->type || x->next != y->next || x->parent != y->parent
            || x->number != y->number || strcmp(x->text, y->text) != 0)
            fail_msg("node %zu differs", i);
    }
}

/* Reads text in the box and without it; both must say the same. */
static void check_text(struct json_box *box, const char *text)
{
    struct json_doc ours = { 0 }, theirs = { 0 };
    struct err err = { 0 }, plain = { 0 };
    struct buf words = { 0 };
    bool ok = json_doc_read(&theirs, text, &plain);
    assert_int_equal(json_box_read(box, text, &ours, &err), ok);
    if (ok)
        assert_same(&ours, &theirs);
    else {
        buf_addf(&words, "it is not valid JSON: %s", err_text(&plain));
        assert_string_equal(err_text(&err), words.data);
    }
    buf_release(&words), err_release(&err), err_release(&plain);
    json_doc_release(&ours), json_doc_release(&theirs);
}

static void test_the_same(void **state)
{
    static const char *const texts[] = { "", "1", "-0.5e-3", "1e999", "\"\"", "[]", "{}",
        "[1,[2,[]],{}]", "{\"a\":{\"b\":[true,null]},\"c\":\"d\\u00e9\\ud800\",\"\":\"\"}",
        "{\"a\":1,\"a\":2}", "[\"a\\u0000\"]", "[1", "nul", "{\"a\"}", "[1]\n\n]" };
    struct json_box *box = json_box_new(&ample, NULL);
    (void)state;
    for (size_t i = 0; i < SUPPORT_COUNT(texts); i++)
        check_text(box, texts[i]);
    json_box_free(box);
}

/* Around what a pipe, a buffer and a chunk hold, and far beyond. */
static void test_sizes(void **state)
{
    static const size_t sizes[] = { 1000, 65515, 65530, 65536, 70000, 212992, 500000,
        10000000 };
    struct json_box *box = json_box_new(&ample, NULL);
    (void)state;
    for (size_t i = 0; i < SUPPORT_COUNT(sizes); i++) {
        struct buf text = { 0 }, list = { 0 };
        buf_addc(&text, '"');
        buf_repeat(&text, 'x', sizes[i]);
        buf_adds(&text, "\"");
        check_text(box, text.data);
        buf_addc(&list, '[');
        for (size_t k = 0; k < sizes[i] / 4; k++)
            buf_adds(&list, "\"a\",");
        buf_adds(&list, "7]");
        check_text(box, list.data);
        buf_release(&text), buf_release(&list);
    }
    json_box_free(box);
}

/* Documents under way in numbers that change, some of them broken, some long. */
static void test_many_ahead(void **state)
{
    enum { COUNT = 3000 };
    struct json_box *box = json_box_new(&ample, NULL);
    char *texts[COUNT];
    uint64_t random = 7;
    size_t sent = 0;
    struct json_doc doc = { 0 };
    (void)state;
    for (int i = 0; i < COUNT; i++) {
        struct buf text = { 0 };
        buf_addf(&text, i % 7 == 0 ? "[%d" : "[%d,\"", i);
        buf_repeat(&text, 'y', i % 100 == 0 ? 300000 : support_random(&random) % 3000);
        buf_adds(&text, "\"]");
        texts[i] = buf_take(&text);
    }
    for (size_t taken = 0; taken < COUNT; taken++) {
        struct err err = { 0 };
        size_t most = 1 + support_random(&random) % JSON_BOX_AHEAD;
        while (sent < COUNT && (sent == taken || sent - taken < most) && json_box_room(box) > 0)
            json_box_send(box, texts[sent++]);
        bool ok = json_box_take(box, &doc, &err);
        assert_int_equal(ok, taken % 7 != 0);
        if (ok)
            assert_int_equal((size_t)doc.nodes[1].number, taken);
        err_release(&err);
    }
    for (int i = 0; i < COUNT; i++)
        free(texts[i]);
    json_doc_release(&doc);
    json_box_free(box);
}

/* Asks, and wants a refusal that says so and is one line. */
static void assert_refused(struct json_box *box, const char *text, const char *says)
{
    struct json_doc doc = { 0 };
    struct err err = { 0 };
    if (json_box_read(box, text, &doc, &err) || strstr(err_text(&err), says) == NULL)
        fail_msg("'%s' does not say '%s'", err_text(&err), says);
    assert_null(strchr(err_text(&err), '\n'));
    assert_int_equal(doc.count, 0);
    err_release(&err), json_doc_release(&doc);
}

static void test_limits(void **state)
{
    struct json_box *box = json_box_new(&hasty, NULL);
    struct buf text = { 0 };
    (void)state;
    buf_repeat(&text, '[', 101);
    buf_addc(&text, '1');
    buf_repeat(&text, ']', 101);
    assert_refused(box, text.data, "more than 100 deep");
    buf_clear(&text);
    buf_addc(&text, '[');
    for (int i = 0; i < 1000; i++)
        buf_adds(&text, "1,");
    buf_adds(&text, "1]");
    assert_refused(box, text.data, "more than 1000 values; split it");
    buf_repeat(&text, ' ', (size_t)1 << 20);
    assert_refused(box, text.data, "larger than 1 MB");
    check_text(box, "[1]");
    json_box_free(box), buf_release(&text);
}

static void test_memory(void **state)
{
    static const struct json_box_limits small = { (size_t)64 << 20, { 4000000, 1000 },
        (uint64_t)16 << 20, 60 };
    (void)state;
    if (SANITIZED) {
        printf("skip: a sanitizer needs memory without limit\n");
        skip();
    }
    struct json_box *box = json_box_new(&small, NULL);
    struct buf text = { 0 };
    buf_addc(&text, '"');
    buf_repeat(&text, 'x', (size_t)20 << 20);
    buf_addc(&text, '"');
    assert_refused(box, text.data, "more than 16 MB of memory to read; split it");
    check_text(box, "[1]");
    json_box_free(box), buf_release(&text);
}

/* --- children that are no readers -------------------------------------- */

/* The next request's first byte, '\0' at the end. */
static char next_request(int fd)
{
    static char text[1 << 16];
    uint64_t len;
    if (read(fd, &len, sizeof len) != sizeof len || len >= sizeof text)
        return '\0';
    for (uint64_t have = 0; have < len;) {
        ssize_t got = read(fd, text + have, (size_t)(len - have));
        if (got <= 0)
            return '\0';
        have += (uint64_t)got;
    }
    return text[0];
}

static void answer_one(int fd)
{
    static const struct json_wire_head head = { .count = 1 };
    static const struct json_wire_node node = { JSON_TRUE, 1, 0 };
    ssize_t went = write(fd, &head, sizeof head);
    went = write(fd, &node, sizeof node);
    (void)went;
}

/* Does what the request's first letter says. */
static void serve_evil(int fd, const struct json_box_limits *limits)
{
    struct json_wire_head head = { .count = 1 };
    ssize_t went = 0;
    char how;
    (void)limits;
    while ((how = next_request(fd)) != '\0') {
        if (how == 'e')
            sandbox_exit(0);
        else if (how == 'm')
            sandbox_exit(EXIT_FAILURE);
        else if (how == 't')
            __builtin_trap();
        else if (how == 'o')
            sandbox_exit(open("/dev/null", O_RDONLY));
        else if (how == 's')
            for (volatile bool on = true; on;)
                continue;
        else if (how == 'h')
            went = write(fd, &head, sizeof head - 1);
        else if (how == 'w') {
            head = (struct json_wire_head){ .bytes = 3, .fault = JSON_MALFORMED };
            went = write(fd, &head, sizeof head);
            went = write(fd, "a\033[", 3);
        } else if (how == 'r') {
            head = (struct json_wire_head){ .count = UINT64_MAX, .bytes = UINT64_MAX };
            went = write(fd, &head, sizeof head);
        } else
            answer_one(fd);
    }
    (void)went;
}

static void assert_answers(struct json_box *box)
{
    struct json_doc doc = { 0 };
    struct err err = { 0 };
    if (!json_box_read(box, "y", &doc, &err))
        fail_msg("%s", err_text(&err));
    assert_int_equal(doc.nodes[0].type, JSON_TRUE);
    json_doc_release(&doc);
}

static size_t count_open(void)
{
    size_t count = 0;
    DIR *dir = opendir("/proc/self/fd");
    while (dir != NULL && readdir(dir) != NULL)
        count++;
    if (dir != NULL)
        closedir(dir);
    return count;
}

/* After each the next document is answered, by a new child. */
static void test_evil_children(void **state)
{
    static const char *const cases[][2] = { { "e", "ended without" }, { "m", "MB of memory" },
        { "t", "was killed" }, { "o", "not allowed to" }, { "s", "longer than 1 seconds" },
        { "h", "longer than 1 seconds" }, { "w", "nonsense" }, { "r", "nonsense" } };
    size_t before = count_open();
    struct json_box *box = json_box_new(&hasty, serve_evil);
    (void)state;
    for (size_t i = 0; i < SUPPORT_COUNT(cases); i++) {
        assert_answers(box);
        assert_refused(box, cases[i][0], cases[i][1]);
    }
    assert_answers(box);
    json_box_free(box);
    assert_int_equal(count_open(), before);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
}

/* Those that wait behind one that kills the child are not lost with it. */
static void test_neighbours(void **state)
{
    struct json_box *box = json_box_new(&hasty, serve_evil);
    static const char order[] = "yytyoyyey";
    char texts[sizeof order][2];
    struct json_doc doc = { 0 };
    (void)state;
    for (size_t i = 0; i + 1 < sizeof order; i++) {
        texts[i][0] = order[i], texts[i][1] = '\0';
        json_box_send(box, texts[i]);
    }
    for (size_t i = 0; i + 1 < sizeof order; i++) {
        struct err err = { 0 };
        assert_int_equal(json_box_take(box, &doc, &err), order[i] == 'y');
        err_release(&err);
    }
    json_doc_release(&doc);
    json_box_free(box);
}

/* A set of files of which each kills does not go on for ever. */
static void test_no_end_of_deaths(void **state)
{
    struct json_box *box = json_box_new(&hasty, serve_evil);
    (void)state;
    for (int i = 0; i < 20; i++)
        assert_refused(box, "t", "was killed");
    for (int i = 0; i < 5; i++)
        assert_refused(box, "y", "lost 20 times");
    json_box_free(box);
}

/* Answers before it was asked, and closes its ears. */
static void serve_early(int fd, const struct json_box_limits *limits)
{
    (void)limits;
    answer_one(fd);
    for (volatile bool on = true; on;)
        continue;
}

static void test_early_answer(void **state)
{
    struct json_box *box = json_box_new(&hasty, serve_early);
    struct buf text = { 0 };
    (void)state;
    buf_repeat(&text, 'y', 1000000);
    assert_refused(box, text.data, "nonsense");
    json_box_free(box), buf_release(&text);
}

static volatile pid_t *serving;

static void serve_until_killed(int fd, const struct json_box_limits *limits)
{
    (void)fd, (void)limits;
    *serving = 1;
    for (volatile bool on = true; on;)
        continue;
}

/* By somebody else, while it is waited for. */
static void test_killed(void **state)
{
    (void)state;
    serving =
        mmap(NULL, sizeof *serving, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    pid_t parent = getpid(), killer = fork();
    if (killer == 0) {
        struct buf command = { 0 };
        while (*serving == 0)
            usleep(1000);
        buf_addf(&command,
            "exec 2>/dev/null; for p in /proc/[0-9]*; do read -r l <$p/stat && set -- ${l##*)} "
            "&&"
            " [ \"$2\" = %d ] && [ ${p#/proc/} != %d ] && kill -9 ${p#/proc/}; done",
            (int)parent, (int)getpid());
        execl("/bin/sh", "sh", "-c", command.data, (char *)NULL);
        _exit(127);
    }
    struct json_box *box = json_box_new(&ample, serve_until_killed);
    assert_refused(box, "1", "was killed (Killed)");
    json_box_free(box);
    assert_int_equal(waitpid(killer, NULL, 0), killer);
    munmap((void *)serving, sizeof *serving);
}

/* --- the validator ----------------------------------------------------- */

/* A true answer with bytes changed at random: what is taken is a document. */
static void test_changed_answers(void **state)
{
    static const char seed[] =
        "{\"t\":\"a\\u00e9\\n\",\"n\":[-1.5e3,0,{\"x\":null}],\"b\":[true,"
        "false,\"\"],\"o\":{},\"p\":{\"q\":[[],[\"r\",{\"s\":\"t\"}]]}}";
    int rounds = torture_rounds(3000000, 60000), taken = 0;
    struct json_doc doc = { 0 };
    struct err err = { 0 };
    struct json_wire_head head;
    struct json_wire_node *nodes;
    char *text;
    uint64_t random = 11;
    (void)state;
    assert_true(json_doc_read(&doc, seed, &err));
    box_check_make(&doc, &head, &nodes, &text);
    assert_true(box_check_answer(&head, nodes, text, sizeof seed, &ample.json));
    size_t count = doc.count, bytes = (size_t)head.bytes;
    struct json_wire_node *changed = mem_zero(count, sizeof changed[0]);
    char *other = mem_zero(bytes, 1);
    for (int i = 0; i < rounds; i++) {
        memcpy(changed, nodes, count * sizeof nodes[0]);
        memcpy(other, text, bytes);
        for (uint32_t k = 1 + support_random(&random) % 4; k-- > 0;) {
            struct json_wire_node *node = &changed[support_random(&random) % count];
            uint32_t what = support_random(&random) % 5;
            if (what == 0)
                node->type = support_random(&random) % 8;
            else if (what <= 2)
                node->next = support_random(&random) % (uint32_t)(count + 2);
            else if (what == 3)
                ((char *)node)[support_random(&random) % sizeof *node] ^=
                    (char)(1 << support_random(&random) % 8);
            else
                other[support_random(&random) % bytes] = (char)support_random(&random);
        }
        taken += box_check_answer(&head, changed, other, sizeof seed, &ample.json);
    }
    printf("figure: %d changed answers, %d of them taken, each a document\n", rounds, taken);
    assert_true(taken > 0 && taken < rounds);
    free(changed), free(other), free(nodes), free(text);
    json_doc_release(&doc);
}

static void serve_rubbish(int fd, const struct json_box_limits *limits)
{
    uint64_t random = (uint64_t)(uintptr_t)limits->json.nodes;
    char bytes[512], how;
    while ((how = next_request(fd)) != '\0') {
        random += (uint64_t)(unsigned char)how;
        for (size_t i = 0; i < sizeof bytes; i++)
            bytes[i] = (char)support_random(&random);
        /* Often a head that could be one. */
        if (how % 2 == 0)
            memset(bytes, 0, 24), bytes[0] = 1, bytes[8] = how % 4;
        if (write(fd, bytes, sizeof bytes) < 0)
            return;
    }
}

static void test_rubbish(void **state)
{
    int rounds = torture_rounds(2000, 40), refused = 0;
    (void)state;
    for (int i = 0; i < rounds; i++) {
        struct json_box_limits limits = hasty;
        limits.json.nodes += (size_t)i;
        struct json_box *box = json_box_new(&limits, serve_rubbish);
        for (int k = 0; k < 10; k++) {
            char text[] = { (char)('a' + (i + k) % 26), 'x', 'x', 'x', '\0' };
            struct json_doc doc = { 0 };
            struct err err = { 0 };
            if (json_box_read(box, text, &doc, &err))
                box_check_tree(&doc, 4);
            else
                refused++;
            err_release(&err), json_doc_release(&doc);
        }
        json_box_free(box);
    }
    printf("figure: %d children that answer rubbish, %d answers refused\n", rounds, refused);
    assert_true(refused > rounds);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_same),
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_many_ahead),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_memory),
        cmocka_unit_test(test_evil_children),
        cmocka_unit_test(test_neighbours),
        cmocka_unit_test(test_no_end_of_deaths),
        cmocka_unit_test(test_early_answer),
        cmocka_unit_test(test_killed),
        cmocka_unit_test(test_changed_answers),
        cmocka_unit_test(test_rubbish),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
