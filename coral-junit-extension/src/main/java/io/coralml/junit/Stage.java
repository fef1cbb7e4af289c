package io.coralml.junit;

import java.time.Duration;
import java.time.Instant;

/**
 * One stretch of a benchmark's run, such as {@code pilot}, {@code warm-up} or {@code measurement}.
 *
 * @param name what was done
 * @param start when it began
 * @param duration how long it took
 * @param note what came of it in a few words, such as {@code 40 blocks of 10.2 ms}; may be empty
 */
public record Stage(String name, Instant start, Duration duration, String note) {}
