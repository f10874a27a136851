/* Trust: hostile addresses. A fake browser writes down what it is given: one argument,
 * the very address that is expected, or it is not started and a message says why. */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support.h"

#include <cmocka.h>

#include "base/process.h"
#include "base/url.h"
#include "ui_support.h"

/* expected NULL: not opened. shows: what the message has, NULL for the address itself. */
static const struct {
    const char *url, *expected, *shows;
} cases[] = {
    { "https://example.org/", "https://example.org/", NULL },
    { "http://example.org", "http://example.org", NULL },
    { "HTTPS://Example.ORG/Path", "https://example.org/Path", "HTTPS://Example.ORG/Path" },
    { "https://example.org:8443/a?b=c&d=e#f", "https://example.org:8443/a?b=c&d=e#f", NULL },
    { "http://[2001:db8::1]:80/", "http://[2001:db8::1]:80/", NULL },
    { "http://127.0.0.1/", "http://127.0.0.1/", NULL },
    { "https://example.org/@user", "https://example.org/@user", NULL },
    { "https://example.org/?q=a@b", "https://example.org/?q=a@b", NULL },
    { "https://example.org?@evil.example/", "https://example.org?@evil.example/", NULL },
    { "https://example.org/a%20b", "https://example.org/a%20b", NULL },
    /* What is encoded. */
    { "https://example.org/a b", "https://example.org/a%20b", NULL },
    { "https://example.org/a\tb\nc\rd", "https://example.org/a%09b%0Ac%0Dd", "example.org" },
    { "https://example.org/\033[2J\a", "https://example.org/%1B[2J%07", "<U+001B>" },
    { "https://example.org/\033]0;owned\a", "https://example.org/%1B]0;owned%07", "<U+0007>" },
    { "https://example.org/\"'`", "https://example.org/%22%27%60", NULL },
    { "https://example.org/<b>|{c}^\\", "https://example.org/%3Cb%3E%7C%7Bc%7D%5E%5C", NULL },
    { "https://example.org/\177\302\233", "https://example.org/%7F%C2%9B", "<U+009B>" },
    { "https://example.org/Stra\303\237e", "https://example.org/Stra%C3%9Fe", NULL },
    { "https://example.org/\342\200\256gpj.exe", "https://example.org/%E2%80%AEgpj.exe",
        "<U+202E>" },
    { "https://example.org/\342\200\213x", "https://example.org/%E2%80%8Bx", "example.org" },
    { "https://example.org/\377\376", "https://example.org/%FF%FE", "example.org" },
    /* No shell and no options. */
    { "https://example.org/;touch owned", "https://example.org/;touch%20owned", NULL },
    { "https://example.org/$(touch owned)", "https://example.org/$(touch%20owned)", NULL },
    { "https://example.org/`touch owned`", "https://example.org/%60touch%20owned%60", NULL },
    { "https://example.org/&&touch owned", "https://example.org/&&touch%20owned", NULL },
    { "https://example.org/|touch owned", "https://example.org/%7Ctouch%20owned", NULL },
    { "https://example.org/>owned", "https://example.org/%3Eowned", NULL },
    { "https://example.org/ --profile x", "https://example.org/%20--profile%20x", NULL },
    { "https://example.org/%s%s%n", "https://example.org/%s%s%n", NULL },
    { "https://example.org/*?[a-z]~", "https://example.org/*?[a-z]~", NULL },
    /* Hosts in other letters are named in ASCII. */
    { "https://b\303\274cher.example/", "https://xn--bcher-kva.example/",
        "(to xn--bcher-kva.example)" },
    { "https://B\303\234CHER.example/", "https://xn--bcher-kva.example/", "xn--bcher-kva" },
    { "https://\320\260pple.example/", "https://xn--pple-43d.example/",
        "(to xn--pple-43d.example)" },
    { "https://\344\276\213\345\255\220.\346\265\213\350\257\225/",
        "https://xn--fsqu00a.xn--0zwm56d/", "(to xn--fsqu00a.xn--0zwm56d)" },
    { "https://example\343\200\202org/", "https://example.org/", "(to example.org)" },
    { "https://m\303\274nchen.example:81/\303\274?\303\274",
        "https://xn--mnchen-3ya.example:81/%C3%BC?%C3%BC", "(to xn--mnchen-3ya.example)" },
    { "https://\316\261\316\262.example/", "https://xn--mxac.example/", "(to xn--mxac" },
    /* Hosts that are none, or pretend to be others. */
    { "https://good.example@evil.example/", NULL, "leads to evil.example" },
    { "https://good.example:pw@evil.example/", NULL, "leads to evil.example" },
    { "https://good.example%2F@evil.example", NULL, "leads to evil.example" },
    { "https://good.example@other@evil.example/", NULL, "leads to evil.example" },
    { "https://@evil.example/", NULL, "leads to evil.example" },
    { "https://good.example\\@evil.example/", NULL, "leads to evil.example" },
    { "https://good.example\\.evil.example/", NULL, "no host" },
    { "https://good.example\\evil/", NULL, "no host" },
    { "https://good.example@\320\260pple.example/", NULL, "leads to xn--pple-43d.example" },
    { "https://", NULL, "no host" },
    { "https:///etc/passwd", NULL, "no host" },
    { "https://?x", NULL, "no host" },
    { "https://#x", NULL, "no host" },
    { "https://:80/", NULL, "no host" },
    { "https://-x.example/", NULL, "no host" },
    { "https://.example/", NULL, "no host" },
    { "https://a b.example/", NULL, "no host" },
    { "https://exa\nmple.org/", NULL, "no host" },
    { "https://exa\033[31mmple.org/", NULL, "no host" },
    { "https://exam\342\200\256ple.org/", NULL, "no host" },
    { "https://exam\342\200\213ple.org/", NULL, "no host" },
    { "https://exam%70le.org/", NULL, "no host" },
    { "https://exa\377mple.org/", NULL, "no host" },
    { "https://$(touch owned)/", NULL, "no host" },
    { "https://example.org:port/", NULL, "no host" },
    { "https://example.org:1234567/", NULL, "no host" },
    { "https://[::1/", NULL, "no host" },
    { "https://[evil.example]/", NULL, "no host" },
    /* Other schemes, and none. */
    { "javascript:alert(1)", NULL, "only http and https" },
    { "JaVaScRiPt:alert(1)", NULL, "only http and https" },
    { "data:text/html,<script>", NULL, "only http and https" },
    { "file:///etc/passwd", NULL, "only http and https" },
    { "vbscript:x", NULL, "only http and https" },
    { "ftp://example.org/", NULL, "only http and https" },
    { "mailto:a@b.example", NULL, "only http and https" },
    { "smb://evil.example/x", NULL, "only http and https" },
    { "ssh://-oProxyCommand=touch%20owned/x", NULL, "only http and https" },
    { "view-source:https://x.example/", NULL, "only http and https" },
    { "https:example.org", NULL, "only http and https" },
    { "https:/example.org", NULL, "only http and https" },
    { "https//example.org", NULL, "only http and https" },
    { "//example.org/", NULL, "only http and https" },
    { " https://example.org/", NULL, "only http and https" },
    { "\nhttps://example.org/", NULL, "only http and https" },
    { "\033]0;x\ahttps://example.org/", NULL, "only http and https" },
    { "-https://example.org/", NULL, "only http and https" },
    { "--help", NULL, "only http and https" },
    { "-rf", NULL, "only http and https" },
    { "/etc/passwd", NULL, "only http and https" },
    { "example.org", NULL, "only http and https" },
    { "", NULL, "only http and https" },
};

static bool run_it(void *context, char *const argv[], struct err *err)
{
    int status;
    (void)context;
    return process_run(argv, NULL, 0, &status, err) && status == 0;
}

static void check_case(struct ui *ui, size_t i, const char *record, const char *word)
{
    struct buf given = { 0 }, expected = { 0 };
    unlink(record);
    ui_keys(ui, "<Esc>"); /* no message is left */
    app_open_url(&ui->app, cases[i].url);
    bool started = support_read(record, &given);
    if (started != (cases[i].expected != NULL))
        fail_msg("%s: %s", cases[i].url, started ? given.data : "not opened");
    if (started) {
        buf_addf(&expected, "%s<%s>\n", word, cases[i].expected);
        assert_string_equal(given.data, expected.data);
        assert_true(url_is_web(cases[i].expected));
    }
    ui_check_grid(ui);
    if (cases[i].shows != NULL || cases[i].expected != NULL)
        ui_assert_shows(ui, cases[i].shows != NULL ? cases[i].shows : cases[i].url);
    buf_release(&given);
    buf_release(&expected);
}

static void test_addresses(void **state)
{
    static const char *const words[] = { "", "<--new>\n", "<--say=a b>\n<c>\n" };
    struct ui ui;
    (void)state;
    ui_open(&ui, UI_CATALOG, 24, 220);
    ui.app.host.start = run_it;
    char *script = support_path(ui.dir, "browser"), *record = support_path(ui.dir, "given");
    struct buf text = { 0 };
    buf_addf(&text, "#!/bin/sh\nprintf '<%%s>\\n' \"$@\" >'%s'\n", record);
    support_write(script, text.data, text.len);
    assert_int_equal(chmod(script, 0700), 0);
    for (size_t form = 0; form < SUPPORT_COUNT(words); form++) {
        buf_clear(&text);
        buf_addf(&text,
            form == 0   ? "%s"
            : form == 1 ? "%s --new %%s"
                        : "%s '--say=a b' \"c\"",
            script);
        setenv("BROWSER", text.data, 1);
        for (size_t i = 0; i < SUPPORT_COUNT(cases); i++)
            check_case(&ui, i, record, words[form]);
    }
    unsetenv("BROWSER");
    assert_int_not_equal(access("owned", F_OK), 0);
    print_message("figure: %zu hostile addresses, three kinds of $BROWSER: one argument as "
                  "expected or not started\n",
        SUPPORT_COUNT(cases));
    free(script), free(record);
    buf_release(&text);
    ui_close(&ui);
}

/* Where links are listed, the real host stands before what only seems to be it. */
static void test_links_show_their_host(void **state)
{
    struct ui ui;
    (void)state;
    ui_open(&ui, UI_CATALOG, 40, 160);
    ui_select(&ui, "NoGIL");
    ui.edit_to =
        "[bank](https://bank.example@evil.example/) and <https://\320\260pple.example/>"
        " and [plain](https://plain.example/)";
    ui_keys(&ui, "<Enter>Af");
    ui_assert_shows(&ui, "(to evil.example) https://bank.example@evil.example/");
    ui_assert_shows(&ui, "(to xn--pple-43d.example) https://");
    ui_assert_shows(&ui, "https://plain.example/");
    ui_assert_lacks(&ui, "(to plain.example)");
    ui_close(&ui);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_addresses),
        cmocka_unit_test(test_links_show_their_host),
    };
    setlocale(LC_CTYPE, "C.UTF-8"); /* as main() does: letters are made small */
    return cmocka_run_group_tests(tests, ui_group_begin, ui_group_end);
}
