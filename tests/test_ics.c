/* Calendars: what is written for times, zones and text, and that a strict reader
 * (ics_check.c) reads the same back. */
#include "support.h"

#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "exchange/ics.h"
#include "ics_check.h"

static struct ics_event event(
    const char *uid, const char *starts, const char *ends, const char *zone)
{
    return (struct ics_event){ uid, "A talk", "", "", "", starts, ends, zone, 0 };
}

static void test_whole(void **state)
{
    struct ics_event events[] = { event("a@t", "2025-05-16T13:30:00-04:00",
                                      "2025-05-16T14:00:00-04:00", "America/New_York"),
        event("b@t", "2025-05-17", "2025-05-18", "America/New_York") };
    struct buf out = { 0 };
    (void)state;
    events[0].url = "https://example.org/a?b=1,2";
    events[0].location = "Hall A, level 2";
    assert_int_equal(ics_add_calendar(&out, "My talks", events, 2, ICS_CHECK_NOW), 2);
    assert_string_equal(out.data,
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//talkbook//talkbook//EN\r\n"
        "CALSCALE:GREGORIAN\r\nX-WR-CALNAME:My talks\r\n"
        "BEGIN:VTIMEZONE\r\nTZID:America/New_York\r\nBEGIN:STANDARD\r\n"
        "DTSTART:20250516T000000\r\nTZOFFSETFROM:-0400\r\nTZOFFSETTO:-0400\r\n"
        "END:STANDARD\r\nEND:VTIMEZONE\r\n"
        "BEGIN:VEVENT\r\nUID:a@t\r\nDTSTAMP:20250516T150000Z\r\n"
        "DTSTART;TZID=America/New_York:20250516T133000\r\n"
        "DTEND;TZID=America/New_York:20250516T140000\r\nSUMMARY:A talk\r\n"
        "LOCATION:Hall A\\, level 2\r\nURL:https://example.org/a?b=1,2\r\nEND:VEVENT\r\n"
        "BEGIN:VEVENT\r\nUID:b@t\r\nDTSTAMP:20250516T150000Z\r\n"
        "DTSTART;VALUE=DATE:20250517\r\nDTEND;VALUE=DATE:20250519\r\nSUMMARY:A talk\r\n"
        "END:VEVENT\r\nEND:VCALENDAR\r\n");
    buf_release(&out);
}

static void assert_holds(struct ics_event one, const char *want, const char *not_wanted)
{
    struct buf out = { 0 };
    ics_add_calendar(&out, "", &one, 1, ICS_CHECK_NOW);
    if (strstr(out.data, want) == NULL)
        fail_msg("%s is missing in\n%s", want, out.data);
    if (not_wanted != NULL && strstr(out.data, not_wanted) != NULL)
        fail_msg("%s is in\n%s", not_wanted, out.data);
    buf_release(&out);
}

static void test_times(void **state)
{
    static const char noon[] = "2025-05-16T12:00:00+02:00";
    struct ics_event long_talk = event("a", noon, "", "Europe/Berlin");
    (void)state;
    long_talk.seconds = 1830;
    assert_holds(long_talk, "\r\nDURATION:PT1830S\r\n", "DTEND");
    long_talk.starts_at = "2025-05-16";
    assert_holds(long_talk, "\r\nDTSTART;VALUE=DATE:20250516\r\n", "DURATION");
    assert_holds(event("a", noon, "", ""), "\r\nDTSTART:20250516T100000Z\r\n", "DTEND");
    assert_holds(event("a", noon, "", "Europe/Berlin\r\nX:1"), "20250516T100000Z", "VTIMEZONE");
    assert_holds(event("a", noon, "", "/Europe/Berlin"), "20250516T100000Z", "VTIMEZONE");
    assert_holds(event("a", noon, "", "Etc/GMT-2"), ";TZID=Etc/GMT-2:20250516T120000\r\n",
        "Z\r\nSUMMARY");
    /* An end that is none. */
    assert_holds(event("a", noon, noon, ""), "DTSTART", "DTEND");
    assert_holds(event("a", noon, "2025-05-16", ""), "DTSTART", "DTEND");
    assert_holds(event("a", noon, "soon", ""), "DTSTART", "DTEND");
    assert_holds(event("a", "2025-05-16", "2025-05-15", ""), "DTSTART", "DTEND");
    assert_holds(
        event("a", "2025-05-16", "2025-05-16", ""), "DTEND;VALUE=DATE:20250517\r\n", NULL);
    /* A start that is none. */
    assert_holds(event("a", "", noon, "Europe/Berlin"), "BEGIN:VCALENDAR", "VEVENT");
    assert_holds(event("a", "0001-01-01T00:00:00+14:00", "", ""), "END:VCALENDAR", "VEVENT");
    assert_holds(
        event("a", "9998-12-31T23:59:59-14:00", "", "X"), ";TZID=X:99981231T235959", NULL);
}

static void test_text(void **state)
{
    struct ics_event one = event("a", "2025-05-16", "", "");
    (void)state;
    one.summary = "a,b;c\\d\r\ne\rf\ng\xE2\x80\xA8h";
    assert_holds(one, "\r\nSUMMARY:a\\,b\\;c\\\\d\\ne\\nf\\ng\\nh\r\n", NULL);
    one.summary = "a\x01\x1B\x7F\xC2\x85\tb\xFFz";
    assert_holds(one, "\r\nSUMMARY:a\tb\xEF\xBF\xBDz\r\n", NULL);
    one.url = "javascript:alert(1)";
    assert_holds(one, "VEVENT", "URL");
    one.url = "https://a.org/\r\nX:1";
    assert_holds(one, "VEVENT", "URL");
}

/* Clocks set forward, back, and back to a time that was shown before. */
static void test_zones(void **state)
{
    const struct ics_event events[] = {
        event(
            "a", "2025-03-08T09:00:00-05:00", "2025-03-08T10:00:00-05:00", "America/New_York"),
        event(
            "b", "2025-03-09T01:30:00-05:00", "2025-03-09T03:10:00-04:00", "America/New_York"),
        event(
            "c", "2025-11-01T23:00:00-04:00", "2025-11-02T00:30:00-04:00", "America/New_York"),
        event("d", "2025-11-02T01:10:00-04:00", "", "America/New_York"),
        event("e", "2025-11-02T09:10:00-05:00", "", "America/New_York"),
        event("f", "2025-11-02T09:10:00+11:00", "", "Australia/Lord_Howe"),
        event("g", "2025-06-02T09:10:00+10:30", "", "Australia/Lord_Howe"),
    };
    const struct ics_event twice[] = {
        event(
            "a", "2025-11-02T01:30:00-04:00", "2025-11-02T01:10:00-05:00", "America/New_York"),
        event("b", "2025-11-02T09:00:00-05:00", "", "America/New_York"),
    };
    struct buf out = { 0 };
    (void)state;
    assert_int_equal(ics_check(events, SUPPORT_COUNT(events), SUPPORT_COUNT(events)), 10);
    assert_int_equal(ics_check(twice, 2, 2), 2);
    ics_add_calendar(&out, "", events, SUPPORT_COUNT(events), ICS_CHECK_NOW);
    assert_non_null(strstr(out.data,
        "TZID:America/New_York\r\nBEGIN:STANDARD\r\nDTSTART:20250308T000000\r\n"
        "TZOFFSETFROM:-0500\r\nTZOFFSETTO:-0500\r\nEND:STANDARD\r\nBEGIN:DAYLIGHT\r\n"
        "DTSTART:20250309T021000\r\nTZOFFSETFROM:-0500\r\nTZOFFSETTO:-0400\r\n"));
    assert_non_null(strstr(out.data, "DTSTART:20250602T000000\r\nTZOFFSETFROM:+1030\r\n"));
    buf_release(&out);
}

/* One moment, told with the clock before and behind a change: no time of the clock that the
 * change leaves out is written. */
static void test_in_the_gap(void **state)
{
    static const char zone[] = "America/New_York";
    const struct ics_event events[] = {
        event("a", "2025-03-08T23:30:00-05:00", "", zone),
        event("b", "2025-03-09T00:30:00-04:00", "", zone),
        event("c", "2025-03-09T10:00:00-04:00", "", zone),
    };
    (void)state;
    assert_int_equal(ics_check(events, SUPPORT_COUNT(events), SUPPORT_COUNT(events)), 2);
}

static char *random_text(uint64_t *random)
{
    static const char *const parts[] = { "a", "word ", "\\", ";", ",", "\n", "\t", " ", "é",
        "e\xCC\x81", "日本", "😀", "👩\xE2\x80\x8D💻", "\xEF\xBF\xBD", "Ünïcödé", ":", "\"",
        "BEGIN:VEVENT", "longlonglonglonglonglonglonglonglonglonglonglong" };
    struct buf out = { 0 };
    /* Sometimes one part alone, so that every line is full of it. */
    uint32_t only = support_random(random) % (4 * SUPPORT_COUNT(parts));
    for (uint32_t i = support_random(random) % 150; i-- > 0;)
        buf_adds(&out,
            parts[only < SUPPORT_COUNT(parts) ? only
                                              : support_random(random) % SUPPORT_COUNT(parts)]);
    return buf_take(&out);
}

static char *random_time(uint64_t *random, uint32_t days)
{
    static const char *const offsets[] = { "+01:00", "+02:00", "-04:00", "+05:30", "Z" };
    struct buf out = { 0 };
    uint32_t n = support_random(random);
    buf_addf(&out, "2025-03-%02u", 1 + n % days);
    if (n % 8 != 0)
        buf_addf(&out, "T%02u:%02u:00%s", n / 8 % 24, n / 192 % 60,
            offsets[support_random(random) % (1 + n / 12000 % SUPPORT_COUNT(offsets))]);
    return buf_take(&out);
}

static void test_random(void **state)
{
    enum { MOST = 12 };
    static const char *const zones[] = { "Europe/Berlin", "America/New_York", "", "a b" };
    uint64_t random = 11;
    size_t events_read = 0, local = 0;
    (void)state;
    for (int round = 0; round < 2000; round++) {
        struct ics_event events[MOST];
        char *owned[MOST][6];
        size_t count = support_random(&random) % (MOST + 1);
        uint32_t days = 1 + support_random(&random) % 20;
        for (size_t i = 0; i < count; i++) {
            struct buf uid = { 0 };
            buf_addf(&uid, "%zu-%d@talkbook", i, round);
            char *const fresh[] = { buf_take(&uid), random_text(&random), random_text(&random),
                random_text(&random), random_time(&random, days), random_time(&random, days) };
            memcpy(owned[i], fresh, sizeof fresh);
            events[i] = (struct ics_event){ fresh[0], fresh[1], fresh[2], fresh[3],
                "https://example.org/", fresh[4], fresh[5],
                zones[support_random(&random) % SUPPORT_COUNT(zones)],
                (int)(support_random(&random) % 4000) };
        }
        local += ics_check(events, count, count);
        events_read += count;
        for (size_t i = 0; i < count * 6; i++)
            free(owned[i / 6][i % 6]);
    }
    assert_true(local > events_read / 4);
    print_message("figure: %zu random events read back, %zu times local\n", events_read, local);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_whole),
        cmocka_unit_test(test_times), cmocka_unit_test(test_text), cmocka_unit_test(test_zones),
        cmocka_unit_test(test_in_the_gap), cmocka_unit_test(test_random) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
