/* What is fuzzed: each takes any bytes and aborts where something is wrong. Returns 0,
 * as libFuzzer wants it. */
#ifndef TALKBOOK_TESTS_FUZZ_H
#define TALKBOOK_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int fuzz_md(const uint8_t *data, size_t size);
int fuzz_query(const uint8_t *data, size_t size);
int fuzz_config(const uint8_t *data, size_t size);
int fuzz_sink(const uint8_t *data, size_t size);
int fuzz_json(const uint8_t *data, size_t size);
int fuzz_pyvideo(const uint8_t *data, size_t size);
int fuzz_items(const uint8_t *data, size_t size);
int fuzz_merge(const uint8_t *data, size_t size);
int fuzz_front(const uint8_t *data, size_t size);
int fuzz_catalog(const uint8_t *data, size_t size);
int fuzz_box(const uint8_t *data, size_t size);

#endif
