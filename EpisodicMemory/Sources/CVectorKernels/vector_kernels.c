#include "vector_kernels.h"

#define WORDS 8

#define HAMMING_BODY                                                            \
    for (size_t entry = 0; entry < count; entry++) {                            \
        const uint64_t *code = codes + entry * WORDS;                           \
        unsigned distance = 0;                                                  \
        for (size_t word = 0; word < WORDS; word++) {                           \
            distance += (unsigned)__builtin_popcountll(query[word] ^ code[word]); \
        }                                                                       \
        distances[entry] = (uint16_t)distance;                                  \
    }

#if defined(__x86_64__)

__attribute__((target("popcnt")))
static void hamming_popcnt(const uint64_t *query, const uint64_t *codes, size_t count, uint16_t *distances) {
    HAMMING_BODY
}

static void hamming_portable(const uint64_t *query, const uint64_t *codes, size_t count, uint16_t *distances) {
    HAMMING_BODY
}

void vk_hamming_512(const uint64_t *query, const uint64_t *codes, size_t count, uint16_t *distances) {
    if (__builtin_cpu_supports("popcnt")) {
        hamming_popcnt(query, codes, count, distances);
    } else {
        hamming_portable(query, codes, count, distances);
    }
}

#else

void vk_hamming_512(const uint64_t *query, const uint64_t *codes, size_t count, uint16_t *distances) {
    HAMMING_BODY
}

#endif

// Eight sums side by side: the order of additions is fixed, so that every machine gets the same score.
float vk_dot(const float *left, const float *right, size_t count) {
    float sums[8] = {0};
    for (size_t index = 0; index < count; index += 8) {
        for (size_t lane = 0; lane < 8; lane++) {
            sums[lane] += left[index + lane] * right[index + lane];
        }
    }
    return ((sums[0] + sums[4]) + (sums[2] + sums[6])) + ((sums[1] + sums[5]) + (sums[3] + sums[7]));
}
