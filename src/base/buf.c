/* Owns growing byte strings. Must not know what the bytes mean. */
#include "base/buf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static void reserve(struct buf *buf, size_t more)
{
    buf->data = mem_grow(buf->data, &buf->cap, buf->len + more + 1, 1);
}

void buf_add(struct buf *buf, const char *bytes, size_t len)
{
    reserve(buf, len);
    if (len > 0)
        memcpy(buf->data + buf->len, bytes, len);
    buf->len += len;
    buf->data[buf->len] = '\0';
}

void buf_adds(struct buf *buf, const char *text)
{
    buf_add(buf, text, strlen(text));
}

void buf_addc(struct buf *buf, char c)
{
    if (buf->len + 2 > buf->cap)
        reserve(buf, 1);
    buf->data[buf->len++] = c;
    buf->data[buf->len] = '\0';
}

void buf_add_int(struct buf *buf, long long value)
{
    char digits[24];
    size_t at = sizeof digits;
    unsigned long long rest =
        value < 0 ? 0 - (unsigned long long)value : (unsigned long long)value;
    do {
        digits[--at] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    if (value < 0)
        digits[--at] = '-';
    buf_add(buf, digits + at, sizeof digits - at);
}

void buf_repeat(struct buf *buf, char c, size_t count)
{
    reserve(buf, count);
    memset(buf->data + buf->len, c, count);
    buf->len += count;
    buf->data[buf->len] = '\0';
}

void buf_addv(struct buf *buf, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int need = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (need < 0)
        return;
    reserve(buf, (size_t)need);
    vsnprintf(buf->data + buf->len, (size_t)need + 1, format, args);
    buf->len += (size_t)need;
}

void buf_addf(struct buf *buf, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    buf_addv(buf, format, args);
    va_end(args);
}

void buf_insert(struct buf *buf, size_t at, const char *bytes, size_t len)
{
    reserve(buf, len);
    memmove(buf->data + at + len, buf->data + at, buf->len - at);
    memcpy(buf->data + at, bytes, len);
    buf->len += len;
    buf->data[buf->len] = '\0';
}

void buf_remove(struct buf *buf, size_t at, size_t len)
{
    if (len == 0)
        return;
    memmove(buf->data + at, buf->data + at + len, buf->len - at - len);
    buf->len -= len;
    buf->data[buf->len] = '\0';
}

const char *buf_text(const struct buf *buf)
{
    return buf->data != NULL ? buf->data : "";
}

void buf_clear(struct buf *buf)
{
    buf->len = 0;
    if (buf->data != NULL)
        buf->data[0] = '\0';
}

char *buf_room(struct buf *buf, size_t size)
{
    reserve(buf, size);
    return buf->data + buf->len;
}

void buf_used(struct buf *buf, size_t used)
{
    buf->len += used;
    buf->data[buf->len] = '\0';
}

void buf_cut(struct buf *buf, size_t len)
{
    buf->len = len;
    if (buf->data != NULL)
        buf->data[len] = '\0';
}

char *buf_take(struct buf *buf)
{
    char *text = buf->data != NULL ? buf->data : mem_dup("");
    *buf = (struct buf){ 0 };
    return text;
}

void buf_release(struct buf *buf)
{
    free(buf->data);
    *buf = (struct buf){ 0 };
}
