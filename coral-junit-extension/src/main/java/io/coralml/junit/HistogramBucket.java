package io.coralml.junit;

/**
 * One step of a latency histogram.
 *
 * @param fromNanos the smallest latency counted here, in nanoseconds
 * @param toNanos the largest latency counted here, in nanoseconds
 * @param count how many calls
 */
public record HistogramBucket(long fromNanos, long toNanos, long count) {}
