/* Owns the strict reader of calendars: lines, nesting, what each component must
 * have, times resolved as RFC 5545 says (3.3.5). Must not use the writer's code. */
#include "ics_check.h"

#include <stdlib.h>
#include <string.h>

#include "support.h"

#include <cmocka.h>

#include "base/date.h"
#include "base/mem.h"
#include "base/utf8.h"

struct observance {
    int64_t wall;
    int before, after; /* seconds */
};

struct zone {
    char *name;
    struct observance items[64];
    size_t count;
};

struct reading {
    const char *open[4]; /* components */
    size_t depth;
    struct zone zones[16];
    size_t zone_count;
    char *seen[16]; /* names in the component at hand */
    size_t seen_count;
    struct zone *zone;
    const struct ics_event *events;
    size_t event_count, event, read, local;
    int64_t start;
    bool starts_local;
};

static int number(const char *text, size_t len)
{
    int value = 0;
    for (size_t i = 0; i < len; i++) {
        if (text[i] < '0' || text[i] > '9')
            fail_msg("no digit in %s", text);
        value = value * 10 + text[i] - '0';
    }
    return value;
}

/* A time as if it were UTC's, through the parser of ISO dates. */
static int64_t read_time(const char *text, bool day)
{
    struct buf iso = { 0 };
    struct date date;
    assert_int_equal(strlen(text), day ? 8 : 15);
    buf_addf(&iso, "%.4s-%.2s-%.2s", text, text + 4, text + 6);
    if (!day) {
        assert_int_equal(text[8], 'T');
        buf_addf(&iso, "T%.2s:%.2s:%.2sZ", text + 9, text + 11, text + 13);
    }
    if (!date_parse(iso.data, &date))
        fail_msg("no time: %s", text);
    buf_release(&iso);
    return date_seconds(&date);
}

static int read_offset(const char *text)
{
    assert_true(text[0] == '+' || text[0] == '-');
    assert_int_equal(strlen(text), 5);
    assert_string_not_equal(text, "-0000");
    int seconds = number(text + 1, 2) * 3600 + number(text + 3, 2) * 60;
    return text[0] == '-' ? -seconds : seconds;
}

static int offset_at(const struct zone *zone, int64_t utc)
{
    int offset = zone->items[0].before;
    int64_t newest = INT64_MIN;
    for (size_t i = 0; i < zone->count; i++) {
        int64_t onset = zone->items[i].wall - zone->items[i].before;
        if (onset <= utc && onset >= newest) {
            newest = onset;
            offset = zone->items[i].after;
        }
    }
    return offset;
}

/* The earliest moment at which the zone's clocks show this time; where none
 * does, by the offset before the gap. */
static int64_t resolve(const struct zone *zone, int64_t wall)
{
    int64_t found = INT64_MAX;
    for (size_t i = 0; i < 2 * zone->count; i++) {
        int offset = i % 2 ? zone->items[i / 2].before : zone->items[i / 2].after;
        if (offset_at(zone, wall - offset) == offset && wall - offset < found)
            found = wall - offset;
    }
    for (size_t i = 0; i < zone->count && found == INT64_MAX; i++) {
        const struct observance *item = &zone->items[i];
        if (wall >= item->wall && wall < item->wall + item->after - item->before)
            found = wall - item->before;
    }
    assert_true(found != INT64_MAX);
    return found;
}

static char *unescape(const char *text)
{
    struct buf out = { 0 };
    for (; *text != '\0'; text++) {
        if (*text == ',' || *text == ';')
            fail_msg("%c stands bare", *text);
        if (*text != '\\') {
            buf_addc(&out, *text);
            continue;
        }
        text++;
        if (*text == '\0' || strchr("\\;,n", *text) == NULL)
            fail_msg("no such escape: %c", *text);
        buf_addc(&out, *text == 'n' ? '\n' : *text);
    }
    return buf_take(&out);
}

static bool has(const struct reading *reading, const char *name)
{
    for (size_t i = 0; i < reading->seen_count; i++)
        if (strcmp(reading->seen[i], name) == 0)
            return true;
    return false;
}

static void forget(struct reading *reading)
{
    while (reading->seen_count > 0)
        free(reading->seen[--reading->seen_count]);
}

static void assert_has(const struct reading *reading, const char *const *names)
{
    for (; *names != NULL; names++)
        if (!has(reading, *names))
            fail_msg("%s is missing", *names);
}

static void begin(struct reading *reading, const char *what)
{
    const char *parent = reading->depth > 0 ? reading->open[reading->depth - 1] : "";
    bool top = strcmp(parent, "VCALENDAR") == 0;
    if (strcmp(what, "VTIMEZONE") == 0 && top) {
        reading->zone = &reading->zones[reading->zone_count++];
        reading->open[reading->depth++] = "VTIMEZONE";
    } else if (strcmp(what, "VEVENT") == 0 && top) {
        reading->open[reading->depth++] = "VEVENT";
        reading->event = reading->event_count;
    } else if (strcmp(parent, "VTIMEZONE") == 0
               && (strcmp(what, "STANDARD") == 0 || strcmp(what, "DAYLIGHT") == 0)) {
        assert_non_null(reading->zone->name);
        assert_true(reading->zone->count < 64);
        reading->zone->count++;
        reading->open[reading->depth++] = what[0] == 'S' ? "STANDARD" : "DAYLIGHT";
    } else if (strcmp(what, "VCALENDAR") == 0 && reading->depth == 0) {
        reading->open[reading->depth++] = "VCALENDAR";
        return;
    } else {
        fail_msg("%s in %s", what, parent);
    }
    forget(reading);
}

static void finish(struct reading *reading, const char *what)
{
    static const char *const event[] = { "UID", "DTSTAMP", "DTSTART", NULL };
    static const char *const observance[] = { "DTSTART", "TZOFFSETFROM", "TZOFFSETTO", NULL };
    assert_true(reading->depth > 0);
    assert_string_equal(what, reading->open[--reading->depth]);
    if (strcmp(what, "VEVENT") == 0) {
        assert_has(reading, event);
        assert_false(has(reading, "DTEND") && has(reading, "DURATION"));
        reading->read++;
    } else if (strcmp(what, "STANDARD") == 0 || strcmp(what, "DAYLIGHT") == 0) {
        assert_has(reading, observance);
    } else if (strcmp(what, "VTIMEZONE") == 0) {
        assert_true(reading->zone->count > 0);
    }
    forget(reading);
}

static const struct zone *find_zone(const struct reading *reading, const char *name)
{
    const struct zone *found = NULL;
    for (size_t i = 0; i < reading->zone_count; i++) {
        if (strcmp(reading->zones[i].name, name) != 0)
            continue;
        assert_null(found);
        found = &reading->zones[i];
    }
    if (found == NULL)
        fail_msg("no VTIMEZONE for %s", name);
    return found;
}

/* The moment of DTSTART or DTEND; of a day its midnight. */
static int64_t read_moment(struct reading *reading, const char *parameter, char *value)
{
    size_t len = strlen(value);
    if (strcmp(parameter, "VALUE=DATE") == 0)
        return read_time(value, true);
    if (parameter[0] == '\0') {
        assert_int_equal(value[len - 1], 'Z');
        value[len - 1] = '\0';
        return read_time(value, false);
    }
    assert_memory_equal(parameter, "TZID=", 5);
    reading->local++;
    return resolve(find_zone(reading, parameter + 5), read_time(value, false));
}

static void read_observance(struct observance *item, const char *name, const char *value)
{
    if (strcmp(name, "DTSTART") == 0)
        item->wall = read_time(value, false);
    else if (strcmp(name, "TZOFFSETFROM") == 0)
        item->before = read_offset(value);
    else if (strcmp(name, "TZOFFSETTO") == 0)
        item->after = read_offset(value);
    else
        fail_msg("%s in an observance", name);
}

static void assert_text(const char *value, const char *want)
{
    char *text = unescape(value);
    assert_string_equal(text, want);
    free(text);
}

static void read_event(
    struct reading *reading, const char *name, const char *parameter, char *value)
{
    if (strcmp(name, "UID") == 0) {
        size_t at = 0;
        while (at < reading->event_count && strcmp(reading->events[at].uid, value) != 0)
            at++;
        assert_true(at < reading->event_count);
        reading->event = at;
        return;
    }
    assert_true(reading->event < reading->event_count);
    const struct ics_event *event = &reading->events[reading->event];
    struct date date;
    if (strcmp(name, "DTSTART") == 0) {
        assert_true(date_parse(event->starts_at, &date));
        reading->start = read_moment(reading, parameter, value);
        assert_int_equal(reading->start, date_seconds(&date));
    } else if (strcmp(name, "DTEND") == 0) {
        assert_true(date_parse(event->ends_at, &date));
        int64_t ends = read_moment(reading, parameter, value);
        assert_int_equal(ends, date_seconds(&date) + (date.hour < 0 ? 86400 : 0));
        assert_true(ends > reading->start);
    } else if (strcmp(name, "DURATION") == 0) {
        assert_memory_equal(value, "PT", 2);
        assert_int_equal(number(value + 2, strlen(value) - 3), event->seconds);
        assert_int_equal(value[strlen(value) - 1], 'S');
    } else if (strcmp(name, "SUMMARY") == 0)
        assert_text(value, event->summary);
    else if (strcmp(name, "DESCRIPTION") == 0)
        assert_text(value, event->description);
    else if (strcmp(name, "LOCATION") == 0)
        assert_text(value, event->location);
    else if (strcmp(name, "URL") == 0)
        assert_string_equal(value, event->url);
    else
        assert_string_equal(name, "DTSTAMP");
}

/* One line, unfolded: NAME[;PARAMETER]:VALUE. */
static void read_line(struct reading *reading, char *line)
{
    char *value = strchr(line, ':'), *parameter = strchr(line, ';');
    assert_non_null(value);
    *value++ = '\0';
    if (parameter != NULL && parameter < value)
        *parameter++ = '\0';
    else
        parameter = value - 1;
    if (strcmp(line, "BEGIN") == 0) {
        begin(reading, value);
        return;
    }
    if (strcmp(line, "END") == 0) {
        finish(reading, value);
        return;
    }
    assert_true(reading->depth > 0 && reading->seen_count < 16);
    if (has(reading, line))
        fail_msg("%s stands twice", line);
    reading->seen[reading->seen_count++] = mem_dup(line);
    const char *in = reading->open[reading->depth - 1];
    if (strcmp(in, "VEVENT") == 0)
        read_event(reading, line, parameter, value);
    else if (strcmp(in, "VTIMEZONE") == 0)
        reading->zone->name = mem_dup(value);
    else if (strcmp(in, "VCALENDAR") != 0)
        read_observance(&reading->zone->items[reading->zone->count - 1], line, value);
}

/* Checks a line between two breaks by itself. */
static void check_fold(const char *text, size_t len)
{
    size_t slashes = 0;
    assert_true(len > 0 && len <= 75);
    assert_int_equal(utf8_find_invalid(text, len), len);
    for (size_t i = 0; i < len; i++)
        assert_false((text[i] >= 0 && text[i] < ' ' && text[i] != '\t') || text[i] == 0x7F);
    while (slashes < len && text[len - 1 - slashes] == '\\')
        slashes++;
    assert_int_equal(slashes % 2, 0);
}

static void read_calendar(struct reading *reading, const char *text)
{
    struct buf line = { 0 };
    while (*text != '\0') {
        const char *stop = strstr(text, "\r\n");
        assert_non_null(stop);
        check_fold(text, (size_t)(stop - text));
        buf_add(&line, text, (size_t)(stop - text));
        text = stop + 2;
        if (*text == ' ') {
            text++;
            continue;
        }
        read_line(reading, line.data);
        buf_clear(&line);
    }
    assert_int_equal(line.len, 0);
    assert_int_equal(reading->depth, 0);
    buf_release(&line);
}

size_t ics_check(const struct ics_event *events, size_t count, size_t want)
{
    struct reading reading = { .events = events, .event_count = count };
    struct buf out = { 0 };
    assert_int_equal(ics_add_calendar(&out, "PyCon; 2025", events, count, ICS_CHECK_NOW), want);
    read_calendar(&reading, out.data);
    assert_int_equal(reading.read, want);
    for (size_t i = 0; i < reading.zone_count; i++)
        free(reading.zones[i].name);
    buf_release(&out);
    return reading.local;
}
