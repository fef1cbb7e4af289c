/**
 * The twelve categories of performance QA: what they measure, with which sizes, and the line that
 * each must stay on the right side of. {@link io.coralml.perf.qa.Category} lists them all.
 *
 * <p>A category is a class of scenarios with two tags: {@code qa}, which is also the suite, and its
 * own from {@code qa-01} to {@code qa-12}, by which the report finds it. Its sizes are a {@link
 * io.coralml.perf.qa.Sizes}, which takes from the row what the active profile allows and records
 * how much that was, so a reduced row says so. What differs by size is recorded under a key that
 * ends in {@code _at_} and the size. Its pass lines are a {@link io.coralml.perf.qa.PassLines}: all
 * are checked before any fails; those about time fail in full and comprehensive only. A scenario
 * that the machine is too small for is skipped by {@link io.coralml.perf.qa.Room}, with the reason
 * and the figure.
 *
 * <p>Depends on {@code io.coralml.perf} for repositories and comparisons; {@code
 * io.coralml.perf.report} turns what is recorded here into sentences.
 */
@NullMarked
package io.coralml.perf.qa;

import org.jspecify.annotations.NullMarked;
