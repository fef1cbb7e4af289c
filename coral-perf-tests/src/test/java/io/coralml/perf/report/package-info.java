/**
 * The two documents that a measured run leaves: {@code PERFORMANCE_QA_REPORT.md}, written beside
 * {@code results.json} at the end of every run and attached in Allure, and {@code BENCHMARKS.md},
 * written by {@link io.coralml.perf.report.BenchmarksPage} from the results of a standard run.
 *
 * <p>Every sentence is computed from {@code results.json}, whose form {@link
 * io.coralml.junit.report.ResultJson} specifies; nothing is known here that is not in it, but for
 * the list of categories and their pass lines in {@link io.coralml.perf.qa.Category}.
 */
@NullMarked
package io.coralml.perf.report;

import org.jspecify.annotations.NullMarked;
