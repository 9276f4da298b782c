#ifndef EPISODIC_MEMORY_VECTOR_KERNELS_H
#define EPISODIC_MEMORY_VECTOR_KERNELS_H

#include <stddef.h>
#include <stdint.h>

// The two inner loops of vector search. They are in C because the compiler may then use instructions that only
// some processors have, chosen when the program runs: counting bits in one instruction makes the first pass
// several times faster.

// Bits in which each of `count` codes of 8 words differs from `query`, written to `distances`.
void vk_hamming_512(const uint64_t *query, const uint64_t *codes, size_t count, uint16_t *distances);

// The inner product of two vectors of `count` elements; `count` is a multiple of 8.
float vk_dot(const float *left, const float *right, size_t count);

#endif
