#include "vector_kernels.h"

#define WORDS 8
#define BITS 512

// What every processor can do; compiled a second time for those that count bits in one instruction.
#define NEAR_BODY                                                                              \
    size_t found = 0;                                                                          \
    for (size_t block = 0; block < block_count; block++, blocks += VK_BLOCK_WORDS) {           \
        for (size_t lane = 0; lane < VK_LANES; lane++) {                                       \
            uint32_t distance = 0;                                                             \
            for (size_t word = 0; word < WORDS; word++) {                                      \
                distance += (uint32_t)__builtin_popcountll(query[word] ^ blocks[word * VK_LANES + lane]); \
            }                                                                                  \
            if (distance <= farthest) {                                                        \
                positions[found] = (uint32_t)(block * VK_LANES + lane);                        \
                distances[found++] = (uint16_t)distance;                                       \
            }                                                                                  \
        }                                                                                      \
    }                                                                                          \
    return found;

#define AHEAD 4

#define DOTS_I8_BODY                                                                           \
    for (size_t entry = 0; entry < vector_count; entry++) {                                    \
        if (entry + AHEAD < vector_count) {                                                    \
            const int8_t *next = vectors[entry + AHEAD];                                       \
            for (size_t line = 0; line < count; line += 64) __builtin_prefetch(next + line);   \
        }                                                                                      \
        const int8_t *vector = vectors[entry];                                                 \
        int32_t sum = 0;                                                                       \
        for (size_t index = 0; index < count; index++) {                                       \
            sum += (int32_t)query[index] * (int32_t)vector[index];                             \
        }                                                                                      \
        dots[entry] = sum;                                                                     \
    }

static size_t near_portable(const uint64_t *query, const uint64_t *blocks, size_t block_count, uint32_t farthest,
                            uint32_t *positions, uint16_t *distances) {
    NEAR_BODY
}

static void dots_i8_portable(const int8_t *query, const int8_t *const *vectors, size_t vector_count, size_t count,
                             int32_t *dots) {
    DOTS_I8_BODY
}

#if defined(__x86_64__)

#include <immintrin.h>

__attribute__((target("popcnt")))
static size_t near_popcnt(const uint64_t *query, const uint64_t *blocks, size_t block_count, uint32_t farthest,
                          uint32_t *positions, uint16_t *distances) {
    NEAR_BODY
}

__attribute__((target("avx512f,avx512vpopcntdq")))
static size_t near_avx512(const uint64_t *query, const uint64_t *blocks, size_t block_count, uint32_t farthest,
                          uint32_t *positions, uint16_t *distances) {
    __m512i words[WORDS];
    for (size_t word = 0; word < WORDS; word++) words[word] = _mm512_set1_epi64((long long)query[word]);
    const __m512i limit = _mm512_set1_epi64(farthest);
    size_t found = 0;
    for (size_t block = 0; block < block_count; block++, blocks += VK_BLOCK_WORDS) {
        __m512i even = _mm512_setzero_si512();
        __m512i odd = _mm512_setzero_si512();
        for (size_t word = 0; word < WORDS; word += 2) {
            const __m512i first = _mm512_loadu_si512(blocks + word * VK_LANES);
            const __m512i second = _mm512_loadu_si512(blocks + (word + 1) * VK_LANES);
            even = _mm512_add_epi64(even, _mm512_popcnt_epi64(_mm512_xor_si512(words[word], first)));
            odd = _mm512_add_epi64(odd, _mm512_popcnt_epi64(_mm512_xor_si512(words[word + 1], second)));
        }
        const __m512i sum = _mm512_add_epi64(even, odd);
        unsigned near = _mm512_cmple_epu64_mask(sum, limit);
        if (near == 0) continue;
        uint64_t lanes[VK_LANES];
        _mm512_storeu_si512(lanes, sum);
        for (; near != 0; near &= near - 1) {
            const unsigned lane = (unsigned)__builtin_ctz(near);
            positions[found] = (uint32_t)(block * VK_LANES + lane);
            distances[found++] = (uint16_t)lanes[lane];
        }
    }
    return found;
}

__attribute__((target("avx2")))
static void dots_i8_avx2(const int8_t *query, const int8_t *const *vectors, size_t vector_count, size_t count,
                         int32_t *dots) {
    DOTS_I8_BODY
}

size_t vk_near_512(const uint64_t *query, const uint64_t *blocks, size_t block_count, uint32_t farthest,
                   uint32_t *positions, uint16_t *distances) {
    if (__builtin_cpu_supports("avx512vpopcntdq")) {
        return near_avx512(query, blocks, block_count, farthest, positions, distances);
    }
    if (__builtin_cpu_supports("popcnt")) {
        return near_popcnt(query, blocks, block_count, farthest, positions, distances);
    }
    return near_portable(query, blocks, block_count, farthest, positions, distances);
}

void vk_dots_i8(const int8_t *query, const int8_t *const *vectors, size_t vector_count, size_t count, int32_t *dots) {
    if (__builtin_cpu_supports("avx2")) {
        dots_i8_avx2(query, vectors, vector_count, count, dots);
    } else {
        dots_i8_portable(query, vectors, vector_count, count, dots);
    }
}

#else

size_t vk_near_512(const uint64_t *query, const uint64_t *blocks, size_t block_count, uint32_t farthest,
                   uint32_t *positions, uint16_t *distances) {
    return near_portable(query, blocks, block_count, farthest, positions, distances);
}

void vk_dots_i8(const int8_t *query, const int8_t *const *vectors, size_t vector_count, size_t count, int32_t *dots) {
    dots_i8_portable(query, vectors, vector_count, count, dots);
}

#endif

void vk_signs_512(float *values, const float *flips, uint64_t *code) {
    for (size_t round = 0; round < 2; round++, flips += BITS) {
        for (size_t index = 0; index < BITS; index++) values[index] *= flips[index];
        for (size_t step = 1; step < BITS; step *= 2) {
            for (size_t block = 0; block < BITS; block += step * 2) {
                for (size_t index = block; index < block + step; index++) {
                    const float left = values[index];
                    const float right = values[index + step];
                    values[index] = left + right;
                    values[index + step] = left - right;
                }
            }
        }
    }
    for (size_t word = 0; word < WORDS; word++) {
        uint64_t bits = 0;
        for (size_t bit = 0; bit < 64; bit++) bits |= (uint64_t)(values[word * 64 + bit] > 0) << bit;
        code[word] = bits;
    }
}

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
