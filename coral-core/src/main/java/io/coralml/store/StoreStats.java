package io.coralml.store;

/**
 * Where the bytes of a store are.
 *
 * @param packs number of pack files
 * @param packBytes their length on disk, everything included
 * @param tensors number of different tensors
 * @param deltas how many of them are stored as deltas
 * @param tensorBytes bytes the tensors themselves have
 * @param encodedBytes bytes their encodings have
 * @param deltaTensorBytes bytes the deltas' tensors themselves have
 * @param deltaEncodedBytes bytes the deltas' encodings have
 */
public record StoreStats(
    int packs,
    long packBytes,
    long tensors,
    long deltas,
    long tensorBytes,
    long encodedBytes,
    long deltaTensorBytes,
    long deltaEncodedBytes) {}
