#ifndef EPISODIC_MEMORY_VECTOR_KERNELS_H
#define EPISODIC_MEMORY_VECTOR_KERNELS_H

#include <stddef.h>
#include <stdint.h>

// The inner loops of vector search. They are in C because the compiler may then use instructions that only some
// processors have, chosen when the program runs: counting the bits of eight words at once makes the first pass
// many times faster.

// Codes of 512 bits are kept eight to a block, word by word: word w of the code in lane l of block b is at
// blocks[b * 64 + w * 8 + l], so that eight codes are compared side by side.
enum { VK_LANES = 8, VK_BLOCK_WORDS = 64 };

// Finds the codes that differ from `query` (8 words) in `farthest` bits or fewer. Their positions (block * 8 + lane)
// and distances are written in order; both have room for every lane. Lanes without a code are the caller's to skip.
//
// Returns how many were found.
size_t vk_near_512(const uint64_t *query, const uint64_t *blocks, size_t block_count, uint32_t farthest,
                   uint32_t *positions, uint16_t *distances);

// The signs of 512 values, after twice flipping the signs where `flips` (2 * 512 factors, 1 or -1) says so and
// applying the fast Walsh-Hadamard transform. `values` is overwritten.
void vk_signs_512(float *values, const float *flips, uint64_t *code);

// The inner product of two vectors of `count` elements; `count` is a multiple of 8.
float vk_dot(const float *left, const float *right, size_t count);

// The inner products of `query` with each of `vectors`, which may lie anywhere: the next are fetched while one is
// compared.
void vk_dots_i8(const int8_t *query, const int8_t *const *vectors, size_t vector_count, size_t count, int32_t *dots);

#endif
