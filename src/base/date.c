/* Owns reading and writing dates. Must not know what happens at them. */
#include "base/date.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static const char *const weekdays[] = { "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday",
    "Friday", "Saturday" };
static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug",
    "Sep", "Oct", "Nov", "Dec" };

/* Reads `count` digits at *text and moves on; -1 where they are not there. */
static int digits(const char **text, int count)
{
    int value = 0;
    for (int i = 0; i < count; i++, (*text)++) {
        if (**text < '0' || **text > '9')
            return -1;
        value = value * 10 + (**text - '0');
    }
    return value;
}

static bool take(const char **text, char c)
{
    if (**text != c)
        return false;
    (*text)++;
    return true;
}

static int month_days(int year, int month)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && leap);
}

static bool parse_zone(const char **at, struct date *date)
{
    if (take(at, 'Z'))
        return true;
    int sign = **at == '-' ? -1 : 1;
    if (!take(at, '+') && !take(at, '-'))
        return false;
    int hours = digits(at, 2);
    int minutes = take(at, ':') ? digits(at, 2) : -1;
    date->offset = sign * (hours * 60 + minutes);
    return hours >= 0 && hours <= 14 && minutes >= 0 && minutes < 60;
}

static bool parse_time(const char **at, struct date *date)
{
    date->hour = digits(at, 2);
    date->minute = take(at, ':') ? digits(at, 2) : -1;
    date->second = take(at, ':') ? digits(at, 2) : 0;
    if (take(at, '.')) {
        while (**at >= '0' && **at <= '9')
            (*at)++;
    }
    return date->hour >= 0 && date->hour < 24 && date->minute >= 0 && date->minute < 60
           && date->second >= 0 && date->second < 60 && parse_zone(at, date);
}

bool date_parse(const char *text, struct date *date)
{
    const char *at = text;
    *date = (struct date){ .hour = -1 };
    date->year = digits(&at, 4);
    date->month = take(&at, '-') ? digits(&at, 2) : -1;
    date->day = take(&at, '-') ? digits(&at, 2) : -1;
    if (date->year < 1 || date->month < 1 || date->month > 12 || date->day < 1
        || date->day > month_days(date->year, date->month))
        return false;
    if (take(&at, 'T') && !parse_time(&at, date))
        return false;
    return *at == '\0';
}

/* Days since 1970-01-01 (Howard Hinnant, "chrono-Compatible Low-Level Date
 * Algorithms", days_from_civil). */
static int64_t days_from_civil(int year, int month, int day)
{
    int y = year - (month <= 2);
    int era = (y >= 0 ? y : y - 399) / 400;
    int yoe = y - era * 400;
    int doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    return (int64_t)era * 146097 + doe - 719468;
}

int64_t date_seconds(const struct date *date)
{
    int64_t days = days_from_civil(date->year, date->month, date->day);
    if (date->hour < 0)
        return days * 86400;
    return days * 86400 + date->hour * INT64_C(3600) + date->minute * INT64_C(60) + date->second
           - date->offset * INT64_C(60);
}

int date_weekday(const struct date *date)
{
    int64_t days = days_from_civil(date->year, date->month, date->day);
    return (int)(((days + 4) % 7 + 7) % 7);
}

const char *date_weekday_name(const struct date *date)
{
    return weekdays[date_weekday(date)];
}

void date_add_day(struct buf *out, const struct date *date)
{
    buf_addf(out, "%.3s %d %s %d", date_weekday_name(date), date->day, months[date->month - 1],
        date->year);
}

void date_add_time(struct buf *out, const struct date *date)
{
    if (date->hour >= 0)
        buf_addf(out, "%02d:%02d", date->hour, date->minute);
}

void date_add_moment(struct buf *out, struct timespec at)
{
    struct tm utc;
    gmtime_r(&at.tv_sec, &utc);
    buf_addf(out, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", utc.tm_year + 1900, utc.tm_mon + 1,
        utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec, (int)(at.tv_nsec / 1000000));
}

void date_add_now(struct buf *out)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    date_add_moment(out, now);
}

void date_add_local(struct buf *out, const char *iso)
{
    struct date date;
    if (!date_parse(iso, &date)) {
        buf_adds(out, iso);
        return;
    }
    time_t at = (time_t)date_seconds(&date);
    struct tm local;
    localtime_r(&at, &local);
    buf_addf(out, "%04d-%02d-%02d %02d:%02d", local.tm_year + 1900, local.tm_mon + 1,
        local.tm_mday, local.tm_hour, local.tm_min);
}

void date_add_length(struct buf *out, int seconds)
{
    if (seconds >= 3600)
        buf_addf(out, "%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
    else
        buf_addf(out, "%d:%02d", seconds / 60, seconds % 60);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

size_t date_read_length(const char *text, size_t len, int *seconds)
{
    size_t at = 0, digits = 0, groups = 0;
    int total = 0;
    for (; at < len && is_digit(text[at]) && digits < 6; digits++)
        total = total * 10 + (text[at++] - '0');
    for (; digits > 0 && digits < 4 && groups < 2 && at + 2 < len && text[at] == ':'
           && text[at + 1] <= '5' && is_digit(text[at + 1]) && is_digit(text[at + 2]);
         groups++) {
        total = total * 60 + (text[at + 1] - '0') * 10 + (text[at + 2] - '0');
        at += 3;
    }
    *seconds = total;
    return at < len && is_digit(text[at]) ? 0 : at;
}
