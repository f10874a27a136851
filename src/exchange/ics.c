/* Owns iCalendar's syntax (RFC 5545) and what little of time zones a calendar
 * needs: when their offsets changed, as the events themselves tell. Must not
 * know where events come from or go to. */
#include "exchange/ics.h"

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/date.h"
#include "base/mem.h"
#include "base/sink.h"
#include "base/url.h"
#include "base/utf8.h"

enum { FOLD = 75, DAY = 86400 };

/* --- lines ------------------------------------------------------------- */

struct line {
    struct buf *out;
    size_t used; /* octets since the last break */
};

/* What is put at once is never parted. */
static void put(struct line *line, const char *bytes, size_t len)
{
    if (line->used + len > FOLD) {
        buf_adds(line->out, "\r\n ");
        line->used = 1;
    }
    buf_add(line->out, bytes, len);
    line->used += len;
}

static void put_ascii(struct line *line, const char *text)
{
    for (; *text != '\0'; text++)
        put(line, text, 1);
}

static void end(struct line *line)
{
    buf_adds(line->out, "\r\n");
    line->used = 0;
}

/* As the sink writes it out, which is what lines are folded for. */
static void put_clean(struct line *line, uint32_t cp)
{
    struct buf clean = { 0 };
    char bytes[4];
    sink_add(&clean, bytes, utf8_encode(cp, bytes), SINK_FILE);
    put(line, clean.data, clean.len);
    buf_release(&clean);
}

static void put_character(struct line *line, uint32_t cp)
{
    const char bytes[2] = { '\\', (char)cp };
    if (cp == ',' || cp == ';' || cp == '\\')
        put(line, bytes, 2);
    else if (cp == '\t' || (cp >= ' ' && cp < 0x7F))
        put(line, bytes + 1, 1);
    else if (cp >= 0xA0)
        put_clean(line, cp);
}

/* The value type TEXT. Unicode's own line ends are some readers' too. */
static void put_text(struct line *line, const char *text)
{
    size_t len = strlen(text);
    for (size_t at = 0; at < len;) {
        uint32_t cp;
        at += utf8_decode(text + at, len - at, &cp);
        if (cp == '\r' && text[at] == '\n')
            continue;
        if (cp == '\n' || cp == '\r' || cp == 0x2028 || cp == 0x2029)
            put(line, "\\n", 2);
        else
            put_character(line, cp);
    }
}

static void add_line(struct buf *out, const char *name, const char *value)
{
    struct line line = { .out = out };
    put_ascii(&line, name);
    put_ascii(&line, value);
    end(&line);
}

static void add_text(struct buf *out, const char *name, const char *text)
{
    struct line line = { .out = out };
    if (text[0] == '\0')
        return;
    put_ascii(&line, name);
    put_text(&line, text);
    end(&line);
}

/* --- times ------------------------------------------------------------- */

/* Seconds are since 1970: of UTC, or of a wall clock read as if it were UTC's. */
struct moment {
    const char *zone; /* NULL: no name that can be used */
    int64_t utc;
    int offset; /* seconds east of UTC */
    bool day;   /* without a time */
};

static int64_t wall_of(const struct moment *moment)
{
    return moment->utc + moment->offset;
}

static const char *zone_of(const struct ics_event *event)
{
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                  "0123456789_+/-";
    const char *zone = event->time_zone;
    bool usable = zone[0] != '\0' && zone[0] != '/' && zone[strspn(zone, allowed)] == '\0';
    return usable ? zone : NULL;
}

/* The years are such that no offset leads out of four digits. */
static bool read_moment(const struct ics_event *event, const char *iso, struct moment *moment)
{
    struct date date;
    if (!date_parse(iso, &date) || date.year < 2 || date.year > 9998)
        return false;
    *moment = (struct moment){ .utc = date_seconds(&date), .day = date.hour < 0 };
    if (!moment->day) {
        moment->zone = zone_of(event);
        moment->offset = date.offset * 60;
    }
    return true;
}

static void put_time(struct line *line, int64_t seconds, bool day)
{
    struct buf text = { 0 };
    time_t at = (time_t)seconds;
    struct tm tm;
    gmtime_r(&at, &tm);
    buf_addf(&text, "%04d%02d%02d", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday);
    if (!day)
        buf_addf(&text, "T%02d%02d%02d", tm.tm_hour, tm.tm_min, tm.tm_sec);
    put_ascii(line, text.data);
    buf_release(&text);
}

/* --- zones ------------------------------------------------------------- */

/* From this time of the clock on, which still shows the offset before, a zone
 * has the offset after. */
struct onset {
    const char *zone;
    int64_t wall;
    int before, after;
};

/* Sorted by zone and time. */
struct zones {
    struct onset *onsets;
    size_t count, cap;
};

static int compare_moments(const void *a, const void *b)
{
    const struct moment *one = a, *two = b;
    int names = strcmp(one->zone, two->zone);
    if (names != 0)
        return names;
    return one->utc != two->utc ? (one->utc > two->utc) - (one->utc < two->utc)
                                : (one->offset > two->offset) - (one->offset < two->offset);
}

static void add_onset(struct zones *zones, struct onset onset)
{
    zones->onsets =
        mem_grow(zones->onsets, &zones->cap, zones->count + 1, sizeof zones->onsets[0]);
    zones->onsets[zones->count++] = onset;
}

static int64_t midnight(int64_t wall)
{
    int64_t into = wall % DAY;
    return wall - (into < 0 ? into + DAY : into);
}

/* Puts a change between two moments. It is behind the earlier time of the clock;
 * and the hour that a clock set forward leaves out lies before the later one.
 * Of the hour that a clock shows twice only the first can be told: false. */
static bool change(struct zones *zones, const struct moment *last, const struct moment *next)
{
    int forward = next->offset > last->offset ? next->offset - last->offset : 0;
    int64_t latest = wall_of(next) - forward, at = midnight(wall_of(next));
    if (at > latest || at <= wall_of(last))
        at = latest;
    if (at <= wall_of(last))
        return false;
    add_onset(zones, (struct onset){ next->zone, at, last->offset, next->offset });
    return true;
}

static void add_moments(struct zones *zones, const struct moment *moments, size_t count)
{
    const struct moment *last = NULL;
    for (size_t i = 0; i < count; i++) {
        const struct moment *next = &moments[i];
        if (last == NULL || strcmp(last->zone, next->zone) != 0)
            add_onset(zones, (struct onset){ next->zone, midnight(wall_of(next)), next->offset,
                                 next->offset });
        else if (last->offset != next->offset && !change(zones, last, next))
            continue;
        last = next;
    }
}

static void find_zones(struct zones *zones, const struct ics_event *events, size_t count)
{
    struct moment *moments = mem_zero(count, 2 * sizeof *moments);
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        const char *const times[] = { events[i].starts_at, events[i].ends_at };
        for (int k = 0; k < 2; k++)
            if (read_moment(&events[i], times[k], &moments[used]) && moments[used].zone != NULL)
                used++;
    }
    qsort(moments, used, sizeof *moments, compare_moments);
    add_moments(zones, moments, used);
    free(moments);
}

/* Whether the zone's onsets lead from the moment's time of the clock back to the
 * moment, as RFC 5545 reads them (3.3.5, form 3). */
static bool tells(const struct zones *zones, const struct moment *moment)
{
    int64_t wall = wall_of(moment);
    size_t low = 0, high = zones->count;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        const struct onset *onset = &zones->onsets[mid];
        int names = strcmp(onset->zone, moment->zone);
        if (names < 0 || (names == 0 && onset->wall <= wall))
            low = mid + 1;
        else
            high = mid;
    }
    if (low == 0 || strcmp(zones->onsets[low - 1].zone, moment->zone) != 0)
        return false;
    /* Onsets in their order: a time behind this one, not left out by it and before
     * the next is shown under no earlier offset. */
    const struct onset *onset = &zones->onsets[low - 1];
    return moment->offset == onset->after && wall - onset->wall >= onset->after - onset->before;
}

static void add_offset(struct buf *out, const char *name, int offset)
{
    struct buf text = { 0 };
    int minutes = abs(offset) / 60;
    buf_addf(&text, "%c%02d%02d", offset < 0 ? '-' : '+', minutes / 60, minutes % 60);
    add_line(out, name, text.data);
    buf_release(&text);
}

static void add_observance(struct buf *out, const struct onset *onset, bool summer)
{
    struct line line = { .out = out };
    const char *kind = summer ? "DAYLIGHT" : "STANDARD";
    add_line(out, "BEGIN:", kind);
    put_ascii(&line, "DTSTART:");
    put_time(&line, onset->wall, false);
    end(&line);
    add_offset(out, "TZOFFSETFROM:", onset->before);
    add_offset(out, "TZOFFSETTO:", onset->after);
    add_line(out, "END:", kind);
}

static void add_zones(struct buf *out, const struct zones *zones)
{
    for (size_t from = 0, to; from < zones->count; from = to) {
        const struct onset *onsets = zones->onsets;
        int standard = onsets[from].after;
        for (to = from; to < zones->count && strcmp(onsets[to].zone, onsets[from].zone) == 0;
             to++)
            standard = onsets[to].after < standard ? onsets[to].after : standard;
        add_line(out, "BEGIN:VTIMEZONE", "");
        add_line(out, "TZID:", onsets[from].zone);
        for (size_t i = from; i < to; i++)
            add_observance(out, &onsets[i], onsets[i].after > standard);
        add_line(out, "END:VTIMEZONE", "");
    }
}

/* --- events ------------------------------------------------------------ */

static void add_moment(
    struct buf *out, const char *name, const struct moment *moment, const struct zones *zones)
{
    struct line line = { .out = out };
    bool local = moment->zone != NULL && zones != NULL && tells(zones, moment);
    put_ascii(&line, name);
    if (local) {
        put_ascii(&line, ";TZID=");
        put_ascii(&line, moment->zone);
    }
    put_ascii(&line, moment->day ? ";VALUE=DATE:" : ":");
    put_time(&line, local ? wall_of(moment) : moment->utc, moment->day);
    if (!local && !moment->day)
        put_ascii(&line, "Z");
    end(&line);
}

/* DTEND is the first moment, or day, behind the event; it must be of DTSTART's
 * kind and later. */
static void add_end(struct buf *out, const struct ics_event *event, const struct moment *start,
    const struct zones *zones)
{
    struct moment until;
    struct buf length = { 0 };
    if (read_moment(event, event->ends_at, &until) && until.day == start->day) {
        until.utc += until.day ? DAY : 0;
        if (until.utc > start->utc) {
            add_moment(out, "DTEND", &until, zones);
            return;
        }
    }
    if (event->seconds <= 0 || start->day)
        return;
    buf_addf(&length, "PT%dS", event->seconds);
    add_line(out, "DURATION:", length.data);
    buf_release(&length);
}

static bool add_event(struct buf *out, const struct ics_event *event, const char *stamp,
    const struct zones *zones)
{
    struct moment start;
    if (!read_moment(event, event->starts_at, &start))
        return false;
    add_line(out, "BEGIN:VEVENT", "");
    add_text(out, "UID:", event->uid);
    buf_adds(out, stamp);
    add_moment(out, "DTSTART", &start, zones);
    add_end(out, event, &start, zones);
    add_text(out, "SUMMARY:", event->summary);
    add_text(out, "LOCATION:", event->location);
    add_text(out, "DESCRIPTION:", event->description);
    if (url_is_web(event->url))
        add_line(out, "URL:", event->url);
    add_line(out, "END:VEVENT", "");
    return true;
}

static char *stamp_of(const char *now)
{
    struct buf stamp = { 0 };
    struct date date;
    bool parsed = date_parse(now, &date);
    assert(parsed);
    struct moment moment = { .utc = parsed ? date_seconds(&date) : 0 };
    add_moment(&stamp, "DTSTAMP", &moment, NULL);
    return buf_take(&stamp);
}

size_t ics_add_calendar(struct buf *out, const char *name, const struct ics_event *events,
    size_t count, const char *now)
{
    struct zones zones = { 0 };
    size_t added = 0;
    char *stamp = stamp_of(now);
    find_zones(&zones, events, count);
    add_line(out, "BEGIN:VCALENDAR", "");
    add_line(out, "VERSION:2.0", "");
    add_line(out, "PRODID:-//talkbook//talkbook//EN", "");
    add_line(out, "CALSCALE:GREGORIAN", "");
    add_text(out, "X-WR-CALNAME:", name);
    add_zones(out, &zones);
    for (size_t i = 0; i < count; i++)
        added += add_event(out, &events[i], stamp, &zones);
    add_line(out, "END:VCALENDAR", "");
    free(zones.onsets);
    free(stamp);
    return added;
}
