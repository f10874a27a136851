/* Owns what an address is: the schemes that are allowed, the host that it leads to, and
 * how it is written so that it means the same to every program. Must not know what is
 * done with it. */
#include "base/url.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>
#include <wctype.h>

#include "base/utf8.h"

static bool is_plain(char c)
{
    return c > ' ' && c < 0x7F && strchr("\"<>\\^`{|}", c) == NULL;
}

static size_t scheme_len(const char *text)
{
    return strncasecmp(text, "https://", 8) == 0  ? 8
           : strncasecmp(text, "http://", 7) == 0 ? 7
                                                  : 0;
}

/* An address in its parts; all but the scheme lie in `text`. A backslash ends the host
 * for some programs and not for others, so it does not pass for a part of one. */
struct parts {
    const char *user, *host, *port, *rest;
    size_t user_len, host_len, port_len;
};

static bool split(const char *text, struct parts *parts)
{
    size_t scheme = scheme_len(text);
    if (scheme == 0)
        return false;
    const char *authority = text + scheme;
    size_t len = strcspn(authority, "/?#");
    const char *at = memrchr(authority, '@', len);
    *parts = (struct parts){ .user = authority, .rest = authority + len };
    parts->user_len = at != NULL ? (size_t)(at - authority) + 1 : 0;
    parts->host = authority + parts->user_len;
    size_t left = len - parts->user_len;
    const char *bracket = parts->host[0] == '[' ? memchr(parts->host, ']', left) : NULL;
    const char *from = bracket != NULL ? bracket : parts->host;
    const char *colon = memchr(from, ':', left - (size_t)(from - parts->host));
    parts->host_len = colon != NULL ? (size_t)(colon - parts->host) : left;
    parts->port = parts->host + parts->host_len;
    parts->port_len = left - parts->host_len;
    return true;
}

/* Letters, digits, dots, hyphens, underscores; beyond ASCII all that is no control. */
static bool is_host(const char *host, size_t len)
{
    if (host[0] == '[')
        return len > 3 && host[len - 1] == ']'
               && strspn(host + 1, "0123456789abcdefABCDEF:.") == len - 2;
    for (size_t at = 0; at < len;) {
        uint32_t cp;
        size_t used = utf8_decode(host + at, len - at, &cp);
        bool good = cp < 0x80 ? isalnum((int)cp) || strchr(".-_", (int)cp) != NULL
                              : cp != UTF8_REPLACEMENT && utf8_width(cp) > 0;
        if (cp == 0 || !good)
            return false;
        at += used;
    }
    return len > 0 && host[0] != '.' && host[0] != '-';
}

static bool is_port(const char *port, size_t len)
{
    return len == 0 || (len > 1 && len <= 6 && strspn(port + 1, "0123456789") >= len - 1);
}

bool url_is_web(const char *text)
{
    struct parts parts;
    if (!split(text, &parts) || !islower((unsigned char)text[0]) || parts.user_len > 0
        || !is_host(parts.host, parts.host_len) || !is_port(parts.port, parts.port_len))
        return false;
    for (const char *p = text; *p != '\0'; p++)
        if (!is_plain(*p))
            return false;
    return true;
}

void url_add_encoded(const char *text, struct buf *out)
{
    for (const char *p = text; *p != '\0'; p++) {
        if (is_plain(*p))
            buf_addc(out, *p);
        else
            buf_addf(out, "%%%02X", (unsigned char)*p);
    }
}

/* --- hosts ------------------------------------------------------------- */

/* Punycode's numbers, from RFC 3492. */
enum { BASE = 36, T_MIN = 1, T_MAX = 26, SKEW = 38, DAMP = 700, BIAS = 72, FIRST = 0x80 };

static uint32_t adapt(uint32_t delta, uint32_t points, bool first)
{
    uint32_t k = 0;
    delta = first ? delta / DAMP : delta / 2;
    for (delta += delta / points; delta > (BASE - T_MIN) * T_MAX / 2; k += BASE)
        delta /= BASE - T_MIN;
    return k + (BASE - T_MIN + 1) * delta / (delta + SKEW);
}

static void add_delta(uint32_t delta, uint32_t bias, struct buf *out)
{
    static const char digits[] = "abcdefghijklmnopqrstuvwxyz0123456789";
    for (uint32_t k = BASE;; k += BASE) {
        uint32_t t = k <= bias ? T_MIN : k >= bias + T_MAX ? T_MAX : k - bias;
        if (delta < t)
            break;
        buf_addc(out, digits[t + (delta - t) % (BASE - t)]);
        delta = (delta - t) / (BASE - t);
    }
    buf_addc(out, digits[delta]);
}

enum { LABEL_MAX = 63 };

/* One label's code points; beyond ASCII as xn--…. False where it is too long to be one. */
static bool add_label(const uint32_t *cps, uint32_t count, struct buf *out)
{
    uint32_t basic = 0, n = FIRST, delta = 0, bias = BIAS;
    struct buf label = { 0 };
    for (uint32_t i = 0; i < count; i++)
        if (cps[i] < FIRST)
            buf_addc(&label, (char)cps[i]), basic++;
    buf_adds(out, basic < count ? "xn--" : "");
    if (basic > 0 && basic < count)
        buf_addc(&label, '-');
    for (uint32_t done = basic; done < count; delta++, n++) {
        uint32_t next = UINT32_MAX;
        for (uint32_t i = 0; i < count; i++)
            if (cps[i] >= n && cps[i] < next)
                next = cps[i];
        delta += (next - n) * (done + 1);
        n = next;
        for (uint32_t i = 0; i < count; i++) {
            delta += cps[i] < n;
            if (cps[i] == n) {
                add_delta(delta, bias, &label);
                bias = adapt(delta, done + 1, done == basic);
                delta = 0;
                done++;
            }
        }
    }
    buf_add(out, buf_text(&label), label.len);
    bool fits = label.len <= LABEL_MAX;
    buf_release(&label);
    return fits;
}

/* The host as name servers know it: lower case, in ASCII. */
static bool add_host(const char *host, size_t len, struct buf *out)
{
    uint32_t cps[LABEL_MAX];
    uint32_t count = 0;
    for (size_t at = 0; at <= len;) {
        uint32_t cp = '.';
        at += at < len ? utf8_decode(host + at, len - at, &cp) : 1;
        /* The dots of East Asian writing end a label, too. */
        bool dot = cp == '.' || cp == 0x3002 || cp == 0xFF0E || cp == 0xFF61;
        if (!dot && count == LABEL_MAX)
            return false;
        if (!dot)
            cps[count++] = cp < 0x80 ? (uint32_t)tolower((int)cp) : towlower((wint_t)cp);
        else if (!add_label(cps, count, out))
            return false;
        else {
            buf_adds(out, at <= len ? "." : "");
            count = 0;
        }
    }
    return true;
}

static bool is_ascii(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)text[i] >= 0x80)
            return false;
    return true;
}

bool url_add_opened(const char *text, struct buf *out, struct err *err)
{
    struct parts parts;
    struct buf host = { 0 };
    bool ok = split(text, &parts);
    if (!ok)
        return err_set(err, "only http and https addresses are opened, not '%.60s'", text);
    ok = is_host(parts.host, parts.host_len) && is_port(parts.port, parts.port_len)
         && add_host(parts.host, parts.host_len, &host);
    if (!ok)
        err_set(err, "not opened, there is no host in '%.200s'", text);
    else if (parts.user_len > 0)
        ok =
            err_set(err, "not opened: it leads to %s and not to what stands before the @ in %s",
                buf_text(&host), text);
    if (ok) {
        struct buf rest = { 0 };
        url_add_encoded(parts.rest, &rest);
        buf_adds(out, scheme_len(text) == 8 ? "https://" : "http://");
        buf_add(out, host.data, host.len);
        buf_add(out, parts.port, parts.port_len);
        for (const char *p = buf_text(&rest); *p != '\0'; p++)
            buf_adds(out, *p == '\'' ? "%27" : (char[]){ *p, '\0' });
        buf_release(&rest);
    }
    buf_release(&host);
    return ok;
}

void url_add_seen(const char *text, struct buf *out)
{
    struct parts parts;
    if (split(text, &parts) && (parts.user_len > 0 || !is_ascii(parts.host, parts.host_len))) {
        buf_adds(out, "(to ");
        if (!is_host(parts.host, parts.host_len) || !add_host(parts.host, parts.host_len, out))
            buf_adds(out, "no host");
        buf_adds(out, ") ");
    }
    buf_adds(out, text);
}

void url_add_at(const char *url, int seconds, struct buf *out)
{
    size_t len = strcspn(url, "#");
    buf_add(out, url, len);
    buf_addf(out, "%ct=%ds%s", memchr(url, '?', len) != NULL ? '&' : '?', seconds, url + len);
}
