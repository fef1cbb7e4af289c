package io.coralml.store;

/**
 * What a sweep came to.
 *
 * @param tensors different tensors in the store before
 * @param unreachable how many of them nothing reached
 * @param waiting how many of those stay for now because their grace period is not over
 * @param removed how many were removed
 * @param reencoded tensors that were encoded anew because their base was removed
 * @param unreachableBytes encoded bytes of the unreachable tensors whose grace period was over
 * @param bytesBefore bytes of all packs before
 * @param bytesAfter bytes of all packs after; others may have added some meanwhile
 */
public record SweepReport(
    int tensors,
    int unreachable,
    int waiting,
    int removed,
    int reencoded,
    long unreachableBytes,
    long bytesBefore,
    long bytesAfter) {}
