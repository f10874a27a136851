/* libFuzzer's entry for one of fuzz.h, named by -DFUZZ=. */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return FUZZ(data, size);
}
